import { describe, expect, it } from "vitest";
import { pushbackWaitMs, readPushback } from "../../src/agent/pushback.ts";

describe("a delay that a server asks for", () => {
  it.each([
    ["2000", 2_000],
    ["0", 10],
    ["9", 10],
    ["300000", 300_000],
    ["300001", 300_000],
    ["9".repeat(400), 300_000],
    ["-1", undefined],
    ["-0", undefined],
    ["NaN", undefined],
    ["Infinity", undefined],
    ["1.5", undefined],
    ["0x10", undefined],
    ["", undefined],
    ["soon", undefined],
    [null, undefined],
  ])("of %j is believed as %j", (text, expected) => {
    expect(readPushback(text)).toBe(expected);
  });
});

describe("the wait that comes of it", () => {
  it.each([
    [10, 0, 10],
    [10, 0.999, 10],
    [2_000, 0, 2_000],
    [2_000, 0.5, 2_100],
    [2_000, 0.999, 2_199],
    [300_000, 0.999, 300_999],
  ])("of %i ms at random %f is %i ms", (pushbackMs, random, expected) => {
    expect(pushbackWaitMs(pushbackMs, () => random)).toBe(expected);
  });
});
