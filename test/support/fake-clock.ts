import type { Clock, Instant, Timer } from "../../src/clock.ts";

interface Alarm {
  at: number;
  order: number;
  callback: () => void;
  periodMs: number | undefined;
}

/** A clock that moves only when a test moves it. Wall time starts at 2026-01-01T00:00:00Z. */
export class FakeClock implements Clock {
  #mono: number;
  #wall: number;
  #alarms = new Set<Alarm>();
  #order = 0;

  constructor({ mono, wall }: Instant = { mono: 1_000_000, wall: Date.UTC(2026, 0, 1) }) {
    this.#mono = mono;
    this.#wall = wall;
  }

  now(): Instant {
    return { mono: this.#mono, wall: this.#wall };
  }

  preciseMs(): number {
    return this.#mono;
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#set(delayMs, callback, undefined);
  }

  every(periodMs: number, callback: () => void): Timer {
    return this.#set(periodMs, callback, periodMs);
  }

  /** Runs with the next advance, even one of 0 ms. */
  soon(callback: () => void): void {
    this.#set(0, callback, undefined);
  }

  /** How many timers are set: what a test counts to see that nothing leaks. */
  get pendingTimers(): number {
    return this.#alarms.size;
  }

  /** Moves both clocks, firing timers on the way in the order in which they are due. */
  advance(ms: number): void {
    const end = this.#mono + ms;
    for (let next = this.#nextBy(end); next; next = this.#nextBy(end)) {
      this.#move(Math.max(next.at, this.#mono) - this.#mono);
      if (next.periodMs === undefined) this.#alarms.delete(next);
      // As Node's do: a late one is not made up for.
      else next.at = this.#mono + next.periodMs;
      next.callback();
    }
    this.#move(end - this.#mono);
  }

  /** As {@link advance}, but lets promises settle between one timer and the next. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.#mono + ms;
    await settle();
    for (let next = this.#nextBy(end); next; next = this.#nextBy(end)) {
      this.advance(Math.max(next.at, this.#mono) - this.#mono);
      await settle();
    }
    this.advance(end - this.#mono);
    await settle();
  }

  /** The process stands still: time passes, and no timer fires before it is over. */
  stall(ms: number): void {
    this.#move(ms);
  }

  /** Sets the wall clock off without touching monotonic time. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }

  #set(delayMs: number, callback: () => void, periodMs: number | undefined): Timer {
    const alarm = { at: this.#mono + delayMs, order: this.#order++, callback, periodMs };
    this.#alarms.add(alarm);
    return { cancel: () => void this.#alarms.delete(alarm) };
  }

  #nextBy(end: number): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.at > end) continue;
      if (!first || alarm.at < first.at || (alarm.at === first.at && alarm.order < first.order)) {
        first = alarm;
      }
    }
    return first;
  }

  #move(ms: number): void {
    this.#mono += ms;
    this.#wall += ms;
  }
}

/** Lets every promise that is ready run, and what those make ready. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}
