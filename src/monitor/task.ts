import type { Instant } from "../clock.ts";
import type { TaskState } from "../events/event.ts";
import type { Slot } from "./columns.ts";

/** News of a task, as its agent tells it. */
export interface TaskReport {
  readonly taskId: string;
  readonly state: "running" | "succeeded" | "failed" | "canceled";
  /** 0 to 1; 0 keeps what was there. */
  readonly progress: number;
  /** Empty keeps what was there. */
  readonly detail: Uint8Array;
  readonly error: string;
  /** Undefined leaves what was declared before, or the agent's policy. */
  readonly staleAfterMs: number | undefined;
  readonly timeoutAfterMs: number | undefined;
}

/** One task of one agent. */
export interface Task {
  /** Its timer in the wheel and its place in the list of tasks. */
  readonly timer: number;
  readonly slot: Slot;
  readonly taskId: string;
  epoch: number;
  state: TaskState;
  progress: number;
  detail: Uint8Array;
  error: string;
  startedAt: Instant;
  activeAt: Instant;
  /** Time since the start, and since the last activity, in which its agent was idle or paused. */
  restedMs: number;
  restedSinceActivityMs: number;
  staleAfterMs: number | undefined;
  timeoutAfterMs: number | undefined;
  /** When it ended, if it is still shown: its clocks stand still. Monotonic. */
  endedAt: number | undefined;
  /** How often the present episode of standing still was told. */
  warnings: number;
}

export function isInFlight(task: Task): boolean {
  return task.state === "running" || task.state === "stale";
}

const noBytes = new Uint8Array(0);

/** A task that starts now, with what its agent tells of it. */
export function started(
  report: TaskReport,
  place: { readonly timer: number; readonly slot: Slot; readonly epoch: number },
  now: Instant,
): Task {
  const task: Task = {
    ...place,
    taskId: report.taskId,
    state: "running",
    progress: 0,
    detail: noBytes,
    error: "",
    startedAt: now,
    activeAt: now,
    restedMs: 0,
    restedSinceActivityMs: 0,
    staleAfterMs: undefined,
    timeoutAfterMs: undefined,
    endedAt: undefined,
    warnings: 0,
  };
  take(task, report, now);
  return task;
}

/** The task shows activity. */
export function touch(task: Task, now: Instant): void {
  task.activeAt = now;
  task.restedSinceActivityMs = 0;
  task.warnings = 0;
}

/** News of the task, which are activity too. */
export function take(task: Task, report: TaskReport, now: Instant): void {
  touch(task, now);
  if (report.progress > 0) task.progress = report.progress;
  // The transport's buffers are pooled: what is kept is copied.
  if (report.detail.length > 0) task.detail = report.detail.slice();
  task.error = report.error;
  task.staleAfterMs = report.staleAfterMs ?? task.staleAfterMs;
  task.timeoutAfterMs = report.timeoutAfterMs ?? task.timeoutAfterMs;
}
