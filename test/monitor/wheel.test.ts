import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimingWheel } from "../../src/monitor/wheel.ts";

/** What a wheel is meant to be: a map from timer to instant, searched whole at every tick. */
class NaiveTimers {
  readonly due = new Map<number, number>();
  tick: number;
  readonly tickMs: number;

  constructor(tickMs: number, nowMs: number) {
    this.tickMs = tickMs;
    this.tick = Math.floor(nowMs / tickMs);
  }

  schedule(id: number, atMs: number): void {
    this.due.set(id, Math.max(Math.ceil(atMs / this.tickMs), this.tick + 1));
  }

  cancel(id: number): void {
    this.due.delete(id);
  }

  /** Timers that fire by `nowMs`, each with the tick at which it fires. */
  advance(nowMs: number): { id: number; tick: number }[] {
    const target = Math.floor(nowMs / this.tickMs);
    const fired = [...this.due].filter(([, tick]) => tick <= target);
    for (const [id] of fired) this.due.delete(id);
    this.tick = Math.max(this.tick, target);
    return fired.map(([id, tick]) => ({ id, tick })).sort((a, b) => a.tick - b.tick || a.id - b.id);
  }
}

/** Instants near and far: within a level, around its borders, and beyond the horizon. */
const delay = fc.oneof(
  fc.integer({ min: -50, max: 3_000 }),
  fc.integer({ min: 0, max: 700_000 }),
  fc.integer({ min: 0, max: 200_000_000 }),
  fc.constantFrom(2_550, 2_560, 2_570, 655_350, 655_360, 655_370, 167_772_160, 60_000_000_000),
);
const step = fc.oneof(
  fc.record({ do: fc.constant("schedule" as const), id: fc.nat(40), delay }),
  fc.record({ do: fc.constant("cancel" as const), id: fc.nat(40) }),
  fc.record({ do: fc.constant("advance" as const), by: delay }),
);

describe("a timing wheel", () => {
  it("fires what a naive map of timers fires, at the same ticks", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(100_000), (steps, start) => {
        let now = start;
        const wheel = new TimingWheel(10, now, 4);
        const naive = new NaiveTimers(10, now);
        for (const s of steps) {
          if (s.do === "schedule") {
            wheel.schedule(s.id, now + s.delay);
            naive.schedule(s.id, now + s.delay);
          } else if (s.do === "cancel") {
            wheel.cancel(s.id);
            naive.cancel(s.id);
          } else {
            now += Math.max(0, s.by);
            const fired: number[] = [];
            wheel.advance(now, (id) => fired.push(id));
            const expected = naive.advance(now).map(({ id }) => id);
            expect([...fired].sort((a, b) => a - b)).toEqual([...expected].sort((a, b) => a - b));
          }
          expect(wheel.size).toBe(naive.due.size);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("fires in the order of the ticks, whatever the size of the leap", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5_000_000), { maxLength: 50 }), (instants) => {
        const wheel = new TimingWheel(10, 0);
        instants.forEach((at, id) => {
          wheel.schedule(id, at);
        });
        const ticks: number[] = [];
        wheel.advance(10_000_000, (id) => ticks.push(Math.max(1, Math.ceil(instants[id] / 10))));
        expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
        expect(ticks).toHaveLength(instants.length);
      }),
    );
  });

  it("never fires early, and at most a tick late", () => {
    const wheel = new TimingWheel(10, 0);
    wheel.schedule(0, 1_001);
    let firedAt = 0;
    for (let now = 1; now < 2_000 && firedAt === 0; now++) {
      wheel.advance(now, () => {
        firedAt = now;
      });
    }
    expect(firedAt).toBe(1_010);
  });

  it("lets a timer set itself again while it fires, once for each tick", () => {
    const wheel = new TimingWheel(10, 0);
    wheel.schedule(0, 10);
    let fired = 0;
    wheel.advance(1_000, (id) => {
      fired++;
      wheel.schedule(id, 0);
    });
    expect(fired).toBe(100);
  });

  it("leaps over a year without timers at once", () => {
    const wheel = new TimingWheel(10, 0);
    wheel.schedule(0, 365 * 86_400_000);
    let fired = 0;
    wheel.advance(366 * 86_400_000, () => fired++);
    expect(fired).toBe(1);
  });

  it("keeps a timer beyond its horizon until it is due", () => {
    const wheel = new TimingWheel(10, 0);
    const farAway = 600 * 86_400_000;
    wheel.schedule(0, farAway);
    let fired = 0;
    wheel.advance(farAway - 10, () => fired++);
    expect(fired).toBe(0);
    wheel.advance(farAway, () => fired++);
    expect(fired).toBe(1);
  });
});
