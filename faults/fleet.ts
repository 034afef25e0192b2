/**
 * A fleet's process as a fault holds it.
 */
import type { ChildProcess } from "node:child_process";
import { forkProgram, nextMessage } from "../bench/processes.ts";
import type { FleetAnswer, FleetCommand, FleetReport, FleetSettings } from "./fleet-messages.ts";
import type { Namespace } from "./network.ts";
import { timeUntil } from "./wait.ts";

const ANSWER_TIMEOUT_MS = 60_000;
const program = new URL("fleet-process.ts", import.meta.url).href;

const defaults = {
  real: 0,
  light: 0,
  intervalMs: 1_000,
  maxBackoffMs: 30_000,
  connectTimeoutMs: 10_000,
  rampMs: 0,
  tasks: false,
  unrestMs: 0,
};

/** For a process that opens thousands of connections at once: its own slowness is none of the server's. */
export const CROWDED = { connectTimeoutMs: 60_000 };

export type FleetOptions = Partial<FleetSettings> & Pick<FleetSettings, "address" | "prefix">;

export class Fleet {
  readonly settings: FleetSettings;
  readonly #child: ChildProcess;

  /** @param namespace where the process runs; here, when there is none */
  constructor(options: FleetOptions, namespace?: Namespace) {
    this.settings = { ...defaults, ...options };
    const args = [JSON.stringify(this.settings)];
    const inside = {
      execPath: "ip",
      execArgv: ["netns", "exec", namespace?.name ?? "", process.execPath],
    };
    this.#child = forkProgram(program, args, namespace ? inside : {});
    // A report is awaited by many at once.
    this.#child.setMaxListeners(0);
  }

  /** The names of all its agents. */
  get ids(): string[] {
    const { prefix, real, light } = this.settings;
    return Array.from({ length: real + light }, (_, number) => prefix + number);
  }

  /** How its agents are, and how they were since the last report that began anew. */
  async report({ anew = false } = {}): Promise<FleetReport> {
    const answer = nextMessage(
      this.#child,
      (message) => {
        const { type, report } = message as FleetAnswer;
        return type === "report" ? report : undefined;
      },
      ANSWER_TIMEOUT_MS,
    );
    this.#tell({ type: "report", anew });
    return answer;
  }

  async connected(withinMs = 60_000): Promise<void> {
    if ((await this.timeUntilConnected(withinMs)) <= withinMs) return;
    const { agents, connected, lastLoss, complaints } = await this.report();
    const words = complaints.length > 0 ? complaints.join("; ") : `the last loss: ${lastLoss}`;
    throw new Error(
      `${connected} of ${agents} agents ${this.settings.prefix}* are connected after ${withinMs / 1_000} s: ${words}`,
    );
  }

  /** How long it takes until all are connected, in ms; infinite when they are not in time. */
  timeUntilConnected(withinMs: number): Promise<number> {
    return timeUntil(withinMs, () => this.#allConnected(), 100);
  }

  vanish(count: number): void {
    this.#tell({ type: "vanish", count });
  }

  calm(): void {
    this.#tell({ type: "calm" });
  }

  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child.kill("SIGCONT");
  }

  /** SIGKILL: all its agents die at once, and the connections with them. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGKILL");
    await gone;
  }

  async #allConnected(): Promise<boolean> {
    const { agents, connected } = await this.report();
    return connected === agents;
  }

  #tell(command: FleetCommand): void {
    this.#child.send(command);
  }
}
