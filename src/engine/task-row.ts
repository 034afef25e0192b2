import type { EndedTask, TaskRecord } from "../monitor/records.ts";
import { expectNumbers } from "./numbers.ts";

/** A task as it is written: its name is the row's own, and its bytes are text. */
type WrittenTask = Omit<TaskRecord, "organizationId" | "agentId" | "taskId" | "detail"> & {
  readonly detail: string;
};

const ENDED = JSON.stringify({ ended: true });

export function encodeTask(task: TaskRecord | EndedTask): string {
  if ("ended" in task) return ENDED;
  const { organizationId: _, agentId: __, taskId: ___, detail, ...rest } = task;
  return JSON.stringify({ ...rest, detail: Buffer.from(detail).toString("base64") });
}

/** Throws when it cannot be one. */
export function decodeTask(
  name: { readonly organizationId: string; readonly agentId: string; readonly taskId: string },
  body: string,
): TaskRecord | EndedTask {
  const kept: WrittenTask | { readonly ended: true } = JSON.parse(body);
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

const taskStates: ReadonlySet<string> = new Set([
  "running",
  "stale",
  "succeeded",
  "failed",
  "timed_out",
  "orphaned",
  "canceled",
]);
