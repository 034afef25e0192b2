import { HeartbeatError } from "../errors.ts";
import type { CallContext } from "./call-context.ts";

/** Counts the streams of a kind that are open, refuses one too many, and ends them all when the server drains. */
export class Watchers {
  readonly #max: number;
  readonly #setting: string;
  readonly #open = new Set<AbortController>();
  #slowTotal = 0;
  #draining = false;

  /** `setting` is what bounds it, for whoever is refused. */
  constructor(max: number, setting: string) {
    this.#max = max;
    this.#setting = setting;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Watches that were ended because their reader was too slow. */
  get slowTotal(): number {
    return this.#slowTotal;
  }

  /**
   * Runs a watch until its caller goes, or the server drains: then it ends with draining. `endSlow`
   * ends the call of a caller that reads nothing, and gives its place free.
   * Throws streams_full when it would be one too many.
   */
  async *run<Item>(
    caller: CallContext,
    watch: (signal: AbortSignal, endSlow: (error: HeartbeatError) => void) => AsyncIterable<Item>,
  ): AsyncGenerator<Item> {
    this.#admit();
    const ending = new AbortController();
    this.#open.add(ending);
    let slow = false;
    const countSlow = () => {
      if (!slow) this.#slowTotal++;
      slow = true;
    };
    try {
      yield* watch(AbortSignal.any([caller.signal, ending.signal]), (error) => {
        countSlow();
        caller.end?.(error);
      });
      if (!caller.signal.aborted && ending.signal.aborted) throw draining();
    } catch (error) {
      if (error instanceof HeartbeatError && error.code === "watcher_slow") countSlow();
      throw error;
    } finally {
      this.#open.delete(ending);
    }
  }

  /** Ends every watch; later ones are refused. */
  drain(): void {
    this.#draining = true;
    for (const ending of this.#open) ending.abort();
  }

  #admit(): void {
    if (this.#draining) throw draining();
    if (this.#open.size < this.#max) return;
    throw new HeartbeatError("streams_full", {
      problem: "this would be one stream too many",
      limit: `${this.#max}, ${this.#setting}`,
    });
  }
}

export function draining(): HeartbeatError {
  return new HeartbeatError("draining", { problem: "the server is draining" });
}
