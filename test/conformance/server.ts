import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { listeningAddress } from "../../bench/servers.ts";
import { until } from "../../faults/wait.ts";
import { signToken } from "../../src/auth/sign.ts";
import { temporaryFolder } from "../project/support.ts";
import { Program } from "../support/process.ts";
import { serverChain, serverKey } from "./certificates.ts";
import { killedAtExit } from "./kill-at-exit.ts";

/** What a scenario wants of its server, beside what all have. */
export interface ServerNeeds {
  readonly flags?: readonly string[];
  /** It keeps its journal on disk, and so knows its agents when it is back. */
  readonly journal?: boolean;
  readonly tls?: boolean;
  /** It lets in who has a token that the scenario's key has signed. */
  readonly tokens?: boolean;
}

/** A line of the server's log that tells an event of an agent. */
export interface Recorded {
  readonly type: string;
  readonly agentId: string;
  readonly epoch: string;
  readonly task: string | undefined;
  readonly reason: string;
}

const START_MS = 60_000;
const DRAIN_MS = 15_000;

/** Of agents that name none. */
const ORGANIZATION = "default";

/**
 * What agents beat by that declare nothing. They live on a busy machine, beside others that are killed: the
 * scenarios are about them and not about the monitor's patience.
 */
const FLAGS = [
  ...["--interval", "500ms", "--grace", "2s", "--timeout-multiplier", "12"],
  ...["--protection", "false", "--log-level", "debug"],
  ...["--drain-spread", "200ms", "--drain-grace", "30s"],
];

/** A real server that can be killed and started again at the same place. Its log outlives it. */
export class Server implements AsyncDisposable {
  readonly #entry: string;
  readonly #flags: readonly string[];
  readonly #folder = temporaryFolder();
  readonly #log: string[] = [];
  readonly #recorded: Recorded[] = [];
  #program: Program | undefined;
  #address = "127.0.0.1:0";
  #privateKey = "";

  private constructor(entry: string, { flags = [], journal, tls, tokens }: ServerNeeds) {
    this.#entry = entry;
    const keeping = journal ? ["--data-dir", join(this.#folder.path, "data")] : ["--ephemeral"];
    this.#flags = [
      ...FLAGS,
      ...keeping,
      ...(tls ? this.#writeCertificates() : []),
      ...(tokens ? this.#writeKeys() : []),
      ...flags,
    ];
  }

  static async start(entry: string, needs: ServerNeeds = {}): Promise<Server> {
    const server = new Server(entry, needs);
    await server.startAgain();
    return server;
  }

  /** HOST:PORT, the same for as long as it is wanted. */
  get address(): string {
    return this.#address;
  }

  get port(): number {
    return Number(this.#address.split(":")[1]);
  }

  /** Lines, oldest first. */
  get log(): readonly string[] {
    return this.#log;
  }

  /** Every event of an agent that it has told its log of, oldest first. */
  get recorded(): readonly Recorded[] {
    return this.#recorded;
  }

  /**
   * SIGTERM: it asks its agents to come back, and ends. Fails when one stays, whom the server would wait for
   * longer than this does.
   */
  async drain(): Promise<void> {
    const started = performance.now();
    await this.#end("SIGTERM");
    const tookMs = performance.now() - started;
    if (tookMs > DRAIN_MS) throw new Error(`the drain took ${Math.round(tookMs)} ms`);
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Starts it, the first time or again at the same address. */
  async startAgain(): Promise<void> {
    const args = ["serve", "--grpc-address", this.#address, "--http-address", "127.0.0.1:0"];
    const command = [this.#entry, ...args, ...this.#flags];
    const program = killedAtExit(new Program(process.execPath, command));
    this.#program = program;
    let address: string | undefined;
    createInterface({ input: program.child.stdout! }).on("line", (line) => {
      address ??= listeningAddress(line);
      this.#hear(line);
    });
    this.#address = await until("the server listens", START_MS, () => {
      if (program.child.exitCode !== null) throw new Error(`the server ended: ${program.stderr}`);
      return address;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }

  #hear(line: string): void {
    this.#log.push(line);
    const event = readEvent(line);
    if (event !== undefined) this.#recorded.push(event);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const program = this.#program;
    program?.child.kill(signal);
    await program?.exited;
  }

  /** A token for one agent, signed with the private half of what {@link ServerNeeds.tokens} made. */
  async tokenFor(agentId: string): Promise<string> {
    const now = Date.now();
    const claims = { organizationId: ORGANIZATION, agentId, lifetimeSeconds: 600, now };
    return await signToken(this.#privateKey, claims);
  }

  #writeKeys(): string[] {
    const keys = join(this.#folder.path, "keys");
    mkdirSync(join(keys, ORGANIZATION), { recursive: true });
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const pem = publicKey.export({ type: "spki", format: "pem" });
    writeFileSync(join(keys, ORGANIZATION, "agents.pem"), pem);
    this.#privateKey = String(privateKey.export({ type: "pkcs8", format: "pem" }));
    return ["--auth-keys", keys];
  }

  #writeCertificates(): string[] {
    const chain = join(this.#folder.path, "server.crt");
    const key = join(this.#folder.path, "server.key");
    writeFileSync(chain, serverChain);
    writeFileSync(key, serverKey, { mode: 0o600 });
    return ["--tls-cert", chain, "--tls-key", key];
  }
}

function readEvent(line: string): Recorded | undefined {
  if (!line.startsWith("{")) return undefined;
  const { event, agent, epoch, task, reason = "" } = JSON.parse(line) as Record<string, string>;
  if (event === undefined || agent === undefined) return undefined;
  return { type: event.toUpperCase(), agentId: agent, epoch: String(epoch), task, reason };
}
