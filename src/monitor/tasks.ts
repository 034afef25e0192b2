import type { Instant } from "../clock.ts";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import type { TaskSnapshot, TaskState } from "../events/event.ts";
import type { Changes } from "./changes.ts";
import type { Chronicle } from "./chronicle.ts";
import { type AgentColumns, Flag, type Slot } from "./columns.ts";
import type { EndedTask, TaskRecord } from "./records.ts";
import { isInFlight, started, type Task, type TaskReport, take, touch } from "./task.ts";
import { TimingWheel } from "./wheel.ts";
import { span } from "./words.ts";

/**
 * The tasks of all agents, apart from the agents' own liveness: an agent that beats while its task
 * stands still is what this finds.
 *
 * A task that ends by its agent's word is forgotten. One that the monitor or an operator ended stays
 * visible: orphaned ones run again when their agent says so, timed out and canceled ones do not until
 * their agent has ended them.
 */
export class TaskWatch {
  readonly #columns: AgentColumns;
  readonly #chronicle: Chronicle;
  readonly #changes: Changes;
  readonly #wheel: TimingWheel;
  readonly #ofAgent = new Map<Slot, Map<string, Task>>();
  /** Tasks that ended lately by their agent's word, so that a repeated end is known as one. */
  readonly #ended = new Map<Slot, Set<string>>();
  readonly #tasks: (Task | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(
    columns: AgentColumns,
    chronicle: Chronicle,
    changes: Changes,
    { tickMs, nowMs }: { readonly tickMs: number; readonly nowMs: number },
  ) {
    this.#columns = columns;
    this.#chronicle = chronicle;
    this.#changes = changes;
    this.#wheel = new TimingWheel(tickMs, nowMs);
  }

  /** Takes news of a task. Throws tasks_full when it would be one too many in flight. */
  report(slot: Slot, report: TaskReport, now: Instant): void {
    const known = this.#ofAgent.get(slot)?.get(report.taskId);
    if (report.state !== "running") return this.#finish(slot, known, report, now);
    if (!known || known.state === "orphaned") return void this.#start(slot, known, report, now);
    take(known, report, now);
    this.#changes.ofTaskQuietly(slot, known.taskId);
    if (!isInFlight(known)) return;
    known.state = "running";
    this.#arm(known, now);
  }

  /** Whether a report is the end of a task that has ended already in this life of its agent. */
  hasEnded(slot: Slot, report: TaskReport): boolean {
    if (report.state === "running" || this.#ofAgent.get(slot)?.has(report.taskId)) return false;
    return this.#ended.get(slot)?.has(report.taskId) ?? false;
  }

  /** An operator's wish. Throws task_unknown and task_not_in_flight. */
  cancel(slot: Slot, taskId: string, reason: string, now: Instant): TaskSnapshot {
    const task = this.#ofAgent.get(slot)?.get(taskId);
    const subject = { field: "task_id", value: shown(taskId) };
    if (!task) throw new HeartbeatError("task_unknown", { ...subject, problem: "is not known" });
    if (!isInFlight(task)) {
      throw new HeartbeatError("task_not_in_flight", { ...subject, problem: `is ${task.state}` });
    }
    this.#end(task, "canceled", "", now);
    const snapshot = this.#snapshot(task, now);
    this.#chronicle.tell(slot, now, {
      type: "task_canceled",
      task: snapshot,
      byOperator: true,
      reason: reason || "canceled by an operator",
    });
    return snapshot;
  }

  /** The life that ran them is over. */
  orphanAll(slot: Slot, reason: string, now: Instant): void {
    for (const task of [...(this.#ofAgent.get(slot)?.values() ?? [])]) {
      if (!isInFlight(task)) continue;
      this.#end(task, "orphaned", reason, now);
      this.#chronicle.tell(slot, now, {
        type: "task_orphaned",
        task: this.#snapshot(task, now),
        reason: `task ${task.taskId} was in flight: ${reason}`,
      });
    }
  }

  /** A new life holds the lease: it knows nothing of what the old one was to stop. */
  beginLife(slot: Slot): void {
    this.#forgetEnded(slot);
    for (const task of this.#ofAgent.get(slot)?.values() ?? []) {
      if (task.state === "canceled" || task.state === "timed_out") this.#forgetTask(task);
    }
  }

  /** The agent is idle or paused from now on: thresholds rest. */
  rest(slot: Slot): void {
    for (const task of this.#ofAgent.get(slot)?.values() ?? []) this.#wheel.cancel(task.timer);
  }

  /** The rest that began at `sinceMs` is over: every threshold moves by as much. */
  wake(slot: Slot, sinceMs: number, now: Instant): void {
    for (const task of this.#ofAgent.get(slot)?.values() ?? []) {
      if (!isInFlight(task)) continue;
      this.#changes.ofTaskQuietly(slot, task.taskId);
      task.restedMs += now.mono - Math.max(sinceMs, task.startedAt.mono);
      task.restedSinceActivityMs += now.mono - Math.max(sinceMs, task.activeAt.mono);
      this.#arm(task, now);
    }
  }

  /** Each task in flight of the agent has shown activity. */
  touchAll(slot: Slot, now: Instant): void {
    for (const task of this.#ofAgent.get(slot)?.values() ?? []) {
      if (!isInFlight(task)) continue;
      touch(task, now);
      this.#changes.ofTaskQuietly(slot, task.taskId);
      task.state = "running";
      this.#arm(task, now);
    }
  }

  /** The agent's policy has changed. */
  rearm(slot: Slot, now: Instant): void {
    for (const task of this.#ofAgent.get(slot)?.values() ?? []) {
      if (isInFlight(task)) this.#arm(task, now);
    }
  }

  /** The agent is removed. */
  forget(slot: Slot): void {
    this.#forgetEnded(slot);
    for (const task of this.#ofAgent.get(slot)?.values() ?? []) this.#forgetTask(task);
  }

  /** Looks at the tasks whose thresholds have come, at most `limit`. False when there are more. */
  advance(now: Instant, limit: number): boolean {
    const judge = (timer: number) => {
      const task = this.#tasks[timer];
      if (task) this.#judge(task, now);
    };
    return this.#wheel.advance(now.mono, judge, limit);
  }

  /** What is to be kept of a task; undefined when there is nothing. */
  record(slot: Slot, taskId: string): TaskRecord | EndedTask | undefined {
    const { organizationId, agentId } = this.#columns;
    const name = { organizationId: organizationId[slot], agentId: agentId[slot], taskId };
    const task = this.#ofAgent.get(slot)?.get(taskId);
    if (task) return { ...task, ...name };
    return this.#ended.get(slot)?.has(taskId) ? { ...name, ended: true } : undefined;
  }

  /** Takes up a task from before a restart. Its clocks stood still with the monitor's. */
  restore(slot: Slot, record: TaskRecord | EndedTask, now: Instant): void {
    if ("ended" in record) return void this.#endedOf(slot).add(record.taskId);
    const { organizationId: _, agentId: __, ...kept } = record;
    const timer = this.#free.pop() ?? this.#tasks.length;
    const task: Task = { ...kept, timer, slot };
    this.#enlist(task);
    if (isInFlight(task)) this.#arm(task, now);
  }

  /** The agent's tasks, in flight and ended ones that are still shown. */
  list(slot: Slot, now: Instant): TaskSnapshot[] {
    const tasks = this.#ofAgent.get(slot);
    return tasks ? [...tasks.values()].map((task) => this.#snapshot(task, now)) : [];
  }

  /** One task of the agent. */
  find(slot: Slot, taskId: string, now: Instant): TaskSnapshot | undefined {
    const task = this.#ofAgent.get(slot)?.get(taskId);
    return task && this.#snapshot(task, now);
  }

  /** Agents that have tasks, in no order. */
  slots(): Iterable<Slot> {
    return this.#ofAgent.keys();
  }

  inFlightCount(slot: Slot): number {
    let count = 0;
    for (const task of this.#ofAgent.get(slot)?.values() ?? []) if (isInFlight(task)) count++;
    return count;
  }

  /** States of the agent's tasks, for counting. */
  *states(slot: Slot): Generator<TaskState> {
    for (const task of this.#ofAgent.get(slot)?.values() ?? []) yield task.state;
  }

  #start(slot: Slot, orphaned: Task | undefined, report: TaskReport, now: Instant): Task {
    if (this.inFlightCount(slot) >= limits.tasksPerAgent) {
      throw new HeartbeatError("tasks_full", {
        field: "tasks",
        value: shown(report.taskId),
        problem: "would be one task too many in flight",
        limit: `${limits.tasksPerAgent} an agent`,
      });
    }
    if (orphaned) this.#forgetTask(orphaned);
    const task = this.#create(slot, report, now);
    this.#arm(task, now);
    const again = orphaned ? "is running again: its agent is back" : "started";
    this.#chronicle.tell(slot, now, {
      type: "task_started",
      task: this.#snapshot(task, now),
      reason: `task ${task.taskId} ${again}`,
    });
    return task;
  }

  /** The agent's own word that a task has ended. */
  #finish(slot: Slot, known: Task | undefined, report: TaskReport, now: Instant): void {
    const before = known?.state;
    const task = known ?? this.#start(slot, undefined, report, now);
    take(task, report, now);
    task.state = report.state;
    this.#wheel.cancel(task.timer);
    const snapshot = this.#snapshot(task, now);
    this.#forgetTask(task);
    this.#rememberEnd(slot, task.taskId);
    const late = before === "timed_out" || before === "orphaned" ? `, after it was ${before}` : "";
    const why = report.error ? `: ${report.error}` : "";
    const reason = `task ${task.taskId} ${report.state}${late}${why}`;
    if (report.state !== "canceled") {
      this.#chronicle.tell(slot, now, { type: "task_finished", task: snapshot, reason });
    } else if (before !== "canceled") {
      const byOperator = false;
      this.#chronicle.tell(slot, now, {
        type: "task_canceled",
        task: snapshot,
        byOperator,
        reason,
      });
    }
  }

  #rememberEnd(slot: Slot, taskId: string): void {
    const ended = this.#endedOf(slot).add(taskId);
    this.#changes.ofTask(slot, taskId);
    if (ended.size <= limits.tasksPerAgent) return;
    const [oldest] = ended;
    ended.delete(oldest);
    this.#changes.ofTask(slot, oldest);
  }

  #endedOf(slot: Slot): Set<string> {
    const ended = this.#ended.get(slot) ?? new Set<string>();
    this.#ended.set(slot, ended);
    return ended;
  }

  #forgetEnded(slot: Slot): void {
    for (const taskId of this.#ended.get(slot) ?? []) this.#changes.ofTask(slot, taskId);
    this.#ended.delete(slot);
  }

  #judge(task: Task, now: Instant): void {
    const runningMs = this.#runningMs(task, now);
    if (runningMs >= this.#timeoutAfterMs(task)) {
      const reason = `task ${task.taskId} has been running for ${span(runningMs)}`;
      this.#end(task, "timed_out", reason, now);
      const snapshot = this.#snapshot(task, now);
      this.#chronicle.tell(task.slot, now, { type: "task_timed_out", task: snapshot, reason });
      return;
    }
    const idleMs = this.#idleMs(task, now);
    const due = this.#staleDueMs(task);
    if (due !== undefined && idleMs >= due) {
      this.#changed(task);
      task.state = "stale";
      // A late tick tells once for all the spans that have passed.
      task.warnings = Math.floor(idleMs / this.#staleAfterMs(task));
      this.#chronicle.tell(task.slot, now, {
        type: "task_stale",
        task: this.#snapshot(task, now),
        reason: `task ${task.taskId} has shown no activity for ${span(idleMs)}`,
      });
    }
    this.#arm(task, now);
  }

  /** The idle time at which the task is told as stale next; undefined for never. */
  #staleDueMs(task: Task): number | undefined {
    const once = this.#columns.policy[task.slot].staleWarningOnlyOnce;
    if (once && task.warnings > 0) return undefined;
    return this.#staleAfterMs(task) * (task.warnings + 1);
  }

  #arm(task: Task, now: Instant): void {
    if (this.#isResting(task.slot)) return this.#wheel.cancel(task.timer);
    const timeoutIn = this.#timeoutAfterMs(task) - this.#runningMs(task, now);
    const staleDue = this.#staleDueMs(task);
    const staleIn = staleDue === undefined ? timeoutIn : staleDue - this.#idleMs(task, now);
    this.#wheel.schedule(task.timer, now.mono + Math.min(timeoutIn, staleIn));
  }

  #end(task: Task, state: TaskState, error: string, now: Instant): void {
    this.#wheel.cancel(task.timer);
    this.#changed(task);
    task.endedAt = this.#until(task, now);
    task.state = state;
    task.error = error;
    // To the end of the map: its order is the order of the ends.
    const tasks = this.#ofAgent.get(task.slot);
    tasks?.delete(task.taskId);
    tasks?.set(task.taskId, task);
    this.#boundEnded(task.slot);
  }

  /** Of the ended tasks that are still shown, the oldest go first. */
  #boundEnded(slot: Slot): void {
    const tasks = this.#ofAgent.get(slot);
    if (!tasks || tasks.size <= limits.tasksPerAgent) return;
    const ended = [...tasks.values()].filter((task) => !isInFlight(task));
    for (const task of ended.slice(0, Math.max(0, ended.length - limits.tasksPerAgent))) {
      this.#forgetTask(task);
    }
  }

  #create(slot: Slot, report: TaskReport, now: Instant): Task {
    const timer = this.#free.pop() ?? this.#tasks.length;
    const task = started(report, { timer, slot, epoch: this.#columns.epoch[slot] }, now);
    this.#enlist(task);
    this.#changed(task);
    return task;
  }

  #enlist(task: Task): void {
    this.#tasks[task.timer] = task;
    const tasks = this.#ofAgent.get(task.slot) ?? new Map<string, Task>();
    this.#ofAgent.set(task.slot, tasks.set(task.taskId, task));
  }

  #changed(task: Task): void {
    this.#changes.ofTask(task.slot, task.taskId);
  }

  #forgetTask(task: Task): void {
    this.#wheel.cancel(task.timer);
    this.#changed(task);
    this.#tasks[task.timer] = undefined;
    this.#free.push(task.timer);
    const tasks = this.#ofAgent.get(task.slot);
    tasks?.delete(task.taskId);
    if (tasks?.size === 0) this.#ofAgent.delete(task.slot);
  }

  #isResting(slot: Slot): boolean {
    return this.#columns.has(slot, Flag.idle | Flag.paused);
  }

  /** The instant until which time counts: now, the start of the rest, or the end. */
  #until(task: Task, now: Instant): number {
    if (task.endedAt !== undefined) return task.endedAt;
    return this.#isResting(task.slot) ? this.#columns.restSince[task.slot] : now.mono;
  }

  #runningMs(task: Task, now: Instant): number {
    return Math.max(0, this.#until(task, now) - task.startedAt.mono - task.restedMs);
  }

  #idleMs(task: Task, now: Instant): number {
    return Math.max(0, this.#until(task, now) - task.activeAt.mono - task.restedSinceActivityMs);
  }

  #staleAfterMs(task: Task): number {
    return task.staleAfterMs ?? this.#columns.policy[task.slot].taskStaleAfterMs;
  }

  #timeoutAfterMs(task: Task): number {
    return task.timeoutAfterMs ?? this.#columns.policy[task.slot].taskTimeoutAfterMs;
  }

  #snapshot(task: Task, now: Instant): TaskSnapshot {
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
      runningForMs: this.#runningMs(task, now),
      idleForMs: this.#idleMs(task, now),
      epoch: task.epoch,
    };
  }
}
