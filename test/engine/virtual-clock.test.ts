import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { VirtualClock } from "../../src/engine/virtual-clock.ts";

/** A clock that shows what it is set to. */
function handClock() {
  const shown = { mono: 5_000, asleepMs: 0 };
  const now = () => ({ mono: shown.mono, wall: shown.mono + shown.asleepMs });
  const clock = { now } as Clock;
  return { shown, clock };
}

describe("the monitor's own clock", () => {
  it("runs with the real one while the loop keeps its promises", () => {
    const { shown, clock } = handClock();
    const time = new VirtualClock(clock);
    for (let tick = 0; tick < 100; tick++) {
      time.promise(10);
      shown.mono += tick % 3 === 0 ? 45 : 10;
      expect(time.now().mono).toBe(shown.mono);
      expect(time.tick().heldMs).toBe(0);
    }
    expect(time.heldTotalMs).toBe(0);
  });

  it("tells of a leap of the wall's clock, ahead or back, once", () => {
    const { shown, clock } = handClock();
    const time = new VirtualClock(clock);
    const leaps: number[] = [];
    time.onLeap = ({ wall }) => leaps.push(wall);
    const asleep = (ms: number) => {
      shown.asleepMs = ms;
      return time.now();
    };
    asleep(249);
    const ahead = asleep(60_249);
    expect(ahead.mono).toBe(5_000);
    asleep(60_249);
    const back = asleep(0);
    asleep(-249);
    expect(leaps).toEqual([ahead.wall, back.wall]);
  });

  it("stands still while the process does, whoever reads it first", () => {
    const { shown, clock } = handClock();
    const time = new VirtualClock(clock);
    time.promise(10);
    shown.mono += 60_000;
    // Beats are read before the tick has its turn.
    expect(time.now().mono).toBe(5_060);
    shown.mono += 300;
    expect(time.now().mono).toBe(5_060);
    expect(time.tick()).toEqual({ lagMs: 60_290, heldMs: 60_240 });
    time.promise(10);
    shown.mono += 10;
    expect(time.now().mono).toBe(5_070);
    expect(time.heldTotalMs).toBe(60_240);
  });

  it("goes on from where the one before stood", () => {
    const { shown, clock } = handClock();
    const time = new VirtualClock(clock, { from: 77 });
    shown.mono += 3;
    expect(time.now().mono).toBe(80);
  });

  it("is held back no longer than it may be, and may again after time without a stall", () => {
    const { shown, clock } = handClock();
    const time = new VirtualClock(clock, { maxHeldBackMs: 1_000 });
    const stall = (ms: number) => {
      time.promise(10);
      shown.mono += 60 + ms;
      return time.tick().heldMs;
    };
    expect([stall(600), stall(600), stall(600)]).toEqual([600, 400, 0]);
    for (let second = 0; second < 5; second++) {
      time.promise(1_000);
      shown.mono += 1_000;
      time.tick();
    }
    expect(stall(600)).toBe(566);
  });

  it("never goes back, and never further than the real one has gone", () => {
    const step = fc.record({
      passes: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 100_000 })),
      ticks: fc.boolean(),
      promises: fc.integer({ min: 1, max: 1_000 }),
    });
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 0, max: 50_000 }), (steps, maxHeldBackMs) => {
        const { shown, clock } = handClock();
        const time = new VirtualClock(clock, { maxHeldBackMs });
        let before = time.now().mono;
        for (const { passes, ticks, promises } of steps) {
          shown.mono += passes;
          if (ticks) {
            time.tick();
            time.promise(promises);
          }
          const now = time.now().mono;
          expect(Number.isInteger(now)).toBe(true);
          expect(now).toBeGreaterThanOrEqual(before);
          expect(now - before).toBeLessThanOrEqual(passes);
          expect(shown.mono - now).toBe(time.heldTotalMs);
          before = now;
        }
      }),
    );
  });
});
