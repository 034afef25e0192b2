import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, rowsOf as rowsOfChanges, UnreadableRow } from "../../src/engine/rows.ts";
import type { KeptRecord } from "../../src/monitor/keeping.ts";
import { defaultPolicy } from "../../src/monitor/policy.ts";
import type { AgentRecord, TaskRecord } from "../../src/monitor/records.ts";
import { noRetry } from "../../src/monitor/retry-policy.ts";
import { nothingOver } from "../../src/monitor/task-ends.ts";

const instant = fc.record({ mono: fc.nat(), wall: fc.nat() });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const retry = fc.record({
  maxAttempts: fc.nat(),
  backoffMs: fc.nat(),
  maxBackoffMs: fc.nat(),
  placement: fc.constantFrom("any_of_type", "same_agent"),
});

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
    taskRetry: retry,
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
  token: fc.nat(),
  attempt: fc.nat(),
  formerAgents: fc.array(fc.string()),
  handover: fc.oneof(
    fc.constant({ kind: "none" as const }),
    fc.record({ kind: fc.constant("waiting" as const), dueAt: fc.nat(), stopped: fc.boolean() }),
    fc.record({ kind: fc.constant("offered" as const), until: fc.nat() }),
  ),
  retry: maybe(retry),
  state: fc.constantFrom(
    "running",
    "stale",
    "timed_out",
    "orphaned",
    "canceled",
    "offered",
    "given_up",
  ),
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

  it("from before tasks were handed on is of a task of the agent's own, by a policy that hands on none", () => {
    const name = { organizationId: "o", agentId: "a", taskId: "t" };
    const instant = { mono: 1, wall: 2 };
    const old = { epoch: 1, state: "orphaned", progress: 0, detail: "", error: "", warnings: 0 };
    const times = { startedAt: instant, activeAt: instant, restedMs: 0, restedSinceActivityMs: 0 };
    expect(decode({ ...name, body: JSON.stringify({ ...old, ...times }) }).record).toMatchObject({
      token: 0,
      attempt: 1,
      formerAgents: [],
      handover: { kind: "none" },
    });
    const [sample] = fc.sample(agent, 1);
    const [row] = rowsOf({ ...sample!, policy: { ...defaultPolicy } }).changed;
    const [policy = "", fields = ""] = row!.body.split("\n");
    const { taskRetry: _, ...before } = JSON.parse(policy);
    const body = `${JSON.stringify(before)}\n${fields}`;
    expect(decode({ ...row!, body }).record).toMatchObject({ policy: { taskRetry: noRetry } });
  });

  it("of a task that has ended says so", () => {
    const name = { organizationId: "o", agentId: "a", taskId: "t" };
    for (const over of [nothingOver, { own: true, epoch: 0 }, { own: false, epoch: 7 }]) {
      const ended = { ...name, ended: true, over } as const;
      const [row] = rowsOf(ended).changed;
      expect(decode(row)).toEqual({ kind: "task", record: ended });
    }
    expect(decode({ ...name, body: '{"ended":true}' }).record).toMatchObject({ over: nothingOver });
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
