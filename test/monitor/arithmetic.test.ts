import { describe, expect, it } from "vitest";
import { fixedDetector } from "../../src/monitor/detector.ts";
import { incarnationOf, SwapWatch } from "../../src/monitor/incarnations.ts";
import {
  defaultPolicy,
  graceFor,
  PolicyPool,
  patched,
  timeoutOf,
} from "../../src/monitor/policy.ts";
import { span } from "../../src/monitor/words.ts";

describe("missed beats are floor((silence - grace) / interval), never below 0", () => {
  it.each([
    // interval, grace, silence, missed
    [30_000, 3_000, 0, 0],
    [30_000, 3_000, 32_999, 0],
    [30_000, 3_000, 33_000, 1],
    [30_000, 3_000, 62_999, 1],
    [30_000, 3_000, 63_000, 2],
    [30_000, 3_000, 93_000, 3],
    [100, 250, 349, 0],
    [100, 250, 350, 1],
    [100, 250, 1_250, 10],
    [1_000, 0, 999, 0],
    [1_000, 0, 1_000, 1],
  ])("interval %i ms, grace %i ms, silence %i ms: %i", (intervalMs, graceMs, silence, missed) => {
    const policy = { ...defaultPolicy, intervalMs, graceMs };
    expect(fixedDetector.missedBeats(0, silence, policy)).toBe(missed);
  });

  it("the next miss is the first instant at which the count grows", () => {
    const policy = { ...defaultPolicy, intervalMs: 700, graceMs: 333 };
    for (let missed = 0; missed < 20; missed++) {
      const at = fixedDetector.nextMissAt(0, missed, policy);
      expect(fixedDetector.missedBeats(0, at - 1, policy)).toBe(missed);
      expect(fixedDetector.missedBeats(0, at, policy)).toBe(missed + 1);
    }
  });
});

describe("a policy", () => {
  it.each([
    [100, 250],
    [2_500, 250],
    [2_600, 260],
    [30_000, 3_000],
  ])("of interval %i ms gets a grace of %i ms", (intervalMs, graceMs) => {
    expect(graceFor(intervalMs)).toBe(graceMs);
    expect(patched(defaultPolicy, { intervalMs }).graceMs).toBe(graceMs);
  });

  it("times out after interval x multiplier", () => {
    expect(timeoutOf(defaultPolicy)).toBe(90_000);
    expect(timeoutOf({ ...defaultPolicy, intervalMs: 333, timeoutMultiplier: 1.5 })).toBe(500);
  });

  it("keeps a grace of its own, 0 included, over the one that fits the interval", () => {
    expect(patched(defaultPolicy, { intervalMs: 1_000, graceMs: 0 }).graceMs).toBe(0);
    expect(patched(defaultPolicy, { dropGraceMs: 0 }).dropGraceMs).toBe(0);
  });

  it("is one object for all agents that declare the same", () => {
    const pool = new PolicyPool();
    const first = pool.share(patched(defaultPolicy, { intervalMs: 5_000 }));
    expect(pool.share(patched(defaultPolicy, { intervalMs: 5_000 }))).toBe(first);
    expect(pool.share(patched(defaultPolicy, { intervalMs: 5_001 }))).not.toBe(first);
  });
});

describe("the epoch of a life", () => {
  const bounds = { floor: 0, claimable: 50 };
  const holder = { lived: true, instanceId: "a", epoch: 4, ...bounds };
  const nobody = { lived: false, instanceId: "", epoch: 0, ...bounds };
  const claim = (instanceId: string, epoch = 0, stream = true) => ({ instanceId, epoch, stream });

  it.each([
    ["the same instance keeps it", claim("a"), holder, { kind: "resumed", epoch: 4 }],
    ["another instance gets the next", claim("b"), holder, { kind: "next", epoch: 5 }],
    ["a stream without a name is a new life", claim(""), holder, { kind: "next", epoch: 5 }],
    [
      "a single beat without a name speaks for whoever holds it",
      claim("", 0, false),
      holder,
      { kind: "resumed", epoch: 4 },
    ],
    ["the first life gets 1", claim("a"), nobody, { kind: "next", epoch: 1 }],
    [
      "a claim beyond what a forgetful server knows is believed",
      claim("a", 9),
      nobody,
      { kind: "resumed", epoch: 9 },
    ],
    ["a stranger's higher claim is a new life", claim("b", 9), holder, { kind: "next", epoch: 9 }],
    [
      "a name begins above every epoch that was forgotten",
      claim("a"),
      { ...nobody, epoch: 6 },
      { kind: "next", epoch: 7 },
    ],
    [
      "after a bad end a new life begins above all that may have been given out",
      claim("b"),
      { ...holder, floor: 100 },
      { kind: "next", epoch: 101 },
    ],
    [
      "and the life that comes back keeps its own",
      claim("a", 4),
      { ...holder, floor: 100 },
      { kind: "resumed", epoch: 4 },
    ],
    ["the present claim with the same name", claim("a", 4), holder, { kind: "resumed", epoch: 4 }],
  ])("%s", (_, asked, held, expected) => {
    expect(incarnationOf(asked, held)).toEqual(expected);
  });

  it("a claim is believed up to a bound, and up to what the name has already", () => {
    expect(incarnationOf(claim("b", 50), holder)).toEqual({ kind: "next", epoch: 50 });
    expect(() => incarnationOf(claim("b", 51), holder)).toThrow(/epoch 51 .*at most 50/);
    const far = { ...holder, epoch: 70 };
    expect(incarnationOf(claim("a", 70), far)).toEqual({ kind: "resumed", epoch: 70 });
    expect(() => incarnationOf(claim("a", 71), far)).toThrow(/at most 70/);
  });

  it("an older claim is refused and names the present epoch", () => {
    expect(() => incarnationOf(claim("a", 3), holder)).toThrow(
      /epoch 3 is old.*present epoch is 4/,
    );
  });

  it("three swaps within a minute are a conflict, and then it takes three more", () => {
    const swaps = new SwapWatch();
    const at = (mono: number) => swaps.record(7, { mono, wall: 0 });
    expect([at(0), at(59_000), at(60_000)]).toEqual([false, false, false]);
    expect([at(61_000), at(62_000), at(63_000), at(64_000)]).toEqual([true, false, false, true]);
  });
});

describe("a span in words", () => {
  it.each([
    [0, "0 ms"],
    [250, "250 ms"],
    [1_000, "1 s"],
    [1_550, "1.5 s"],
    [60_000, "1 min"],
    [90_000, "1 min 30 s"],
    [12_000_000, "3 h 20 min"],
    [86_400_000, "1 d"],
  ])("%i ms is %s", (ms, words) => {
    expect(span(ms)).toBe(words);
  });
});
