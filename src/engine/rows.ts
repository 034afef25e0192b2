import type { Vitals } from "../events/event.ts";
import type { Row, RowChanges } from "../journal/store.ts";
import type { Keeping, KeptRecord } from "../monitor/keeping.ts";
import type { AgentRecord, EndedTask, TaskRecord } from "../monitor/records.ts";

/** What the monitor wants kept, as the journal keeps it: a row for each agent and each task. */
export function changedRows(keeping: Keeping): RowChanges {
  const { changed, discarded } = keeping.take();
  return {
    changed: changed.map(encode),
    removed: discarded.map((name) => ({ ...name, taskId: name.taskId ?? "" })),
  };
}

export type Restored =
  | { readonly kind: "agent"; readonly record: AgentRecord }
  | { readonly kind: "task"; readonly record: TaskRecord | EndedTask };

function encode(record: KeptRecord): Row {
  const { organizationId, agentId } = record;
  if (!("taskId" in record)) {
    return { organizationId, agentId, taskId: "", body: encodeAgent(record) };
  }
  const { taskId } = record;
  const body = "ended" in record ? ENDED : encodeTask(record);
  return { organizationId, agentId, taskId, body };
}

const ENDED = JSON.stringify({ ended: true });

/** A row that is not what it was: the file passed its check, and its content is wrong all the same. */
export class UnreadableRow extends Error {
  override readonly name = "UnreadableRow";
}

/** A row back as what it was made of. Throws UnreadableRow: nothing is believed that cannot be right. */
export function decode(row: Row): Restored {
  const { organizationId, agentId, taskId, body } = row;
  try {
    const kept = JSON.parse(body);
    const name = { organizationId, agentId };
    if (taskId === "") return { kind: "agent", record: decodeAgent(name, kept) };
    return { kind: "task", record: decodeTask({ ...name, taskId }, kept) };
  } catch (error) {
    const whose = `${organizationId}/${agentId}${taskId && ` task ${taskId}`}`;
    throw new UnreadableRow(`the row of ${whose} is no row of ours`, { cause: error });
  }
}

function decodeAgent(
  name: { readonly organizationId: string; readonly agentId: string },
  kept: Json<AgentRecord>,
): AgentRecord {
  const { policy, vitals, stateSince } = kept;
  expectNumbers([kept.epoch, kept.missed, kept.beats, kept.streams, kept.lastBeat]);
  expectNumbers([stateSince.mono, stateSince.wall, kept.registeredAt, kept.restSince]);
  expectNumbers([policy.intervalMs, policy.timeoutMultiplier, policy.maxMissedBeats]);
  expectNumbers([policy.graceMs, policy.taskStaleAfterMs, policy.taskTimeoutAfterMs]);
  if (!agentStates.has(kept.state)) throw new Error(`${kept.state} is no state`);
  return {
    ...kept,
    ...name,
    policy: { ...policy, dropGraceMs: policy.dropGraceMs },
    pausedUntil: kept.pausedUntil,
    client: kept.client,
    vitals: vitals && { ...vitals, rssBytes: BigInt(vitals.rssBytes), loopLagMs: vitals.loopLagMs },
  };
}

function decodeTask(
  name: { readonly organizationId: string; readonly agentId: string; readonly taskId: string },
  kept: Json<TaskRecord> | { readonly ended: true },
): TaskRecord | EndedTask {
  if ("ended" in kept) return { ...name, ended: true };
  const { startedAt, activeAt } = kept;
  expectNumbers([kept.epoch, kept.progress, kept.restedMs, kept.restedSinceActivityMs]);
  expectNumbers([startedAt.mono, startedAt.wall, activeAt.mono, activeAt.wall, kept.warnings]);
  if (!taskStates.has(kept.state)) throw new Error(`${kept.state} is no state`);
  return {
    ...kept,
    ...name,
    detail: new Uint8Array(Buffer.from(kept.detail, "base64")),
    staleAfterMs: kept.staleAfterMs,
    timeoutAfterMs: kept.timeoutAfterMs,
    endedAt: kept.endedAt,
  };
}

/** A record as it is written: numbers that JSON has no form for, and bytes, are texts. */
type Json<Kept> = Omit<Kept, "vitals" | "detail"> & {
  readonly vitals?: Omit<Vitals, "rssBytes"> & { readonly rssBytes: string };
  readonly detail: string;
};

const agentStates = new Set(["expected", "alive", "suspect", "down", "left"]);
const taskStates = new Set([
  "running",
  "stale",
  "succeeded",
  "failed",
  "timed_out",
  "orphaned",
  "canceled",
]);

function expectNumbers(values: readonly unknown[]): void {
  for (const value of values) {
    if (typeof value !== "number") throw new Error(`${value} is no number`);
  }
}

/** Names are the row's own. */
function encodeAgent({ organizationId: _, agentId: __, vitals, ...rest }: AgentRecord): string {
  return JSON.stringify({ ...rest, vitals: vitals && encodeVitals(vitals) });
}

function encodeVitals(vitals: Vitals) {
  return { ...vitals, rssBytes: String(vitals.rssBytes) };
}

function encodeTask(task: TaskRecord): string {
  const { organizationId: _, agentId: __, taskId: ___, detail, ...rest } = task;
  return JSON.stringify({ ...rest, detail: Buffer.from(detail).toString("base64") });
}
