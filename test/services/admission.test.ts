import { describe, expect, it } from "vitest";
import { Admission } from "../../src/services/admission.ts";

const MINUTE_MS = 60_000;

/** How many of so many that come at once are let in. */
function admitted(admission: Admission, now: number, comers = 1_000): number {
  return Array.from({ length: comers }, () => admission.admit(now)).filter(Boolean).length;
}

describe("the bucket", () => {
  it.each([
    // rate, wait after it was emptied, let in then
    [10, 0, 0],
    [10, 99, 0],
    [10, 100, 1],
    [10, 250, 2],
    [10, 1_000, 10],
    [10, 86_400_000, 10],
    [1, 999, 0],
    [1, 1_000, 1],
    [2_000, 1, 2],
    [3, 334, 1],
  ])("at %i a second, empty for %i ms, lets %i in", (rate, waitMs, expected) => {
    const admission = new Admission(rate);
    expect(admitted(admission, 5_000, 5_000)).toBe(rate);
    expect(admitted(admission, 5_000 + waitMs)).toBe(expected);
  });

  it("keeps what was made while somebody came", () => {
    const admission = new Admission(10);
    admitted(admission, 0);
    expect(admission.admit(150)).toBe(true);
    expect(admission.admit(199)).toBe(false);
    expect(admission.admit(200)).toBe(true);
  });
});

describe("who finds it empty", () => {
  const deferred = (admission: Admission, count: number, now = 0, longestMs = MINUTE_MS) =>
    Array.from({ length: count }, () => admission.defer(now, longestMs));

  it("is given the next turn, each a token later than the one before, and a tenth more at most", () => {
    const admission = new Admission(10);
    admitted(admission, 0);
    for (const [n, wait] of deferred(admission, 100).entries()) {
      const turn = (n + 1) * 100;
      expect(wait).toBeGreaterThanOrEqual(turn);
      expect(wait).toBeLessThanOrEqual(Math.ceil(turn * 1.1));
    }
    expect(admission.deferredTotal).toBe(100);
  });

  it("is given a turn after all that were given before, whenever it comes", () => {
    const admission = new Admission(10);
    admitted(admission, 0);
    deferred(admission, 100);
    const [wait] = deferred(admission, 1, 50);
    expect(wait).toBeGreaterThanOrEqual(101 * 100 - 50);
  });

  it("does not wait for turns that have passed", () => {
    const admission = new Admission(10);
    admitted(admission, 0);
    deferred(admission, 20);
    admitted(admission, 60_000);
    expect(deferred(admission, 1, 60_000)[0]).toBeLessThanOrEqual(110);
  });

  it("beyond the bound is spread over its second half, and takes no turn", () => {
    const admission = new Admission(10);
    admitted(admission, 0);
    const waits = deferred(admission, 1_000, 0, 2_000);
    const beyond = waits.slice(20);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_000);
    expect(Math.min(...beyond)).toBeGreaterThanOrEqual(1_000);
    const early = beyond.filter((wait) => wait < 1_500).length;
    expect(early / beyond.length).toBeCloseTo(0.5, 1);
    const [next] = deferred(admission, 1);
    expect(next).toBeLessThanOrEqual(2_310);
  });

  it("is let in when it comes back at its time: a thousand in five seconds, at the rate", () => {
    const admission = new Admission(200);
    const dueAt = Array.from({ length: 1_000 }, () => 0);
    const perSecond: number[] = [0, 0, 0, 0, 0];
    let attempts = 0;
    for (let now = 0; now < 5_000; now++) {
      for (const [comer, at] of dueAt.entries()) {
        if (at !== now) continue;
        attempts++;
        if (admission.admit(now)) perSecond[Math.floor(now / 1_000)]++;
        else dueAt[comer] = now + admission.defer(now, MINUTE_MS);
      }
    }
    expect(attempts).toBe(1_800);
    expect(perSecond.reduce((sum, count) => sum + count)).toBe(1_000);
    expect(perSecond[0]).toBeGreaterThan(350);
    expect(Math.max(...perSecond.slice(1))).toBeLessThanOrEqual(200);
  });
});
