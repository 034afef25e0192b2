import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { eventually } from "./eventually.ts";

/** A real process whose output is kept. */
export class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly #isGroup: boolean;
  stdout = "";
  stderr = "";
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(
    command: string,
    args: readonly string[],
    options: {
      input?: string;
      env?: object;
      /** Whether it starts others, which are killed with it. */
      group?: boolean;
    } = {},
  ) {
    this.#isGroup = options.group ?? false;
    this.child = spawn(command, args, {
      stdio: ["pipe", "pipe", "pipe"],
      detached: this.#isGroup,
      // What is meant for the tests is unknown to the command, which refuses it.
      env: { ...process.env, HEARTBEAT_DEMAND_ALL: undefined, ...options.env },
    });
    this.child.stdout?.on("data", (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr?.on("data", (chunk) => {
      this.stderr += chunk;
    });
    if (options.input !== undefined) this.child.stdin?.end(options.input);
    this.exited = once(this.child, "close").then(([code, signal]) => ({ code, signal }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Its output once it has ended by itself. */
  async done(): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const { code } = await this.exited;
    return { code, stdout: this.stdout, stderr: this.stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isGroup && this.child.exitCode === null) process.kill(-this.pid, "SIGKILL");
    this.child.kill("SIGKILL");
    await this.exited;
  }
}

const entry = new URL("../../src/main.ts", import.meta.url).pathname;

/** The command, as it ships but for the build. */
export function heartbeat(
  args: readonly string[],
  options: { input?: string; env?: object } = {},
): Program {
  return new Program(process.execPath, [entry, ...args], options);
}

/** A process that holds an agent until it is killed; its policy is the interval and, if given, the grace. */
export function agentProcess(server: string, agentId: string, ...policy: number[]): Program {
  const script = new URL("agent-process.ts", import.meta.url).pathname;
  return new Program(process.execPath, [script, server, agentId, ...policy.map(String)]);
}

/** One that a busy machine may starve for more than a second before it has missed a beat. */
export function patientAgent(server: string, agentId: string): Program {
  return agentProcess(server, agentId, 1_000, 1_500);
}

export interface ServerProcess extends AsyncDisposable {
  readonly program: Program;
  readonly grpcAddress: string;
  readonly httpAddress: string;
}

/**
 * `heartbeat serve` on free ports, once it listens; in memory unless it is given a `--data-dir`.
 *
 * A busy machine may let it stand still just before an agent is killed, which is then awaited: for as long as a
 * test can wait, unless `--restart-grace` says otherwise.
 */
export async function serve(args: readonly string[] = []): Promise<ServerProcess> {
  const free = ["--grpc-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0"];
  const keeping = args.includes("--data-dir") ? [] : ["--ephemeral"];
  const awaiting = args.includes("--restart-grace") ? [] : ["--restart-grace", "5s"];
  const program = heartbeat(["serve", ...free, ...keeping, ...awaiting, ...args]);
  const listening = () => {
    const { exitCode } = program.child;
    if (exitCode !== null) throw new Error(`serve ended with ${exitCode}: ${program.stderr}`);
    return program.stdout.split("\n").find((text) => text.includes('"msg":"listening"'));
  };
  const line = await eventually("the server listens", listening, 30_000);
  const { grpcAddress, httpAddress } = JSON.parse(line);
  return {
    program,
    grpcAddress,
    httpAddress,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
