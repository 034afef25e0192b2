import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, rowsOf as rowsOfChanges, UnreadableRow } from "../../src/engine/rows.ts";
import type { KeptRecord } from "../../src/monitor/keeping.ts";
import { defaultPolicy } from "../../src/monitor/policy.ts";
import type { AgentRecord, TaskRecord } from "../../src/monitor/records.ts";

const instant = fc.record({ mono: fc.nat(), wall: fc.nat() });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const agent: fc.Arbitrary<AgentRecord> = fc.record({
  organizationId: fc.string({ minLength: 1 }),
  agentId: fc.string({ minLength: 1 }),
  agentType: fc.string({ unit: "grapheme" }),
  instanceId: fc.string({ unit: "grapheme" }),
  labels: fc.dictionary(fc.string(), fc.string()),
  policy: fc.record({
    intervalMs: fc.constant(defaultPolicy.intervalMs),
    timeoutMultiplier: fc.double({ min: 1.1, max: 1000, noNaN: true }),
    maxMissedBeats: fc.nat(),
    graceMs: fc.nat(),
    dropGraceMs: maybe(fc.nat()),
    taskStaleAfterMs: fc.nat(),
    taskTimeoutAfterMs: fc.nat(),
    staleWarningOnlyOnce: fc.boolean(),
  }),
  policyFixed: fc.boolean(),
  state: fc.constantFrom("expected", "alive", "suspect", "down", "left"),
  reason: fc.string({ unit: "grapheme" }),
  stateSince: instant,
  registeredAt: fc.nat(),
  epoch: fc.maxSafeNat(),
  missed: fc.nat(),
  beats: fc.maxSafeNat(),
  streams: fc.nat(),
  lastBeat: fc.integer(),
  pausedUntil: maybe(fc.nat()),
  idle: fc.boolean(),
  restSince: fc.nat(),
  client: maybe(
    fc.record({
      language: fc.string(),
      libraryVersion: fc.string(),
      host: fc.string(),
      pid: fc.nat(),
    }),
  ),
  vitals: maybe(
    fc.record({
      cpu: fc.double({ min: 0, max: 64, noNaN: true }),
      rssBytes: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      loopLagMs: maybe(fc.nat()),
      custom: fc.dictionary(fc.string(), fc.double({ min: 0, max: 1e300, noNaN: true })),
    }),
  ),
});

const task: fc.Arbitrary<TaskRecord> = fc.record({
  organizationId: fc.string({ minLength: 1 }),
  agentId: fc.string({ minLength: 1 }),
  taskId: fc.string({ minLength: 1 }),
  epoch: fc.nat(),
  state: fc.constantFrom("running", "stale", "timed_out", "orphaned", "canceled"),
  progress: fc.double({ min: 0, max: 1, noNaN: true }),
  detail: fc.uint8Array(),
  error: fc.string({ unit: "grapheme" }),
  startedAt: instant,
  activeAt: instant,
  restedMs: fc.nat(),
  restedSinceActivityMs: fc.nat(),
  staleAfterMs: maybe(fc.nat()),
  timeoutAfterMs: maybe(fc.nat()),
  endedAt: maybe(fc.nat()),
  warnings: fc.nat(),
});

const rowsOf = (record: KeptRecord) => rowsOfChanges({ changed: [record], discarded: [] });

describe("a row", () => {
  it("comes back as what it was made of", () => {
    fc.assert(
      fc.property(fc.oneof(agent, task), (record) => {
        const [row] = rowsOf(record).changed;
        expect(decode(row).record).toEqual(record);
      }),
    );
  });

  it("of a task that has ended says so", () => {
    const ended = { organizationId: "o", agentId: "a", taskId: "t", ended: true } as const;
    const [row] = rowsOf(ended).changed;
    expect(decode(row)).toEqual({ kind: "task", record: ended });
  });

  it.each([
    ["no JSON", "{"],
    ["nothing", "null"],
    ["an epoch that is a text", '{"epoch":"1"}'],
    ["a state that there is not", null],
  ])("with %s is not believed", (_, body) => {
    const [sample] = fc.sample(agent, { numRuns: 1, seed: 1 });
    const [row] = rowsOf({ ...sample, state: "gone" } as never).changed;
    expect(() => decode({ ...row, body: body ?? row.body })).toThrow(UnreadableRow);
    expect(() => decode({ ...row, taskId: "t", body: body ?? row.body })).toThrow(UnreadableRow);
  });
});
