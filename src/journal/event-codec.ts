import {
  isOfAgent,
  type LivenessEvent,
  organizationOf,
  type RecordedEvent,
  type Severity,
  severityOf,
  type TaskSnapshot,
  type Vitals,
} from "../events/event.ts";

/**
 * Events as text and back.
 *
 * An event that is read back is equal to the one that was kept, but for this: `at.mono` is 0, because
 * monotonic time means nothing to another process, and a number that JSON cannot say (no event has one:
 * what comes from outside is checked) is 0 too.
 */

/** Severities as numbers that grow: what a query compares. */
export const severityRank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** An event in the order of the table's columns; what follows is the next event. */
export const EVENT_COLUMNS = 7;

/** Appends sequence, wall time, rank of severity, type, organization, agent and text of an event. */
export function pushColumns(
  columns: (string | number | null)[],
  { sequence, event }: RecordedEvent,
): void {
  columns.push(
    sequence,
    event.at.wall,
    severityRank[severityOf(event)],
    event.type,
    organizationOf(event) ?? null,
    isOfAgent(event) ? event.agentId : null,
    encodeEvent(event),
  );
}

export function encodeEvent(event: LivenessEvent): string {
  const at = event.at.wall;
  if ("task" in event) return JSON.stringify({ ...event, at, task: encodeTask(event.task) });
  if (event.type === "down" && event.lastVitals) {
    return JSON.stringify({ ...event, at, lastVitals: encodeVitals(event.lastVitals) });
  }
  return JSON.stringify({ ...event, at });
}

/** Throws when the text is no event. */
export function decodeEvent(text: string): LivenessEvent {
  const event = withoutNull(JSON.parse(text));
  event.at = { mono: 0, wall: event.at };
  if (event.task) event.task = decodeTask(event.task);
  if (event.lastVitals) event.lastVitals = decodeVitals(event.lastVitals);
  const field = undefinable[event.type as keyof typeof undefinable];
  if (field !== undefined && !(field in event)) event[field] = undefined;
  return event as LivenessEvent;
}

/** The field of each type that may be undefined, which JSON leaves out. */
const undefinable: {
  readonly [Event in LivenessEvent as Undefinable<Event> extends never
    ? never
    : Event["type"]]: Undefinable<Event>;
} = {
  registered: "transition",
  connected: "transition",
  resumed: "transition",
  down: "lastVitals",
  left: "expectedBackInMs",
  monitor_started: "awayMs",
};

type Undefinable<Event> = {
  // What is optional may be left out after the way back as well.
  [Field in keyof Event]-?: object extends Pick<Event, Field>
    ? never
    : undefined extends Event[Field]
      ? Field
      : never;
}[keyof Event];

function encodeTask(task: TaskSnapshot) {
  const { detail } = task;
  const { buffer, byteOffset, byteLength } = detail;
  const text = byteLength === 0 ? undefined : Buffer.from(buffer, byteOffset, byteLength);
  return { ...task, detail: text?.toString("base64") };
}

/** What was written before tasks were handed on was all of first and only attempts. */
const onlyAttempt = { attempt: 1, maxAttempts: 1, nextAttemptAt: undefined, fromAgentId: "" };

function decodeTask(read: Encoded): TaskSnapshot {
  const detail = read.detail === undefined ? new Uint8Array() : bytes(read.detail);
  return { ...onlyAttempt, ...withoutNull(read), detail } as unknown as TaskSnapshot;
}

/** Plain bytes, as they were: not a Buffer, whose methods differ. */
function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

function encodeVitals(vitals: Vitals) {
  return { ...vitals, rssBytes: String(vitals.rssBytes) };
}

function decodeVitals(read: Encoded): Vitals {
  const { rssBytes, loopLagMs, custom, ...rest } = withoutNull(read);
  return {
    ...rest,
    rssBytes: BigInt(rssBytes),
    loopLagMs,
    custom: withoutNull(custom),
  } as unknown as Vitals;
}

/** What JSON gave: its fields are known by their names alone. */
// biome-ignore lint/suspicious/noExplicitAny: the text was written by this file
type Encoded = Record<string, any>;

/** No field is ever null: a null was a number that is not finite. */
function withoutNull(read: Encoded): Encoded {
  for (const name in read) if (read[name] === null) read[name] = 0;
  return read;
}
