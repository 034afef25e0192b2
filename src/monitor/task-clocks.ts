import type { Instant } from "../clock.ts";
import type { TaskSnapshot } from "../events/event.ts";
import { type AgentColumns, Flag, type Slot } from "./columns.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import type { Task } from "./task.ts";

/** How long tasks have been running and idle, and what they are judged by. */
export class TaskClocks {
  readonly #columns: AgentColumns;

  constructor(columns: AgentColumns) {
    this.#columns = columns;
  }

  /** Whether thresholds rest: the agent is idle or paused. */
  isResting(slot: Slot): boolean {
    return this.#columns.has(slot, Flag.idle | Flag.paused);
  }

  /** The instant until which time counts: now, the start of the rest, or the end. */
  until(task: Task, now: Instant): number {
    if (task.endedAt !== undefined) return task.endedAt;
    return this.isResting(task.slot) ? this.#columns.restSince[task.slot] : now.mono;
  }

  runningMs(task: Task, now: Instant): number {
    return Math.max(0, this.until(task, now) - task.startedAt.mono - task.restedMs);
  }

  idleMs(task: Task, now: Instant): number {
    return Math.max(0, this.until(task, now) - task.activeAt.mono - task.restedSinceActivityMs);
  }

  staleAfterMs(task: Task): number {
    return task.staleAfterMs ?? this.#columns.policy[task.slot].taskStaleAfterMs;
  }

  timeoutAfterMs(task: Task): number {
    return task.timeoutAfterMs ?? this.#columns.policy[task.slot].taskTimeoutAfterMs;
  }

  /** The idle time at which the task is told as stale next; undefined for never. */
  staleDueMs(task: Task): number | undefined {
    const once = this.#columns.policy[task.slot].staleWarningOnlyOnce;
    if (once && task.warnings > 0) return undefined;
    return this.staleAfterMs(task) * (task.warnings + 1);
  }

  /** When the first of the task's thresholds comes up. Monotonic. */
  nextThreshold(task: Task, now: Instant): number {
    const timeoutIn = this.timeoutAfterMs(task) - this.runningMs(task, now);
    const staleDue = this.staleDueMs(task);
    const staleIn = staleDue === undefined ? timeoutIn : staleDue - this.idleMs(task, now);
    return now.mono + Math.min(timeoutIn, staleIn);
  }

  /** The task's own, else its agent's. */
  retryOf(task: Task): RetryPolicy {
    return task.retry ?? this.#columns.policy[task.slot].taskRetry;
  }

  snapshot(task: Task, now: Instant): TaskSnapshot {
    const { handover } = task;
    return {
      taskId: task.taskId,
      organizationId: this.#columns.organizationId[task.slot],
      agentId: this.#columns.agentId[task.slot],
      state: task.state,
      progress: task.progress,
      detail: task.detail,
      error: task.error,
      startedAt: task.startedAt.wall,
      lastActivityAt: task.activeAt.wall,
      runningForMs: this.runningMs(task, now),
      idleForMs: this.idleMs(task, now),
      epoch: task.epoch,
      attempt: task.attempt,
      maxAttempts: Math.max(task.attempt, this.retryOf(task).maxAttempts),
      nextAttemptAt: handover.kind === "waiting" ? now.wall + handover.dueAt - now.mono : undefined,
      fromAgentId: task.formerAgents.at(-1) ?? "",
    };
  }
}
