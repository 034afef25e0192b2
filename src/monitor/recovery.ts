import type { Instant } from "../clock.ts";
import { limits } from "../config.ts";
import type { Chronicle } from "./chronicle.ts";
import { type AgentColumns, Flag, type Slot, State } from "./columns.ts";
import type { EpochFloor } from "./epoch-floor.ts";
import { FormerOwners } from "./former-owners.ts";
import { type Handover, noHandover } from "./handover.ts";
import { backoffAfter, takeUpMs } from "./retry-policy.ts";
import { Takers } from "./takers.ts";
import { isInFlight, isOver, type Task } from "./task.ts";
import type { TaskClocks } from "./task-clocks.ts";
import type { TaskEnds } from "./task-ends.ts";
import type { TaskTable } from "./task-table.ts";
import { span } from "./words.ts";

/** Nobody there for a task: it is looked again after this long. */
const LOOK_MS = 1_000;
/** So long after it was due a task that nobody takes up is given up. */
const PATIENCE_MS = 24 * 3_600_000;
/** What makes an agent dearer than one that has less to do: work that it does not tell, and the loss of this task. */
const BUSY = 1_000;
const LOST_IT = 1_000_000;

/** How a task was lost. */
export interface Loss {
  readonly state: "orphaned" | "timed_out";
  /** What is shown with the task. */
  readonly error: string;
  /** What the event says. */
  readonly reason: string;
  /** Its agent is asked to stop: it does not go on, though it may be there. */
  readonly stopped: boolean;
  /** It had been offered, and was not taken up. */
  readonly withdrawn?: true;
}

export interface RecoveryParts {
  readonly columns: AgentColumns;
  readonly chronicle: Chronicle;
  readonly table: TaskTable;
  readonly clocks: TaskClocks;
  readonly ends: TaskEnds;
  readonly floor: EpochFloor;
}

/**
 * What becomes of lost tasks: each waits for its next attempt, is offered to one agent, and is either taken
 * up, lost again, or given up. A task is in one place at a time: at the agent that had it last while it waits,
 * at the one that it is offered to from then on.
 *
 * Costs nothing for a beat, and for a task that waits one look a second among those who take such tasks.
 */
export class TaskRecovery {
  readonly #parts: RecoveryParts;
  readonly takers: Takers;
  readonly #former: FormerOwners;
  /** Tasks that wait, by organization. */
  readonly #waiting = new Map<string, number>();
  #waitingTotal = 0;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
    this.takers = new Takers(parts.columns);
    this.#former = new FormerOwners(parts.columns);
  }

  /** Tasks that wait for their next attempt. */
  get waitingCount(): number {
    return this.#waitingTotal;
  }

  /** Where a task is now that this agent had before. */
  elsewhere(slot: Slot, taskId: string): Task | undefined {
    return this.#former.elsewhere(slot, taskId);
  }

  // ---- a task is lost -------------------------------------------------------------------------

  /** A task in flight is lost: it waits for its next attempt, if there is one. */
  lose(task: Task, loss: Loss, now: Instant): void {
    const { table, clocks, chronicle } = this.#parts;
    const retry = clocks.retryOf(task);
    table.end(task, loss.state, loss.error, clocks.until(task, now));
    const left = task.attempt < retry.maxAttempts;
    const full = left && this.#isFull(task.slot);
    if (left && !full) {
      // Whoever has it next may have declared another policy.
      task.retry = retry;
      const dueAt = now.mono + backoffAfter(task.attempt, retry);
      this.#enter(task, { kind: "waiting", dueAt, stopped: loss.stopped });
      table.schedule(task, dueAt);
    } else this.#enter(task, noHandover);
    const { state, reason, withdrawn } = loss;
    const snapshot = clocks.snapshot(task, now);
    if (state === "timed_out") {
      chronicle.tell(task.slot, now, { type: "task_timed_out", task: snapshot, reason });
    } else {
      const how = withdrawn && { withdrawn };
      chronicle.tell(task.slot, now, { type: "task_orphaned", task: snapshot, reason, ...how });
    }
    if (full) this.#giveUp(task, `${limits.waitingTasks} tasks wait for an attempt already`, now);
    else if (!left && task.attempt > 1) {
      this.#giveUp(task, `attempt ${task.attempt} was the last; ${loss.error}`, now);
    }
    for (const old of table.surplus(task.slot)) this.forget(old);
  }

  #isFull(slot: Slot): boolean {
    const organizationId = this.#parts.columns.organizationId[slot];
    if (this.#waitingTotal >= limits.waitingTasksInAll) return true;
    return (this.#waiting.get(organizationId) ?? 0) >= limits.waitingTasks;
  }

  #giveUp(task: Task, why: string, now: Instant): void {
    const { clocks, chronicle, table } = this.#parts;
    table.cancel(task);
    table.changed(task);
    table.enter(task, "given_up");
    this.#enter(task, noHandover);
    const times = task.attempt === 1 ? "1 attempt" : `${task.attempt} attempts`;
    chronicle.tell(task.slot, now, {
      type: "task_given_up",
      task: clocks.snapshot(task, now),
      attempts: task.attempt,
      reason: `task ${task.taskId} was given up after ${times}: ${why}`,
    });
  }

  /** The agent is about to be forgotten: what waits at it, or is offered to it, is nobody's any more. */
  giveUpAll(slot: Slot, now: Instant): void {
    for (const task of this.#parts.table.of(slot)) {
      if (task.handover.kind !== "none") this.#giveUp(task, "its agent was forgotten", now);
    }
  }

  // ---- a task is handed on --------------------------------------------------------------------

  /** The timer of a task has come up that waits or is offered. */
  comeUp(task: Task, now: Instant): void {
    const { handover } = task;
    if (handover.kind === "offered") this.#judgeOffer(task, now);
    else if (handover.kind === "waiting") this.#seek(task, handover.dueAt, now);
  }

  /** Offers a task that is due to whoever has the least to do. */
  #seek(task: Task, dueAt: number, now: Instant): void {
    if (now.mono < dueAt) return this.#parts.table.schedule(task, dueAt);
    if (now.mono - dueAt >= PATIENCE_MS) {
      return this.#giveUp(task, `nobody took it up within ${span(PATIENCE_MS)}`, now);
    }
    const taker = this.#takerOf(task, now);
    if (taker === undefined) this.#parts.table.schedule(task, now.mono + LOOK_MS);
    else this.#offer(task, taker, now);
  }

  #takerOf(task: Task, now: Instant): Slot | undefined {
    const isOpen = (slot: Slot) => this.#isOpen(slot);
    const cost = (slot: Slot) => this.#costOf(slot, task);
    const { placement } = this.#parts.clocks.retryOf(task);
    if (placement === "any_of_type") {
      return this.takers.cheapest(task.slot, { isOpen, cost }, now.mono);
    }
    const isAsked = this.takers.has(task.slot) && isOpen(task.slot);
    return isAsked && cost(task.slot) < Number.POSITIVE_INFINITY ? task.slot : undefined;
  }

  /** Whether an agent can be asked now, whatever the task. */
  #isOpen(slot: Slot): boolean {
    const { columns, table } = this.#parts;
    const there = columns.state(slot) === State.alive && columns.has(slot, Flag.connected);
    if (!there || columns.has(slot, Flag.paused | Flag.held) || columns.isAwaited(slot)) {
      return false;
    }
    return table.inFlightCount(slot) < limits.tasksPerAgent;
  }

  /** How little an agent is to be preferred; Infinity when it has another task of this name. */
  #costOf(slot: Slot, task: Task): number {
    const { columns, table } = this.#parts;
    const namesake = table.get(slot, task.taskId);
    const taken = namesake && namesake !== task;
    if (taken && (isInFlight(namesake) || namesake.handover.kind !== "none")) {
      return Number.POSITIVE_INFINITY;
    }
    const busy = columns.has(slot, Flag.idle) ? 0 : BUSY;
    return table.inFlightCount(slot) + busy + (slot === task.slot ? LOST_IT : 0);
  }

  #offer(lost: Task, slot: Slot, now: Instant): void {
    const { columns, clocks, table, chronicle } = this.#parts;
    const from = columns.agentId[lost.slot];
    // Beyond every token that any task of this name ever had, also one that is long forgotten.
    const token = Math.max(lost.epoch, columns.epoch[slot], this.#parts.floor.highest) + 1;
    this.#parts.floor.raise(token);
    this.remove(lost);
    this.#parts.ends.handedOn(lost.slot, lost.taskId, lost.token);
    const over = table.get(slot, lost.taskId);
    if (over) this.forget(over);
    const task = table.add({
      ...lost,
      slot,
      epoch: token,
      token,
      attempt: lost.attempt + 1,
      formerAgents: [...lost.formerAgents, from],
      state: "offered",
      handover: noHandover,
      startedAt: now,
      activeAt: now,
      restedMs: 0,
      restedSinceActivityMs: 0,
      endedAt: undefined,
      warnings: 0,
    });
    this.#await(task, now);
    const { maxAttempts } = clocks.retryOf(task);
    chronicle.tell(slot, now, {
      type: "task_retried",
      task: clocks.snapshot(task, now),
      attempt: task.attempt,
      fromAgentId: from,
      reason: `task ${task.taskId} is handed on from ${from}, attempt ${task.attempt} of ${maxAttempts}: ${lost.error}`,
    });
  }

  /** The agent has its whole time to take a task up. */
  #await(task: Task, now: Instant): void {
    const until = now.mono + this.#takeUpMs(task.slot);
    this.#enter(task, { kind: "offered", until });
    this.#parts.table.schedule(task, until);
  }

  #judgeOffer(task: Task, now: Instant): void {
    // Who is awaited after a restart could not be told yet.
    if (this.#parts.columns.isAwaited(task.slot)) return this.#await(task, now);
    const error = `not taken up within ${span(this.#takeUpMs(task.slot))}`;
    const reason = `task ${task.taskId} was offered and ${error}`;
    const state = "orphaned";
    this.lose(task, { state, error, reason, stopped: true, withdrawn: true }, now);
  }

  #takeUpMs(slot: Slot): number {
    return takeUpMs(this.#parts.columns.policy[slot].intervalMs);
  }

  /** The agent was awaited and is back: it is told of its offers only now. */
  renewOffers(slot: Slot, now: Instant): void {
    for (const task of this.#parts.table.of(slot)) {
      if (task.handover.kind === "offered") this.#await(task, now);
    }
  }

  /** The agent that a task was offered to has taken it up. */
  takeUp(task: Task, now: Instant): void {
    this.#enter(task, noHandover);
    this.#parts.table.enter(task, "running");
    task.error = "";
    task.startedAt = now;
    task.activeAt = now;
    this.#parts.table.changed(task);
  }

  // ---- bookkeeping ----------------------------------------------------------------------------

  /** The task begins or goes on at its agent, or has ended for good: nobody else is asked. */
  settle(task: Task): void {
    this.#enter(task, noHandover);
  }

  /** The task is no more. */
  remove(task: Task): void {
    this.#enter(task, noHandover);
    this.#former.remove(task);
    this.#parts.table.remove(task);
  }

  /** A task that is over is shown no longer. An agent that had taken it up is not to go on with it. */
  forget(task: Task): void {
    this.remove(task);
    if (task.token > 0) this.#parts.ends.handedOn(task.slot, task.taskId, task.token);
  }

  /** Takes up a task from before a restart. */
  restore(task: Task, now: Instant): void {
    const { handover } = task;
    task.handover = noHandover;
    this.#enter(task, handover);
    if (handover.kind === "waiting") this.#parts.table.schedule(task, handover.dueAt);
    if (handover.kind === "offered") this.#await(task, now);
  }

  /** The one place where a handover changes. */
  #enter(task: Task, handover: Handover): void {
    const organizationId = this.#parts.columns.organizationId[task.slot];
    const change = Number(handover.kind === "waiting") - Number(task.handover.kind === "waiting");
    const waiting = (this.#waiting.get(organizationId) ?? 0) + change;
    if (waiting > 0) this.#waiting.set(organizationId, waiting);
    else this.#waiting.delete(organizationId);
    this.#waitingTotal += change;
    task.handover = handover;
    if (isOver(task)) this.#former.remove(task);
    else this.#former.add(task);
  }
}
