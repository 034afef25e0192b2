import { Phases } from "./phases.ts";

const SECOND_MS = 1_000;

/** How much later than its turn somebody may be asked to come: a tenth of the wait, at most this. */
const LONGEST_JITTER_MS = SECOND_MS;

/**
 * Lets streams in at a rate, and gives those beyond it a time to come back. Arithmetic only: time is
 * handed in.
 *
 * A bucket of one second's worth of tokens, and a line: whoever finds no token is given the next turn
 * after all turns given before, one for each token that will be made, so that a storm comes back at the
 * rate. A place in the line is a promise to nobody: somebody else may come first and take the token, and
 * who then finds none is given another turn.
 */
export class Admission {
  /** From one token to the next. */
  readonly #gapMs: number;
  readonly #jitter = new Phases();
  /** When the bucket was, or will be, empty: it holds what has been made since. */
  #emptyAt: number;
  /** The last turn that was given. */
  #lastTurn: number;
  #deferredTotal = 0;

  /** The bucket is full at first. */
  constructor(ratePerSecond: number) {
    this.#gapMs = SECOND_MS / ratePerSecond;
    this.#emptyAt = Number.NEGATIVE_INFINITY;
    this.#lastTurn = Number.NEGATIVE_INFINITY;
  }

  /** How many have been asked to come back, ever. */
  get deferredTotal(): number {
    return this.#deferredTotal;
  }

  /** Takes a token; false when there is none. */
  admit(now: number): boolean {
    const emptyAt = Math.max(this.#emptyAt, now - SECOND_MS);
    if (emptyAt + this.#gapMs > now) return false;
    this.#emptyAt = emptyAt + this.#gapMs;
    return true;
  }

  /**
   * In how many milliseconds somebody who was just not admitted is to come back: at its turn or a little
   * later. A turn that is further away than `longestMs` is not given: then it is asked to come within
   * that span, in its second half, and to ask again.
   */
  defer(now: number, longestMs: number): number {
    this.#deferredTotal++;
    const phase = this.#jitter.next();
    const turn = Math.max(this.#emptyAt, this.#lastTurn) + this.#gapMs;
    const wait = turn - now;
    const jittered = wait + phase * Math.min(wait / 10, LONGEST_JITTER_MS);
    if (jittered > longestMs) return Math.ceil((longestMs * (1 + phase)) / 2);
    this.#lastTurn = turn;
    return Math.ceil(jittered);
  }
}
