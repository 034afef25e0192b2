import fc from "fast-check";
import type {
  AgentState,
  EventType,
  LivenessEvent,
  OfAgent,
  TaskSnapshot,
  Vitals,
} from "../../src/events/event.ts";

/** Events of every type, with whatever they may hold. Few names, so that filters meet some of them. */

/** Objects as they are everywhere but in fast-check. */
const plain = <Fields>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record<Fields>(fields, { noNullPrototype: true });

const wall = fc.integer({ min: 0, max: 40 });
const ms = fc.integer({ min: 0, max: 2 ** 53 - 1 });
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const anyText = fc.oneof(
  text,
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constant("\ud800 \u0000"),
);
const organization = fc.constantFrom("default", "other");
const agent = fc.constantFrom("a", "b", "c/é");
const at = wall.map((wallMs) => ({ mono: 0, wall: wallMs }));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const states = fc.constantFrom<AgentState>("expected", "alive", "suspect", "down", "left");
const moved = { from: states, to: states };
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const transition = maybe(plain(moved));

const ofAgent = {
  at,
  reason: anyText,
  organizationId: organization,
  agentId: agent,
  agentType: anyText,
  epoch: ms,
  missedBeats: ms,
  silenceMs: ms,
} satisfies { [Field in keyof OfAgent]: fc.Arbitrary<OfAgent[Field]> };

const vitals: fc.Arbitrary<Vitals> = plain({
  cpu: finite,
  rssBytes: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  loopLagMs: maybe(ms),
  custom: fc.dictionary(text, finite, { noNullPrototype: true, maxKeys: 3 }),
});

const task: fc.Arbitrary<TaskSnapshot> = plain({
  taskId: text,
  organizationId: organization,
  agentId: agent,
  state: fc.constantFrom(
    "running",
    "stale",
    "succeeded",
    "failed",
    "timed_out",
    "orphaned",
    "offered",
  ),
  progress: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  detail: fc.uint8Array({ maxLength: 20 }),
  error: anyText,
  startedAt: ms,
  lastActivityAt: ms,
  runningForMs: ms,
  idleForMs: ms,
  epoch: ms,
  attempt: ms,
  maxAttempts: ms,
  nextAttemptAt: maybe(ms),
  fromAgentId: fc.oneof(agent, fc.constant("")),
});

function of<Type extends EventType>(type: Type, fields: object): fc.Arbitrary<LivenessEvent> {
  return plain({ type: fc.constant(type), ...fields }) as unknown as fc.Arbitrary<LivenessEvent>;
}

const itself = { at, reason: anyText };

/** By type. A type that is missing does not compile. */
export const eventsByType: Readonly<Record<EventType, fc.Arbitrary<LivenessEvent>>> = {
  registered: of("registered", {
    ...ofAgent,
    transition: maybe(fc.oneof(plain(moved), plain({ to: states }))),
  }),
  connected: of("connected", {
    ...ofAgent,
    transition,
    instanceId: text,
    resumed: fc.boolean(),
    stream: fc.boolean(),
  }),
  dropped: of("dropped", ofAgent),
  missed: of("missed", ofAgent),
  suspected: of("suspected", { ...ofAgent, ...moved }),
  down: of("down", { ...ofAgent, ...moved, lastVitals: maybe(vitals) }),
  recovered: of("recovered", { ...ofAgent, ...moved }),
  left: of("left", {
    ...ofAgent,
    ...moved,
    unregistered: fc.boolean(),
    expectedBackInMs: maybe(ms),
  }),
  paused: of("paused", { ...ofAgent, until: ms }),
  resumed: of("resumed", { ...ofAgent, transition }),
  superseded: of("superseded", { ...ofAgent, oldInstanceId: text, instanceId: text }),
  conflict: of("conflict", { ...ofAgent, swaps: ms }),
  policy_updated: of("policy_updated", ofAgent),
  removed: of("removed", ofAgent),
  task_started: of("task_started", { ...ofAgent, task }),
  task_stale: of("task_stale", { ...ofAgent, task }),
  task_timed_out: of("task_timed_out", { ...ofAgent, task }),
  task_orphaned: fc.oneof(
    of("task_orphaned", { ...ofAgent, task }),
    of("task_orphaned", { ...ofAgent, task, withdrawn: fc.constant(true) }),
  ),
  task_retried: of("task_retried", { ...ofAgent, task, attempt: ms, fromAgentId: agent }),
  task_given_up: of("task_given_up", { ...ofAgent, task, attempts: ms }),
  task_finished: of("task_finished", { ...ofAgent, task }),
  task_canceled: of("task_canceled", { ...ofAgent, task, byOperator: fc.boolean() }),
  monitor_started: of("monitor_started", {
    ...itself,
    restored: ms,
    awaited: ms,
    awayMs: maybe(ms),
  }),
  monitor_draining: of("monitor_draining", { ...itself, streams: fc.nat() }),
  monitor_stalled: of("monitor_stalled", { ...itself, stalledMs: ms, heldBackMs: ms }),
  journal_recovered: of("journal_recovered", { ...itself, troubledMs: ms, unkeptEvents: ms }),
  journal_set_aside: of("journal_set_aside", { ...itself, file: anyText }),
  protection_started: of("protection_started", {
    ...itself,
    organizationId: organization,
    suspects: ms,
    watched: ms,
  }),
  protection_ended: of("protection_ended", {
    ...itself,
    organizationId: organization,
    heldMs: ms,
    stillHeld: ms,
  }),
};

export const eventTypes = Object.keys(eventsByType) as EventType[];

export const anyEvent: fc.Arbitrary<LivenessEvent> = fc.oneof(...Object.values(eventsByType));
