import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventFilter } from "../../src/events/filter.ts";
import { matches } from "../../src/events/filter.ts";
import { anyEvent, eventTypes } from "./any-event.ts";
import { missed, missedFrom, recordedFrom, TestFile } from "./sqlite-support.ts";

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const anyFilter: fc.Arbitrary<EventFilter> = fc.record({
  organizationId: maybe(fc.constantFrom("default", "other", "nobody")),
  agentId: maybe(fc.constantFrom("a", "b", "c/é", "nobody")),
  types: maybe(fc.subarray(eventTypes).map((types) => new Set(types))),
  minSeverity: maybe(fc.constantFrom("info", "warning", "error")),
  since: maybe(fc.integer({ min: -1, max: 42 })),
  until: maybe(fc.integer({ min: -1, max: 42 })),
});

const anyQuery = fc.record({
  filter: anyFilter,
  after: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constant(0)),
  before: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constant(Number.POSITIVE_INFINITY)),
  newestFirst: fc.boolean(),
  limit: fc.integer({ min: 1, max: 70 }),
});

test("what is found is what the filter matches, whatever the wall clock did", () => {
  const cases = fc.tuple(
    fc.array(anyEvent, { maxLength: 60, size: "max" }),
    fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(1)),
    fc.array(anyQuery, { minLength: 20, maxLength: 20 }),
  );
  fc.assert(
    fc.property(cases, ([events, firstSequence, queries]) => {
      const recorded = recordedFrom(1, events);
      const before = new TestFile();
      before.commit({ events: recorded.slice(0, 20) });
      before.file.close(true);
      // What is known of the wall clock goes on from one process to the next.
      const store = before.reopen();
      store.commit({ events: recorded.slice(20) });
      store.file.trim({ firstSequence, before: 0 });
      for (const query of queries) {
        const { filter, after, before, newestFirst, limit } = query;
        const left = recorded.filter(({ sequence }) => sequence >= firstSequence);
        const expected = (newestFirst ? left.toReversed() : left)
          .filter(({ sequence }) => sequence > after && sequence < before)
          .filter((event) => matches(filter, event))
          .slice(0, limit);
        expect(store.find(query)).toStrictEqual(expected);
      }
      store.file.close(true);
    }),
    // Each run writes a file: a smaller example is not worth the wait.
    { numRuns: 40, endOnFailure: true },
  );
});

test.each([true, false])("a rare event is found in steps, newest first: %s", (newestFirst) => {
  const store = new TestFile();
  store.commit({ events: missedFrom(1, 12_345) });
  store.commit({ events: recordedFrom(12_346, [missed("rare"), missed("rare")]) });
  store.commit({ events: missedFrom(12_348, 20_000) });
  const ofAgent = { organizationId: "default", agentId: "rare" };
  const scanned = store.search({ filter: { agentId: "rare" }, newestFirst });
  expect(scanned.found).toHaveLength(2);
  expect(scanned.steps).toBe(7);
  const looked = store.search({ filter: ofAgent, newestFirst });
  expect(looked.found).toEqual(scanned.found);
  expect(looked.steps).toBe(1);
});

test("an agent with a long history is looked through in steps too", () => {
  const store = new TestFile();
  store.commit({
    events: recordedFrom(
      1,
      Array.from({ length: 11_000 }, () => missed("busy")),
    ),
  });
  const filter = {
    organizationId: "default",
    agentId: "busy",
    types: new Set(["down"] as const),
  };
  expect(store.search({ filter })).toEqual({ found: [], steps: 3 });
  expect(store.search({ filter, newestFirst: true })).toEqual({ found: [], steps: 3 });
  const { types: _, ...all } = filter;
  expect(store.sequences({ filter: all })).toHaveLength(11_000);
  expect(store.sequences({ filter: all, newestFirst: true, limit: 2 })).toEqual([11_000, 10_999]);
});

test("what happened since an instant is found without looking at what was before", () => {
  const store = new TestFile();
  const events = Array.from({ length: 30_000 }, (_, i) => missed("a", 1_000 + i));
  store.commit({ events: recordedFrom(1, events) });
  const { found, steps } = store.search({ filter: { since: 30_000 } });
  expect(found).toHaveLength(1_000);
  expect(found[0]?.sequence).toBe(29_001);
  expect(steps).toBe(1);
});

test("a wall clock that was set back between two processes hides nothing", () => {
  const first = new TestFile();
  first.commit({ events: recordedFrom(1, [missed("a", 100), missed("a", 100)]) });
  first.file.close(true);
  const second = first.reopen();
  const later = Array.from({ length: 9 }, () => missed("a", 10));
  second.commit({ events: recordedFrom(3, later) });
  expect(second.sequences({ filter: { since: 50 } })).toEqual([1, 2]);
});

test("nothing is found in a file without events", () => {
  expect(new TestFile().find({ filter: { since: 5 } })).toEqual([]);
});
