import { describe, expect, it } from "vitest";
import { Backoff, ceilingMs, fullJitterMs } from "../../src/agent/backoff.ts";

const bounds = { initialMs: 250, maxMs: 30_000 };

describe("the ceiling of the wait", () => {
  it.each([
    [0, 250],
    [1, 500],
    [2, 1_000],
    [6, 16_000],
    [7, 30_000],
    [100, 30_000],
    [5_000, 30_000],
  ])("before attempt %i is %i ms", (step, expected) => {
    expect(ceilingMs(step, bounds)).toBe(expected);
  });
});

describe("full jitter", () => {
  it.each([
    [0, 0, 0],
    [0, 0.5, 125],
    [3, 0.5, 1_000],
    [9, 0.999999, 29_999],
  ])("of step %i at random %f is %i ms", (step, random, expected) => {
    expect(fullJitterMs(step, bounds, () => random)).toBe(expected);
  });
});

describe("the growth of the waits", () => {
  const almostOne = () => 1 - Number.EPSILON;

  it("doubles with each failure", () => {
    const backoff = new Backoff(bounds, almostOne);
    const waits = [0, 0, 0, 0].map((upMs) => backoff.afterLoss(upMs));
    expect(waits).toEqual([249, 499, 999, 1_999]);
  });

  it("starts anew after a stream that was up as long as the ceiling", () => {
    const backoff = new Backoff(bounds, almostOne);
    for (let i = 0; i < 4; i++) backoff.afterLoss(0);
    expect(backoff.afterLoss(4_000)).toBe(249);
  });

  it("goes on after a stream that was welcomed and dropped at once", () => {
    const backoff = new Backoff(bounds, almostOne);
    for (let i = 0; i < 4; i++) backoff.afterLoss(0);
    expect(backoff.afterLoss(3_999)).toBe(3_999);
  });

  it("costs a stream that the server asked back nothing", () => {
    const backoff = new Backoff(bounds, almostOne);
    expect(backoff.afterRequest(60_000)).toBe(0);
    expect(backoff.afterRequest(60_000)).toBe(0);
  });

  it("slows a server that asks in a circle", () => {
    const backoff = new Backoff(bounds, almostOne);
    expect([0, 0, 0].map((upMs) => backoff.afterRequest(upMs))).toEqual([0, 499, 999]);
  });
});
