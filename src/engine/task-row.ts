import { noHandover } from "../monitor/handover.ts";
import type { EndedTask, TaskRecord } from "../monitor/records.ts";
import { nothingOver, type OverAttempts } from "../monitor/task-ends.ts";
import { expectNumbers } from "./numbers.ts";

/** A task as it is written: its name is the row's own, and its bytes are text. */
type WrittenTask = Omit<TaskRecord, "organizationId" | "agentId" | "taskId" | "detail"> & {
  readonly detail: string;
};

/** A task that its agent has no more. `over` is left out where there is nothing to say. */
interface WrittenEnd {
  readonly ended: true;
  readonly over?: OverAttempts;
}

export function encodeTask(task: TaskRecord | EndedTask): string {
  if ("ended" in task) return encodeEnd(task.over);
  const { organizationId: _, agentId: __, taskId: ___, detail, ...rest } = task;
  return JSON.stringify({ ...rest, detail: Buffer.from(detail).toString("base64") });
}

function encodeEnd(over: OverAttempts): string {
  const end: WrittenEnd = { ended: true, ...((over.own || over.epoch > 0) && { over }) };
  return JSON.stringify(end);
}

/** What rows leave out that were written before tasks were handed on: all were their agents' own. */
const firstAttempt = { token: 0, attempt: 1, formerAgents: [], handover: noHandover };

/** Throws when it cannot be one. */
export function decodeTask(
  name: { readonly organizationId: string; readonly agentId: string; readonly taskId: string },
  body: string,
): TaskRecord | EndedTask {
  const kept: WrittenTask | WrittenEnd = JSON.parse(body);
  if ("ended" in kept) return { ...name, ended: true, over: kept.over ?? nothingOver };
  const { startedAt, activeAt } = kept;
  const { token, attempt, formerAgents, handover } = { ...firstAttempt, ...kept };
  expectNumbers([token, attempt, handover.kind === "waiting" ? handover.dueAt : 0]);
  expectNumbers([kept.epoch, kept.progress, kept.restedMs, kept.restedSinceActivityMs]);
  expectNumbers([startedAt.mono, startedAt.wall, activeAt.mono, activeAt.wall, kept.warnings]);
  if (!taskStates.has(kept.state)) throw new Error(`${kept.state} is no state`);
  return {
    ...kept,
    ...name,
    token,
    attempt,
    formerAgents,
    handover,
    retry: kept.retry,
    detail: new Uint8Array(Buffer.from(kept.detail, "base64")),
    staleAfterMs: kept.staleAfterMs,
    timeoutAfterMs: kept.timeoutAfterMs,
    endedAt: kept.endedAt,
  };
}

const taskStates: ReadonlySet<string> = new Set([
  "running",
  "stale",
  "succeeded",
  "failed",
  "timed_out",
  "orphaned",
  "canceled",
  "offered",
  "given_up",
]);
