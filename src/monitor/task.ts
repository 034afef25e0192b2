import type { Instant } from "../clock.ts";
import type { TaskState } from "../events/event.ts";
import type { Slot } from "./columns.ts";
import { type Handover, noHandover } from "./handover.ts";
import type { RetryPolicy } from "./retry-policy.ts";

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
  readonly retry: RetryPolicy | undefined;
  /** Which attempt it is of: the epoch of its offer, 0 for the agent's own task. */
  readonly token: number;
}

/** One task of one agent. */
export interface Task {
  /** Its timer in the wheel and its place in the list of tasks. */
  readonly timer: number;
  readonly slot: Slot;
  readonly taskId: string;
  /** The fencing token: the offer's, or the epoch of the life that began it. */
  epoch: number;
  /** What its agent calls the attempt: the offer's epoch, 0 for a task of its own. */
  readonly token: number;
  /** From 1. */
  readonly attempt: number;
  /** Whoever had it before, without the present agent unless it had it twice; the last one last. */
  readonly formerAgents: readonly string[];
  /** Changed by TaskRecovery alone. */
  handover: Handover;
  /** Changed by TaskTable alone. */
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
  /** Undefined leaves it to the agent's policy. */
  retry: RetryPolicy | undefined;
  /** When it ended, if it is still shown: its clocks stand still. Monotonic. */
  endedAt: number | undefined;
  /** How often the present episode of standing still was told. */
  warnings: number;
}

/** A task that has no timer yet. */
export type TaskDraft = Omit<Task, "timer">;

/** Its agent has it or is to take it up: it counts for the agent's bound. */
export function isInFlight(task: Task): boolean {
  return isRunning(task) || task.state === "offered";
}

/** Its agent works on it: its thresholds run. */
export function isRunning(task: Task): boolean {
  return task.state === "running" || task.state === "stale";
}

/** It is over, and only shown. */
export function isOver(task: Task): boolean {
  return !isInFlight(task) && task.handover.kind === "none";
}

const noBytes = new Uint8Array(0);

/** What an attempt is, beside what its agent tells of it. */
export interface Attempt {
  readonly slot: Slot;
  readonly epoch: number;
  readonly token: number;
  readonly attempt: number;
  readonly formerAgents: readonly string[];
  readonly retry: RetryPolicy | undefined;
}

/** A task that starts now, with what its agent tells of it. */
export function started(report: TaskReport, attempt: Attempt, now: Instant): TaskDraft {
  const task: TaskDraft = {
    ...attempt,
    taskId: report.taskId,
    handover: noHandover,
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
export function touch(task: TaskDraft, now: Instant): void {
  task.activeAt = now;
  task.restedSinceActivityMs = 0;
  task.warnings = 0;
}

/** News of the task, which are activity too. */
export function take(task: TaskDraft, report: TaskReport, now: Instant): void {
  touch(task, now);
  if (report.progress > 0) task.progress = report.progress;
  // The transport's buffers are pooled: what is kept is copied.
  if (report.detail.length > 0) task.detail = report.detail.slice();
  task.error = report.error;
  task.staleAfterMs = report.staleAfterMs ?? task.staleAfterMs;
  task.timeoutAfterMs = report.timeoutAfterMs ?? task.timeoutAfterMs;
  task.retry = report.retry ?? task.retry;
}
