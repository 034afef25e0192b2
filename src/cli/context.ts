import type { Writable } from "node:stream";
import type { Transport } from "@connectrpc/connect";
import type { DestinationStream } from "pino";
import type { Clock } from "../clock.ts";
import type { AgentLike, AgentRequest } from "./run/agent.ts";

/** All of the outside world that a command may touch. The composition root makes it, and so do tests. */
export interface CliContext {
  /** What stands after the command's own name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether a person looks at stdout. */
  readonly isTTY: boolean;
  /** Whether a terminal is stdin, so that its keys signal the whole foreground process group. */
  readonly stdinIsTTY: boolean;
  /** The terminal's width; undefined when there is none. */
  readonly columns: number | undefined;
  /** What a full screen is shown on; undefined unless stdin and stdout are both a terminal. */
  readonly terminal: Terminal | undefined;
  readonly clock: Clock;
  readonly hostName: string;
  /** Of this process. */
  readonly pid: number;
  readonly version: string;
  /** Calls back on each of the signals until the function that it returns is called. */
  onSignal(
    signals: readonly NodeJS.Signals[],
    handler: (signal: NodeJS.Signals) => void,
  ): () => void;
  /** Ends this process at once. */
  exit(code: number): void;
  /** Ends this process by a signal's default action. Returns when the signal does not kill. */
  die(signal: NodeJS.Signals): void;
  /** Where a server logs. */
  readonly log: DestinationStream;
  /** Instead of a connection: what tests answer with. */
  readonly transport?: Transport;
  /** Instead of the agent of this package: what tests observe. */
  readonly createAgent?: (request: AgentRequest) => AgentLike;
}

/** A terminal as a full screen needs it. */
export interface Terminal {
  /** As it is now. */
  size(): { readonly columns: number; readonly rows: number };
  write(text: string): void;
  /** Whether it has yet to take what was written: more would only queue up. */
  isBusy(): boolean;
  onResize(handler: () => void): () => void;
  /**
   * Hands over keys as they are pressed, unedited and not echoed, until the function that it returns is
   * called. `restore` is written if the process ends before that, whatever ends it.
   */
  takeKeys(handlers: KeyHandlers, restore: string): () => void;
}

export interface KeyHandlers {
  /** Everything that was pressed since, as the terminal sends it. */
  onText(text: string): void;
  /** The terminal is gone. */
  onEnd(): void;
}
