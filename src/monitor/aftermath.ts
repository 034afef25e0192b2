import type { Instant } from "../clock.ts";
import { type LivenessPolicy, timeoutOf } from "./policy.ts";

/** A stall this long breaks streams of the most patient client. */
const BREAKS_ALL_MS = 5_000;
/** Agents give an attempt up after seconds (10 unless told otherwise): after a shorter stall no hello is stale. */
const UNANSWERED_MS = 1_000;
/** For how long after it, and after a restart, what it broke comes to light: a large fleet takes its time. */
const LONGEST_MS = 30_000;

/**
 * The time after a stall of the monitor itself, or after its restart, in which the end of a stream may be
 * its own fault: an agent that got no acks gives its stream up, and the monitor learns of it late.
 */
export class Aftermath {
  #until = Number.NEGATIVE_INFINITY;
  #doubtsUntil = Number.NEGATIVE_INFINITY;
  #stalledMs = 0;

  /** The monitor stood still for so long, and is back. */
  begin(stalledMs: number, now: Instant): void {
    // What follows a long stall, as everybody comes back, is short ones: they take nothing away from it.
    const follows = now.mono <= this.#until;
    this.#stalledMs = follows ? Math.max(this.#stalledMs, stalledMs) : stalledMs;
    const lastsMs = stalledMs >= BREAKS_ALL_MS ? LONGEST_MS : stalledMs;
    this.#until = Math.max(this.#until, now.mono + lastsMs);
    if (stalledMs >= UNANSWERED_MS) this.#doubtsUntil = Math.max(this.#doubtsUntil, this.#until);
  }

  /** The monitor was started where another one had been: whoever knocked meanwhile may have gone. */
  beginAnew(now: Instant): void {
    this.#doubtsUntil = now.mono + LONGEST_MS;
  }

  /** Whether an agent with this policy may have lost patience with the monitor. */
  excuses(policy: LivenessPolicy, now: Instant): boolean {
    if (now.mono > this.#until) return false;
    // Its last ack may have been an interval and a grace old when the stall began: it was not late by then.
    const ackedAgo = policy.intervalMs + policy.graceMs;
    const patience = Math.min(BREAKS_ALL_MS, timeoutOf(policy) - ackedAgo);
    return this.#stalledMs >= patience;
  }

  /** Whether a stream that opens now may be one that its agent has given up, heard late. */
  doubts(now: Instant): boolean {
    return now.mono <= this.#doubtsUntil;
  }
}
