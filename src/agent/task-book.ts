import {
  type TaskRetry,
  TaskState,
  type TaskUpdate,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../config.ts";
import { ReportedTask, type TaskOptions, type TaskOwner } from "./task.ts";

/** Bytes of updates on one beat: leaves room for the largest registration (28 KiB) within the 64 KiB of a beat. */
const UPDATE_BYTES_PER_BEAT = 32 * 1024;
/** Ends that are kept until they are acknowledged; past it the oldest is forgotten. */
const ENDS_KEPT = limits.tasksPerAgent;

interface End {
  readonly update: TaskUpdate;
  /** The beat it went out with on the present stream. */
  sentWith: bigint | undefined;
}

/**
 * What the server is still to be told of tasks.
 *
 * A running task is told as it is now, so a hundred changes make one update. An end is told until it
 * has been acknowledged, on as many streams as that takes: the server may hear it twice, never not.
 */
export class TaskBook implements TaskOwner {
  readonly #onChange: () => void;
  readonly #onWarning: (message: string) => void;
  readonly #running = new Map<string, ReportedTask>();
  readonly #changed = new Set<ReportedTask>();
  #ends: End[] = [];

  constructor(onChange: () => void, onWarning: (message: string) => void) {
    this.#onChange = onChange;
    this.#onWarning = onWarning;
  }

  /** Starts a task; one of this name that is in flight is handed out again. */
  start(id: string, options: TaskOptions): ReportedTask {
    const known = this.#running.get(id);
    if (known) return known;
    const task = new ReportedTask(id, options, this);
    if (this.#running.size >= limits.tasksPerAgent) {
      this.warn(`task ${id} is not reported: ${limits.tasksPerAgent} are in flight already`);
      return task;
    }
    this.#running.set(id, task);
    this.changed(task);
    return task;
  }

  /**
   * Takes up a task that is offered, in the place of an older attempt at it, which is to stop. Undefined when
   * it was taken up before, or there is no room.
   */
  takeUp(offer: TaskRetry): ReportedTask | undefined {
    const { taskId, epoch } = offer;
    const older = this.#running.get(taskId);
    const isKnown = this.#ends.some(
      ({ update }) => update.taskId === taskId && update.epoch === epoch,
    );
    if (isKnown || older?.epoch === epoch) return undefined;
    if (!older && this.#running.size >= limits.tasksPerAgent) {
      this.warn(`task ${taskId} is not taken up: ${limits.tasksPerAgent} are in flight already`);
      return undefined;
    }
    if (older) this.#changed.delete(older);
    older?.abort("it was handed to this agent anew");
    const task = new ReportedTask(taskId, {}, this, offer);
    this.#running.set(taskId, task);
    this.changed(task);
    return task;
  }

  changed(task: ReportedTask): void {
    if (!this.#isReported(task)) return;
    this.#changed.add(task);
    this.#onChange();
  }

  ended(task: ReportedTask, update: TaskUpdate): void {
    if (this.#running.get(task.id) !== task) return;
    this.#running.delete(task.id);
    this.#changed.delete(task);
    if (this.#ends.push({ update, sentWith: undefined }) > ENDS_KEPT) {
      const lost = this.#ends.shift();
      this.warn(
        `the end of task ${lost?.update.taskId} is forgotten: no ack for ${ENDS_KEPT} ends`,
      );
    }
    this.#onChange();
  }

  warn(message: string): void {
    this.#onWarning(message);
  }

  /** An operator stops one task, or it was handed on. With `epoch`, only that attempt at it. */
  cancel(id: string, reason: string, epoch?: bigint): void {
    const task = this.#running.get(id);
    if (!task || (epoch !== undefined && task.epoch !== epoch)) return;
    this.#changed.delete(task);
    task.abort(reason === "" ? "canceled by an operator" : reason);
  }

  /** All work has to stop. */
  abortAll(reason: string): void {
    for (const task of this.#running.values()) task.abort(reason);
  }

  /** The agent has ended: what it took up goes to another one. */
  letGo(): void {
    for (const task of this.#running.values()) {
      if (task.epoch !== 0n) task.abort("the agent has ended");
    }
  }

  get hasNews(): boolean {
    return this.#changed.size > 0 || this.#ends.some((end) => end.sentWith === undefined);
  }

  /** On a new stream everything is news: the server may not have read what the last one carried. */
  beginStream(): void {
    for (const end of this.#ends) end.sentWith = undefined;
    for (const task of this.#running.values()) if (this.#isReported(task)) this.#changed.add(task);
  }

  /** The news for the beat with this sequence, as much of it as a beat carries. */
  take(sequence: bigint): TaskUpdate[] {
    const updates: TaskUpdate[] = [];
    let bytes = 0;
    const fits = (update: TaskUpdate): boolean => {
      bytes += sizeOf(update);
      if (bytes > UPDATE_BYTES_PER_BEAT || updates.length >= limits.tasksPerAgent) return false;
      updates.push(update);
      return true;
    };
    // Ends first: a name that ended and began anew is told in this order.
    for (const end of this.#ends) {
      if (end.sentWith !== undefined) continue;
      if (!fits(end.update)) return updates;
      end.sentWith = sequence;
    }
    for (const task of this.#changed) {
      if (!fits(task.report(TaskState.RUNNING))) return updates;
      this.#changed.delete(task);
    }
    return updates;
  }

  /** The server has read this beat and those before it. */
  acked(sequence: bigint): void {
    if (this.#ends.length === 0) return;
    this.#ends = this.#ends.filter((end) => end.sentWith === undefined || end.sentWith > sequence);
  }

  /** Of a task that an operator has canceled only the end is told: it is no longer in flight. */
  #isReported(task: ReportedTask): boolean {
    return this.#running.get(task.id) === task && !task.signal.aborted;
  }
}

/** At least what the update takes on the wire. */
function sizeOf({ taskId, detail, error }: TaskUpdate): number {
  return 64 + taskId.length + detail.length + Buffer.byteLength(error);
}
