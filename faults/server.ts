/**
 * The server that suffers: a child process that can be killed, frozen and started again at the same
 * place.
 */
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  freePorts,
  type Spawned,
  spawnProgram,
  stop,
  temporaryDirectory,
} from "../bench/processes.ts";
import { listeningAddress } from "../bench/servers.ts";
import { Health } from "../gen/typescript/grpc/health/v1/health_pb.js";
import { ControlService } from "../gen/typescript/heartbeat/v1/control_service_pb.js";
import { StatusService } from "../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { Context } from "./fault.ts";

const START_TIMEOUT_MS = 60_000;
const CALL_TIMEOUT_MS = 20_000;
const END_TIMEOUT_MS = 20_000;

export interface ServerOptions {
  /** Default: a new one in the temporary folder. */
  readonly dataDir?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Without protection against mass failure: where the lateness of a DOWN is measured, and a starved load
   * must not be taken for a failing network.
   */
  readonly unprotected?: boolean;
  /** Whether agents come from other namespaces. */
  readonly everywhere?: boolean;
}

export class Server {
  readonly dataDir: string;
  readonly port: number;
  readonly status: Client<typeof StatusService>;
  readonly control: Client<typeof ControlService>;
  readonly health: Client<typeof Health>;
  /** From the start of the process to its first line, in ms; one for each start. */
  readonly startsMs: number[] = [];
  readonly #context: Context;
  readonly #options: ServerOptions;
  readonly #httpPort: number;
  #program: Spawned | undefined;

  private constructor(context: Context, options: ServerOptions, ports: number[]) {
    const [port, httpPort] = ports as [number, number];
    this.#context = context;
    this.#options = options;
    this.#httpPort = httpPort;
    this.port = port;
    this.dataDir = options.dataDir ?? temporaryDirectory();
    const transport = createGrpcTransport({
      baseUrl: `http://${this.address}`,
      defaultTimeoutMs: CALL_TIMEOUT_MS,
    });
    this.status = createClient(StatusService, transport);
    this.control = createClient(ControlService, transport);
    this.health = createClient(Health, transport);
  }

  static async start(context: Context, options: ServerOptions = {}): Promise<Server> {
    const server = new Server(context, options, await freePorts(2));
    await server.start();
    return server;
  }

  /** HOST:PORT as this side reaches it. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#program!.pid;
  }

  /** What the process said last on standard error. */
  get lastWords(): string {
    return this.#program?.lastWords ?? "";
  }

  get running(): boolean {
    const child = this.#program?.child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Starts it, the first time or again; resolves when it listens. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const { flags = [], everywhere, unprotected } = this.#options;
    const host = everywhere ? "0.0.0.0" : "127.0.0.1";
    const args = [
      ...[this.#context.entry, "serve", "--data-dir", this.dataDir, "--log-level", "warn"],
      ...["--grpc-address", `${host}:${this.port}`],
      ...["--http-address", `127.0.0.1:${this.#httpPort}`],
      ...(everywhere ? ["--insecure"] : []),
      ...(unprotected ? ["--protection-min-agents", "1000000"] : []),
      ...flags,
    ];
    const start = performance.now();
    this.#program = spawnProgram(process.execPath, args, { ...this.#options.env, ...env });
    await this.#program.firstLine(listeningAddress, START_TIMEOUT_MS);
    this.startsMs.push(performance.now() - start);
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    const child = this.#program?.child;
    if (child === undefined || !this.running) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGKILL");
    await gone;
  }

  /** SIGTERM: it ends in good order. */
  async end(): Promise<void> {
    if (this.#program !== undefined) await stop(this.#program.child, END_TIMEOUT_MS);
  }

  freeze(): void {
    process.kill(this.pid, "SIGSTOP");
  }

  thaw(): void {
    process.kill(this.pid, "SIGCONT");
  }
}
