import { type Clock, systemClock, type Timer } from "../../../src/clock.ts";

/** The system's clock, counting the timers that are set. */
export class CountingClock implements Clock {
  readonly pending = new Set<Timer>();

  now = systemClock.now;
  preciseMs = systemClock.preciseMs;
  soon = systemClock.soon;

  after(delayMs: number, callback: () => void): Timer {
    const inner = systemClock.after(delayMs, () => {
      this.pending.delete(timer);
      callback();
    });
    const timer = this.#track(inner);
    return timer;
  }

  every(periodMs: number, callback: () => void): Timer {
    return this.#track(systemClock.every(periodMs, callback));
  }

  #track(inner: Timer): Timer {
    const timer = {
      cancel: () => {
        this.pending.delete(timer);
        inner.cancel();
      },
    };
    this.pending.add(timer);
    return timer;
  }
}
