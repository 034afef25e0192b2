import fc from "fast-check";
import { expect, test } from "vitest";
import type { LivenessEvent } from "../../src/events/event.ts";
import { decodeEvent, encodeEvent } from "../../src/journal/event-codec.ts";
import { eventsByType, eventTypes } from "./any-event.ts";

test.each(eventTypes)("an event %s comes back as it was", (type) => {
  fc.assert(
    fc.property(eventsByType[type], (event) => {
      expect(decodeEvent(encodeEvent(event))).toStrictEqual(event);
    }),
    { numRuns: 200 },
  );
});

const down: LivenessEvent = {
  type: "down",
  at: { mono: 77, wall: 1_700_000_000_000 },
  reason: "no beat for 30 s",
  organizationId: "default",
  agentId: "a",
  agentType: "",
  epoch: 1,
  missedBeats: 3,
  silenceMs: 30_000,
  from: "suspect",
  to: "down",
  lastVitals: { cpu: 0.5, rssBytes: 2n ** 63n, loopLagMs: undefined, custom: { queue: 1 } },
};

test("monotonic time does not come back: it means nothing to another process", () => {
  expect(decodeEvent(encodeEvent(down)).at).toEqual({ mono: 0, wall: 1_700_000_000_000 });
});

test("a number that JSON cannot say is 0, and the rest of the event is unharmed", () => {
  const custom = { a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: -0, d: 1 };
  const lastVitals = { cpu: Number.POSITIVE_INFINITY, rssBytes: 1n, loopLagMs: Number.NaN, custom };
  const event: LivenessEvent = {
    ...down,
    at: { mono: 0, wall: 5 },
    silenceMs: Number.NaN,
    lastVitals,
  };
  expect(decodeEvent(encodeEvent(event))).toStrictEqual({
    ...event,
    silenceMs: 0,
    lastVitals: { cpu: 0, rssBytes: 1n, loopLagMs: 0, custom: { a: 0, b: 0, c: 0, d: 1 } },
  });
});

test("what was given is not changed", () => {
  const before = structuredClone(down);
  encodeEvent(down);
  expect(down).toStrictEqual(before);
});

test("bytes of a part of a larger buffer are those of the part", () => {
  const whole = Uint8Array.from([1, 2, 3, 4, 5]);
  const [sample] = fc.sample(eventsByType.task_started, 1);
  if (sample?.type !== "task_started") throw new Error("no sample");
  const event = { ...sample, task: { ...sample.task, detail: whole.subarray(1, 3) } };
  const read = decodeEvent(encodeEvent(event));
  expect("task" in read && [...read.task.detail]).toEqual([2, 3]);
});

test("what is no event is refused", () => {
  expect(() => decodeEvent("{")).toThrow();
  expect(() => decodeEvent("")).toThrow();
});
