/** Who says Goodbye when the process ends. */
export interface Leaver {
  /** Says Goodbye and resolves when that is done or `boundMs` have passed. Never rejects. */
  leave(reason: string, failed: boolean, boundMs: number): Promise<void>;
}

/** What is used of `process`. */
export type ProcessLike = Pick<
  NodeJS.Process,
  "on" | "prependListener" | "off" | "listenerCount" | "kill" | "pid" | "exitCode"
>;

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** How long a Goodbye may take when a signal has come, in ms. */
const SIGNAL_BOUND_MS = 2_000;
/** How long a Goodbye may take when the program has nothing left to do, in ms. */
const LOOP_EMPTY_BOUND_MS = 1_000;

/**
 * Hears that the process ends, on behalf of all agents in it: one listener of each kind, however many
 * agents there are, and none when there are none.
 *
 * `process.exit()` and a crash cannot be heard in time: there the dropped connection speaks.
 */
export class Farewell {
  readonly #process: ProcessLike;
  readonly #onLoopEmptied = new Set<Leaver>();
  readonly #onSignalled = new Set<Leaver>();
  #dying = false;

  constructor(process: ProcessLike) {
    this.#process = process;
  }

  add(leaver: Leaver, handleSignals: boolean): void {
    if (this.#onLoopEmptied.size === 0) this.#process.on("beforeExit", this.#onBeforeExit);
    this.#onLoopEmptied.add(leaver);
    if (!handleSignals) return;
    if (this.#onSignalled.size === 0) this.#listen();
    this.#onSignalled.add(leaver);
  }

  remove(leaver: Leaver): void {
    if (this.#onLoopEmptied.delete(leaver) && this.#onLoopEmptied.size === 0) {
      this.#process.off("beforeExit", this.#onBeforeExit);
    }
    if (this.#onSignalled.delete(leaver) && this.#onSignalled.size === 0) this.#unlisten();
  }

  readonly #onBeforeExit = (): void => {
    const failed = Number(this.#process.exitCode ?? 0) !== 0;
    const reason = failed ? `exit code ${this.#process.exitCode}` : "the program has ended";
    for (const leaver of [...this.#onLoopEmptied]) {
      void leaver.leave(reason, failed, LOOP_EMPTY_BOUND_MS);
    }
  };

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    // Counted at once: somebody else's once() is gone after this turn.
    const alone = this.#process.listenerCount(signal) === 1;
    if (this.#dying) return this.#die(signal, alone);
    this.#dying = true;
    const all = [...this.#onSignalled].map((leaver) =>
      leaver.leave(signal, false, SIGNAL_BOUND_MS),
    );
    void Promise.all(all).then(() => this.#die(signal, alone));
  };

  /** Gives the signal back its usual effect, unless somebody else has taken it over. */
  #die(signal: NodeJS.Signals, alone: boolean): void {
    if (!this.#dying) return;
    this.#dying = false;
    this.#unlisten();
    if (this.#onSignalled.size > 0) this.#listen();
    if (!alone) return;
    this.#unlisten();
    this.#process.kill(this.#process.pid, signal);
  }

  /** Before the others, so that all of them are still there to be counted. */
  #listen(): void {
    for (const signal of SIGNALS) this.#process.prependListener(signal, this.#onSignal);
  }

  #unlisten(): void {
    for (const signal of SIGNALS) this.#process.off(signal, this.#onSignal);
  }
}

/** The one of this process. */
export const processFarewell = new Farewell(process);
