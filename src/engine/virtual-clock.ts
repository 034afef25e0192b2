import type { Clock, Instant } from "../clock.ts";

export interface VirtualClockOptions {
  /** Where it begins: the clock goes on from where it stood when the server before ended. */
  readonly from?: number;
  /** For how long it may be held back, in milliseconds. */
  readonly maxHeldBackMs?: number;
}

/** A tick this late is no stall: timers of a busy process are. */
const ALLOWED_MS = 50;
/** A wall clock that is set slowly never leaps this far. */
const LEAP_MS = 250;
/** Of the time without a stall, how much is given back to what may be held back. */
const GIVEN_BACK = 0.1;

/** What a tick finds. */
export interface TickReport {
  /** How late it was. */
  readonly lagMs: number;
  /** By how much the clock was held back for it. */
  readonly heldMs: number;
}

/**
 * The monitor's own clock: monotonic time, held back while the process itself stands still.
 *
 * The loop promises to be back by a certain instant. A reading after that instant shows that the process
 * was stopped, starved or suspended, and the clock then shows the promised instant until the loop is
 * back: every deadline moves at once, and at no cost. It never goes backwards.
 */
export class VirtualClock {
  readonly #clock: Clock;
  readonly #maxHeldBackMs: number;
  /** What is taken from the real clock; negative when this one began further on. */
  #offsetMs: number;
  #tickDue = Number.POSITIVE_INFINITY;
  /** After this reading of the real clock time is held back. */
  #promised = Number.POSITIVE_INFINITY;
  /** How much longer it may be held back. */
  #creditMs: number;
  #heldTotalMs = 0;
  #heldSinceTickMs = 0;
  #tickedAt = 0;
  /** By how much wall time is ahead of monotonic time. */
  #wallAhead: number;
  /**
   * Told when the wall's clock leaps away from the monotonic one: somebody has set it, or the machine was
   * suspended, during which monotonic time stands still; or both, and then it may have leapt either way,
   * by however much. How long the machine was away, if it was, nobody knows.
   */
  onLeap: ((now: Instant) => void) | undefined;

  constructor(clock: Clock, options: VirtualClockOptions = {}) {
    const { from, maxHeldBackMs = Number.POSITIVE_INFINITY } = options;
    this.#clock = clock;
    this.#maxHeldBackMs = maxHeldBackMs;
    this.#creditMs = maxHeldBackMs;
    const { mono, wall } = clock.now();
    this.#offsetMs = from === undefined ? 0 : mono - from;
    this.#wallAhead = wall - mono;
  }

  /** How long it was held back in all. */
  get heldTotalMs(): number {
    return this.#heldTotalMs;
  }

  now(): Instant {
    const { mono, wall } = this.#clock.now();
    if (mono > this.#promised) this.#holdBack(mono);
    const leaptMs = wall - mono - this.#wallAhead;
    this.#wallAhead = wall - mono;
    const now = { mono: mono - this.#offsetMs, wall };
    if (Math.abs(leaptMs) >= LEAP_MS) this.onLeap?.(now);
    return now;
  }

  /** The loop promises to be back in so many milliseconds. */
  promise(delayMs: number): void {
    this.#tickedAt = this.#clock.now().mono;
    this.#tickDue = this.#tickedAt + delayMs;
    this.#promised = this.#tickDue + ALLOWED_MS;
  }

  /** The loop promises nothing any more. */
  release(): void {
    this.#tickDue = Number.POSITIVE_INFINITY;
    this.#promised = Number.POSITIVE_INFINITY;
  }

  /** The loop is back, as it promised. */
  tick(): TickReport {
    const { mono } = this.#clock.now();
    if (mono > this.#promised) this.#holdBack(mono);
    const report = { lagMs: Math.max(0, mono - this.#tickDue), heldMs: this.#heldSinceTickMs };
    this.#heldSinceTickMs = 0;
    const givenBack = report.heldMs > 0 ? 0 : (mono - this.#tickedAt) * GIVEN_BACK;
    this.#creditMs = Math.min(this.#maxHeldBackMs, this.#creditMs + givenBack);
    return report;
  }

  #holdBack(mono: number): void {
    // Whole, as all monotonic time is.
    const heldMs = Math.floor(Math.min(mono - this.#promised, this.#creditMs));
    this.#creditMs -= heldMs;
    this.#offsetMs += heldMs;
    this.#heldTotalMs += heldMs;
    this.#heldSinceTickMs += heldMs;
    this.#promised = mono;
  }
}
