import type { Clock, Timer } from "../clock.ts";

/**
 * What the agent knows by itself: whether the monitor can still take it for alive.
 *
 * The lease runs from the sending of the youngest beat that was acknowledged, not from the ack: an ack
 * that a frozen machine finds in its socket an hour later renews nothing. The timer is lazy: a renewal
 * moves no timer, and a timer that fires early sets itself anew.
 */
export class Lease {
  readonly #clock: Clock;
  readonly #onLost: (silentMs: number) => void;
  #timeoutMs = 0;
  #renewedAt: number | undefined;
  /** It does not end before, whatever the policy says by now. */
  #leastUntil = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(clock: Clock, onLost: (silentMs: number) => void) {
    this.#clock = clock;
    this.#onLost = onLost;
  }

  /** A beat that was sent at `sentAt` is acknowledged. */
  renew(sentAt: number): void {
    if (this.#renewedAt !== undefined && sentAt < this.#renewedAt) return;
    this.#renewedAt = sentAt;
    if (this.#timer === undefined) this.#arm();
  }

  /**
   * The policy in force says how long silence may last. A shorter span counts from now on, since the
   * monitor does not judge by it the silence before; what was allowed already is not exceeded.
   */
  allow(timeoutMs: number): void {
    if (timeoutMs === this.#timeoutMs) return;
    this.#leastUntil = this.#clock.now().mono + Math.min(this.#remainingMs(), timeoutMs);
    this.#timeoutMs = timeoutMs;
    const held = this.#timer !== undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (held) this.#check();
    else this.#arm();
  }

  get holds(): boolean {
    return this.#remainingMs() > 0;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#renewedAt = undefined;
  }

  #remainingMs(): number {
    if (this.#renewedAt === undefined) return 0;
    const until = Math.max(this.#renewedAt + this.#timeoutMs, this.#leastUntil);
    return until - this.#clock.now().mono;
  }

  /** No timer runs while the lease is lost: that is what makes it lost once per episode. */
  #arm(): void {
    const remainingMs = this.#remainingMs();
    if (remainingMs > 0) this.#timer = this.#clock.after(remainingMs, () => this.#check());
  }

  #check(): void {
    this.#timer = undefined;
    this.#arm();
    if (this.#timer !== undefined || this.#renewedAt === undefined) return;
    this.#onLost(this.#clock.now().mono - this.#renewedAt);
  }
}
