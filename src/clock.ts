/**
 * Time, as a value that is handed in.
 *
 * This file alone touches `Date`, `performance` and the timers. Everything else takes a {@link Clock},
 * so that tests can run a year in a millisecond.
 */

/** One reading of both clocks. Every decision takes one and uses it throughout. */
export interface Instant {
  /** Monotonic time in whole milliseconds. Decides. Its zero means nothing. */
  readonly mono: number;
  /** Wall time in whole milliseconds since 1970. Is shown, and decides nothing. */
  readonly wall: number;
}

/** A timer that was set. */
export interface Timer {
  /** Stops it; harmless when it has fired. */
  cancel(): void;
}

export interface Clock {
  /** Reads both clocks. */
  now(): Instant;
  /** Monotonic milliseconds with a fraction: for spans that are shown, never for deadlines. */
  preciseMs(): number;
  /** Calls back once after `delayMs`, soon when that has passed. The timer keeps no process alive. */
  after(delayMs: number, callback: () => void): Timer;
  /** Calls back every `periodMs` until cancelled. The timer does not keep the process alive. */
  every(periodMs: number, callback: () => void): Timer;
  /** Calls back in the next turn of the loop, once everything else that is ready has run. */
  soon(callback: () => void): void;
}

/** The longest delay that a Node timer takes; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => ({ mono: Math.floor(performance.now()), wall: Date.now() }),
  preciseMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), LONGEST_DELAY_MS));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, Math.min(periodMs, LONGEST_DELAY_MS));
    timer.unref();
    return { cancel: () => clearInterval(timer) };
  },
  soon(callback) {
    setImmediate(callback);
  },
};

/** Resolves after `delayMs`, or at once when the signal aborts. Never rejects. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      timer.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.after(delayMs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** Lets everything else that is ready run first: timers, sockets, promises. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Wall time as people and programs write it: "2026-01-31T12:00:00.000Z". */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
