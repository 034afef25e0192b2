import type { Instant } from "../clock.ts";
import { HeartbeatError, shown } from "../errors.ts";
import type { TaskSnapshot, TaskState } from "../events/event.ts";
import type { Changes } from "./changes.ts";
import type { Chronicle } from "./chronicle.ts";
import type { AgentColumns, Slot } from "./columns.ts";
import type { EpochFloor } from "./epoch-floor.ts";
import type { EndedTask, TaskRecord } from "./records.ts";
import { TaskRecovery } from "./recovery.ts";
import { isInFlight, isOver, isRunning, type Task, touch } from "./task.ts";
import { TaskClocks } from "./task-clocks.ts";
import { TaskEnds } from "./task-ends.ts";
import { TaskNews } from "./task-news.ts";
import { TaskTable } from "./task-table.ts";
import { span } from "./words.ts";

export interface TaskParts {
  readonly columns: AgentColumns;
  readonly chronicle: Chronicle;
  readonly changes: Changes;
  readonly floor: EpochFloor;
}

/**
 * The tasks of all agents, apart from the agents' own liveness: an agent that beats while its task
 * stands still is what this finds.
 *
 * A task that ends by its agent's word is forgotten. One that the monitor or an operator ended stays
 * visible: orphaned ones run again when their agent says so, unless they were handed on; timed out and
 * canceled ones do not until their agent has ended them. What becomes of lost ones, {@link TaskRecovery}
 * decides.
 */
export class TaskWatch {
  readonly #columns: AgentColumns;
  readonly #chronicle: Chronicle;
  readonly #changes: Changes;
  readonly #table: TaskTable;
  readonly #clocks: TaskClocks;
  readonly #ends: TaskEnds;
  readonly #recovery: TaskRecovery;
  /** What agents say. */
  readonly news: TaskNews;

  constructor(
    { columns, chronicle, changes, floor }: TaskParts,
    ticks: { readonly tickMs: number; readonly nowMs: number },
  ) {
    this.#columns = columns;
    this.#chronicle = chronicle;
    this.#changes = changes;
    const table = new TaskTable(changes, ticks);
    const clocks = new TaskClocks(columns);
    const ends = new TaskEnds(changes);
    this.#table = table;
    this.#clocks = clocks;
    this.#ends = ends;
    const recovery = new TaskRecovery({ columns, chronicle, table, clocks, ends, floor });
    this.#recovery = recovery;
    const arm = (task: Task, now: Instant) => this.#arm(task, now);
    const news = { columns, chronicle, changes, floor, table, clocks, ends, recovery, arm };
    this.news = new TaskNews(news);
  }

  // ---- what operators say ----------------------------------------------------------

  /** An operator's wish. Throws task_unknown and task_not_in_flight. */
  cancel(slot: Slot, taskId: string, reason: string, now: Instant): TaskSnapshot {
    const task = this.#table.get(slot, taskId);
    const subject = { field: "task_id", value: shown(taskId) };
    if (!task) throw new HeartbeatError("task_unknown", { ...subject, problem: "is not known" });
    if (isOver(task)) {
      throw new HeartbeatError("task_not_in_flight", { ...subject, problem: `is ${task.state}` });
    }
    this.#table.end(task, "canceled", "", this.#clocks.until(task, now));
    this.#recovery.settle(task);
    for (const old of this.#table.surplus(slot)) this.#recovery.forget(old);
    const snapshot = this.#clocks.snapshot(task, now);
    this.#chronicle.tell(slot, now, {
      type: "task_canceled",
      task: snapshot,
      byOperator: true,
      reason: reason || "canceled by an operator",
    });
    return snapshot;
  }

  // ---- what happens to agents -----------------------------------------------------------------

  /** The life that ran them is over. */
  orphanAll(slot: Slot, reason: string, now: Instant): void {
    for (const task of this.#table.of(slot)) {
      if (!isInFlight(task)) continue;
      const how = task.state === "offered" ? "had been offered to it" : "was in flight";
      this.#recovery.lose(
        task,
        {
          state: "orphaned",
          error: reason,
          reason: `task ${task.taskId} ${how}: ${reason}`,
          stopped: false,
        },
        now,
      );
    }
  }

  /** A new life holds the lease: it knows nothing of what the old one was to stop. */
  beginLife(slot: Slot): void {
    this.#ends.forget(slot);
    for (const task of this.#table.of(slot)) {
      if (isOver(task) && task.state !== "orphaned") this.#recovery.remove(task);
    }
  }

  /** Whether the agent's stream takes lost tasks. */
  setTaker(slot: Slot, takes: boolean): void {
    this.#recovery.takers.set(slot, takes);
  }

  /** The agent's type may have changed. */
  typeChanged(slot: Slot): void {
    this.#recovery.takers.moved(slot);
  }

  /** The agent was awaited, and is back. */
  renewOffers(slot: Slot, now: Instant): void {
    this.#recovery.renewOffers(slot, now);
  }

  /** Whether tasks wait at the agent for another one: it is not to be forgotten before they are handed on. */
  hasWaiting(slot: Slot): boolean {
    return this.#table.of(slot).some(({ handover }) => handover.kind === "waiting");
  }

  /** The agent is idle or paused from now on: thresholds rest. */
  rest(slot: Slot): void {
    for (const task of this.#table.of(slot)) if (isRunning(task)) this.#table.cancel(task);
  }

  /** The rest that began at `sinceMs` is over: every threshold moves by as much. */
  wake(slot: Slot, sinceMs: number, now: Instant): void {
    for (const task of this.#table.of(slot)) {
      if (!isRunning(task)) continue;
      this.#changes.ofTaskQuietly(slot, task.taskId);
      task.restedMs += now.mono - Math.max(sinceMs, task.startedAt.mono);
      task.restedSinceActivityMs += now.mono - Math.max(sinceMs, task.activeAt.mono);
      this.#arm(task, now);
    }
  }

  /** Each task that its agent works on has shown activity. */
  touchAll(slot: Slot, now: Instant): void {
    for (const task of this.#table.of(slot)) {
      if (!isRunning(task)) continue;
      touch(task, now);
      this.#changes.ofTaskQuietly(slot, task.taskId);
      this.#table.enter(task, "running");
      this.#arm(task, now);
    }
  }

  /** The agent's policy has changed. */
  rearm(slot: Slot, now: Instant): void {
    for (const task of this.#table.of(slot)) if (isRunning(task)) this.#arm(task, now);
  }

  /** The agent is about to be removed: whoever waits for its tasks is told. */
  giveUpAll(slot: Slot, now: Instant): void {
    this.#recovery.giveUpAll(slot, now);
  }

  /** The agent is removed. */
  forget(slot: Slot): void {
    this.#recovery.takers.forget(slot);
    this.#ends.forget(slot);
    for (const task of this.#table.of(slot)) this.#recovery.remove(task);
  }

  // ---- what time does -------------------------------------------------------------------------

  /** Looks at the tasks whose timers have come, at most `limit`. False when there are more. */
  advance(now: Instant, limit: number): boolean {
    return this.#table.advance(now.mono, (task) => this.#comeUp(task, now), limit);
  }

  #comeUp(task: Task, now: Instant): void {
    if (task.handover.kind === "none") this.#judge(task, now);
    else this.#recovery.comeUp(task, now);
  }

  #judge(task: Task, now: Instant): void {
    const runningMs = this.#clocks.runningMs(task, now);
    if (runningMs >= this.#clocks.timeoutAfterMs(task)) {
      const reason = `task ${task.taskId} has been running for ${span(runningMs)}`;
      const loss = { state: "timed_out", error: reason, reason, stopped: true } as const;
      return this.#recovery.lose(task, loss, now);
    }
    const idleMs = this.#clocks.idleMs(task, now);
    const due = this.#clocks.staleDueMs(task);
    if (due !== undefined && idleMs >= due) {
      this.#table.changed(task);
      this.#table.enter(task, "stale");
      // A late tick tells once for all the spans that have passed.
      task.warnings = Math.floor(idleMs / this.#clocks.staleAfterMs(task));
      this.#chronicle.tell(task.slot, now, {
        type: "task_stale",
        task: this.#clocks.snapshot(task, now),
        reason: `task ${task.taskId} has shown no activity for ${span(idleMs)}`,
      });
    }
    this.#arm(task, now);
  }

  // ---- what is asked, and what is kept --------------------------------------------------------

  /** What is to be kept of a task; undefined when there is nothing. */
  record(slot: Slot, taskId: string): TaskRecord | EndedTask | undefined {
    const { organizationId, agentId } = this.#columns;
    const name = { organizationId: organizationId[slot], agentId: agentId[slot], taskId };
    const task = this.#table.get(slot, taskId);
    if (task) return { ...task, ...name };
    const over = this.#ends.get(slot, taskId);
    return over && { ...name, ended: true, over };
  }

  /** Takes up a task from before a restart. Its clocks stood still with the monitor's. */
  restore(slot: Slot, record: TaskRecord | EndedTask, now: Instant): void {
    if ("ended" in record) return this.#ends.restore(slot, record.taskId, record.over);
    const { organizationId: _, agentId: __, ...kept } = record;
    const task = this.#table.add({ ...kept, slot });
    this.#recovery.restore(task, now);
    if (isRunning(task)) this.#arm(task, now);
  }

  /** The agent's tasks, in flight and ended ones that are still shown. */
  list(slot: Slot, now: Instant): TaskSnapshot[] {
    return this.#table.of(slot).map((task) => this.#clocks.snapshot(task, now));
  }

  /** One task of the agent. */
  find(slot: Slot, taskId: string, now: Instant): TaskSnapshot | undefined {
    const task = this.#table.get(slot, taskId);
    return task && this.#clocks.snapshot(task, now);
  }

  /** Agents that have tasks, in no order. */
  slots(): Iterable<Slot> {
    return this.#table.slots();
  }

  inFlightCount(slot: Slot): number {
    return this.#table.inFlightCount(slot);
  }

  /** Tasks that wait for their next attempt. */
  get waitingCount(): number {
    return this.#recovery.waitingCount;
  }

  /** States of the agent's tasks, for counting. */
  *states(slot: Slot): Generator<TaskState> {
    for (const task of this.#table.of(slot)) yield task.state;
  }

  #arm(task: Task, now: Instant): void {
    if (this.#clocks.isResting(task.slot)) return this.#table.cancel(task);
    this.#table.schedule(task, this.#clocks.nextThreshold(task, now));
  }
}
