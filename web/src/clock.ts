import type { Clock } from "../../src/clock.ts";

/**
 * A browser's time. This file alone touches `Date`, `performance`, the timers and animation frames;
 * everything else of the page takes it, so that tests hand in a clock of their own.
 */
export const browserClock: Clock = {
  now: () => ({ mono: Math.floor(performance.now()), wall: Date.now() }),
  preciseMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = window.setTimeout(callback, Math.max(0, delayMs));
    return { cancel: () => window.clearTimeout(timer) };
  },
  every(periodMs, callback) {
    const timer = window.setInterval(callback, periodMs);
    return { cancel: () => window.clearInterval(timer) };
  },
  soon(callback) {
    window.setTimeout(callback, 0);
  },
};

/** Calls back before the next frame is drawn; a page that is not seen draws none. */
export function beforeFrame(callback: () => void): { cancel(): void } {
  const frame = requestAnimationFrame(callback);
  return { cancel: () => cancelAnimationFrame(frame) };
}
