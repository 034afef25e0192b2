/**
 * The load generator as the bench holds it: one process, all its streams open.
 */
import type { ChildProcess } from "node:child_process";
import type { LoadAnswer, LoadCommand, LoadResult, LoadSettings, RunSettings } from "./load.ts";
import { forkProgram, nextMessage, openFilesLimit, stop } from "./processes.ts";

const OPEN_TIMEOUT_MS = 60_000;
const ANSWER_SLACK_MS = 15_000;
/** Files that a process has open beside its connections, with room. */
const OTHER_FILES = 100;

export class Generator {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when every stream's first message has been answered. */
  static async open(settings: LoadSettings): Promise<Generator> {
    const generator = new Generator(forkProgram("load.ts", [JSON.stringify(settings)]));
    try {
      await generator.#answer(
        (answer) => (answer.type === "open" ? true : undefined),
        OPEN_TIMEOUT_MS,
      );
      return generator;
    } catch (error) {
      await stop(generator.#child);
      throw error;
    }
  }

  /** Sends messages for a while. Throws when a stream did not survive it. */
  async run(run: RunSettings): Promise<LoadResult> {
    this.#tell({ type: "run", run });
    const result = await this.#answer(
      (answer) => (answer.type === "result" ? answer.result : undefined),
      run.warmUpMs + run.measuredMs + ANSWER_SLACK_MS,
    );
    if (result.ended > 0) {
      throw new Error(`${result.ended} streams ended early, the first with: ${result.firstEnd}`);
    }
    if (result.done === 0) throw new Error("not one message was answered");
    return result;
  }

  /** The agents leave, the process ends. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    if (this.#child.connected) this.#tell({ type: "stop" });
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), ANSWER_SLACK_MS);
    await gone;
    clearTimeout(timer);
  }

  #tell(command: LoadCommand): void {
    this.#child.send(command);
  }

  #answer<T>(pick: (answer: LoadAnswer) => T | undefined, timeoutMs: number): Promise<T> {
    return nextMessage(
      this.#child,
      (message) => {
        const answer = message as LoadAnswer;
        if (answer.type === "failed") throw new Error(answer.reason);
        return pick(answer);
      },
      timeoutMs,
    );
  }
}

/** As many connections as this machine lets a process have, and a word when that is fewer. */
export function affordable(connections: number): { connections: number; note: string } {
  const limit = openFilesLimit() - OTHER_FILES;
  if (connections <= limit) return { connections, note: "" };
  return {
    connections: limit,
    note: `${limit} connections only: the limit of open files (ulimit -n) allows no more`,
  };
}
