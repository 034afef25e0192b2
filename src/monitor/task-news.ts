import type { Instant } from "../clock.ts";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import type { Changes } from "./changes.ts";
import type { Chronicle } from "./chronicle.ts";
import { claimOf } from "./claims.ts";
import type { AgentColumns, Slot } from "./columns.ts";
import type { EpochFloor } from "./epoch-floor.ts";
import type { TaskRecovery } from "./recovery.ts";
import {
  type Attempt,
  isOver,
  isRunning,
  started,
  type Task,
  type TaskReport,
  take,
} from "./task.ts";
import type { TaskClocks } from "./task-clocks.ts";
import type { TaskEnds } from "./task-ends.ts";
import type { TaskTable } from "./task-table.ts";

/** An agent goes on with an attempt at a task that is over: it is to stop. */
export interface Outdated {
  readonly taskId: string;
  /** The attempt, as the agent calls it. */
  readonly token: number;
  readonly reason: string;
}

export interface NewsParts {
  readonly columns: AgentColumns;
  readonly chronicle: Chronicle;
  readonly changes: Changes;
  readonly floor: EpochFloor;
  readonly table: TaskTable;
  readonly clocks: TaskClocks;
  readonly ends: TaskEnds;
  readonly recovery: TaskRecovery;
  /** Sets a running task's timer to its next threshold. */
  readonly arm: (task: Task, now: Instant) => void;
}

/** What agents say of their tasks: whose word counts, and what it changes. */
export class TaskNews {
  readonly #columns: AgentColumns;
  readonly #chronicle: Chronicle;
  readonly #changes: Changes;
  readonly #floor: EpochFloor;
  readonly #table: TaskTable;
  readonly #clocks: TaskClocks;
  readonly #ends: TaskEnds;
  readonly #recovery: TaskRecovery;
  readonly #arm: NewsParts["arm"];

  constructor(parts: NewsParts) {
    this.#columns = parts.columns;
    this.#chronicle = parts.chronicle;
    this.#changes = parts.changes;
    this.#floor = parts.floor;
    this.#table = parts.table;
    this.#clocks = parts.clocks;
    this.#ends = parts.ends;
    this.#recovery = parts.recovery;
    this.#arm = parts.arm;
  }

  /**
   * Takes news of a task; of an attempt that is over nothing is taken, and the agent is to stop it. Throws
   * tasks_full when it would be one too many in flight, field_invalid for an epoch that nobody can have given.
   */
  report(slot: Slot, report: TaskReport, now: Instant): Outdated | undefined {
    const { taskId, state } = report;
    const known = this.#table.get(slot, taskId);
    const elsewhere = this.#recovery.elsewhere(slot, taskId);
    const claim = claimOf(report, {
      here: known,
      elsewhere,
      over: this.#ends.get(slot, taskId),
      hadIt: known?.formerAgents.includes(this.#columns.agentId[slot]) ?? false,
    });
    if (claim === "outdated") return this.#refuse(slot, report, known, elsewhere);
    if (claim === "fresh") {
      this.#checkToken(report);
      if (known) this.#recovery.forget(known);
      if (state === "running") this.#start(slot, undefined, report, now);
      else this.#finish(slot, undefined, report, now);
      return undefined;
    }
    return this.#hear(slot, known!, report, now);
  }

  /** News of the present attempt. */
  #hear(slot: Slot, known: Task, report: TaskReport, now: Instant): Outdated | undefined {
    const { handover } = known;
    if (handover.kind === "offered") this.#takeUp(known, report, now);
    if (handover.kind === "waiting" && !mayDecide(report, handover.stopped)) {
      return this.#refuse(slot, report, known, undefined);
    }
    if (report.state !== "running") {
      this.#finish(slot, known, report, now);
      return undefined;
    }
    if (known.state === "orphaned") {
      this.#start(slot, known, report, now);
      return undefined;
    }
    take(known, report, now);
    this.#changes.ofTaskQuietly(slot, known.taskId);
    if (!isRunning(known)) return undefined;
    this.#table.enter(known, "running");
    this.#arm(known, now);
    return undefined;
  }

  /** Nothing is taken of it. Who has ended an attempt need not be told to. */
  #refuse(
    slot: Slot,
    { taskId, state, token }: TaskReport,
    known: Task | undefined,
    elsewhere: Task | undefined,
  ): Outdated | undefined {
    if (state === "running") return { taskId, token, reason: this.#whyOver(known, elsewhere) };
    // It knows now: the next one of this name is a task of its own again.
    if (!elsewhere && known && token !== known.token && isOver(known)) {
      this.#recovery.forget(known);
    }
    if (known?.token !== token) this.#ends.ended(slot, taskId, token);
    return undefined;
  }

  #whyOver(known: Task | undefined, elsewhere: Task | undefined): string {
    const present = elsewhere ?? known;
    if (!present || isOver(present)) return "this attempt is over: the task was handed on";
    if (present.handover.kind === "waiting") {
      return "this attempt was given up: the task waits to be handed on";
    }
    return `the task was handed on to ${this.#columns.agentId[present.slot]}`;
  }

  /** Throws field_invalid for an epoch that is too far beyond what can have been given out. */
  #checkToken({ token }: TaskReport): void {
    const highest = this.#floor.claimable;
    if (token <= highest) return this.#floor.raise(token);
    throw new HeartbeatError("field_invalid", {
      field: "tasks.epoch",
      value: String(token),
      problem: "is too far beyond what this server knows",
      limit: `at most ${highest}`,
    });
  }

  /** Whether a report is the end of a task that has ended already in this life of its agent. */
  hasEnded(slot: Slot, { taskId, state }: TaskReport): boolean {
    if (state === "running" || this.#table.get(slot, taskId)) return false;
    return this.#ends.get(slot, taskId) !== undefined;
  }

  // ---- beginnings and ends --------------------------------------------------------------------

  /** A task begins; with `lost`, which its agent lost, it goes on. */
  #start(slot: Slot, lost: Task | undefined, report: TaskReport, now: Instant): Task {
    if (this.#table.inFlightCount(slot) >= limits.tasksPerAgent) {
      throw new HeartbeatError("tasks_full", {
        field: "tasks",
        value: shown(report.taskId),
        problem: "would be one task too many in flight",
        limit: `${limits.tasksPerAgent} an agent`,
      });
    }
    if (lost) this.#recovery.remove(lost);
    const attempt = this.#attempt(slot, lost, report);
    const task = this.#table.add(started(report, attempt, now));
    this.#recovery.settle(task);
    this.#arm(task, now);
    const again = lost ? "is running again: its agent is back" : "started";
    this.#chronicle.tell(slot, now, {
      type: "task_started",
      task: this.#clocks.snapshot(task, now),
      reason: `task ${task.taskId} ${again}`,
    });
    return task;
  }

  #attempt(slot: Slot, lost: Task | undefined, { token }: TaskReport): Attempt {
    const life = this.#columns.epoch[slot];
    if (!lost) {
      const epoch = token || life;
      // Of one that somebody else handed on, before this server lost its memory, more is not known.
      const attempt = token === 0 ? 1 : 2;
      return { slot, epoch, token, attempt, formerAgents: [], retry: undefined };
    }
    const { attempt, formerAgents, retry } = lost;
    return { slot, epoch: token || life, token, attempt, formerAgents, retry };
  }

  #takeUp(task: Task, report: TaskReport, now: Instant): void {
    this.#recovery.takeUp(task, now);
    take(task, report, now);
    this.#arm(task, now);
    const snapshot = this.#clocks.snapshot(task, now);
    const { taskId, attempt, maxAttempts } = snapshot;
    this.#chronicle.tell(task.slot, now, {
      type: "task_started",
      task: snapshot,
      reason: `task ${taskId} was taken up, attempt ${attempt} of ${maxAttempts}`,
    });
  }

  /** The agent's own word that a task has ended. */
  #finish(slot: Slot, known: Task | undefined, report: TaskReport, now: Instant): void {
    const before = known?.state;
    const task = known ?? this.#start(slot, undefined, report, now);
    take(task, report, now);
    this.#table.enter(task, report.state);
    this.#recovery.settle(task);
    const snapshot = this.#clocks.snapshot(task, now);
    this.#recovery.remove(task);
    this.#ends.ended(slot, task.taskId, task.token);
    const isLate = before === "timed_out" || before === "orphaned" || before === "given_up";
    const late = isLate ? `, after it was ${before}` : "";
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
}

/**
 * Whether its agent still has a say in a task that waits for its next attempt. Its success always counts, and
 * canceled never does: that only says that it has stopped. One that was asked to stop may say failed for that.
 */
function mayDecide({ state }: TaskReport, stopped: boolean): boolean {
  if (state === "succeeded") return true;
  return state !== "canceled" && !stopped;
}
