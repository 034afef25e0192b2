import { limits } from "../config.ts";
import type { TaskState } from "../events/event.ts";
import type { Changes } from "./changes.ts";
import type { Slot } from "./columns.ts";
import { isInFlight, isOver, type Task, type TaskDraft } from "./task.ts";
import { TimingWheel } from "./wheel.ts";

/** What one agent has. */
interface Load {
  /** In the order in which they began, and those that ended in the order of their ends. */
  readonly tasks: Map<string, Task>;
  /** How many of them are in flight: asked for each agent that a lost task might go to. */
  inFlight: number;
}

/** Which tasks there are, each with its state and its one timer. */
export class TaskTable {
  readonly #changes: Changes;
  readonly #wheel: TimingWheel;
  readonly #ofAgent = new Map<Slot, Load>();
  readonly #tasks: (Task | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(
    changes: Changes,
    { tickMs, nowMs }: { readonly tickMs: number; readonly nowMs: number },
  ) {
    this.#changes = changes;
    this.#wheel = new TimingWheel(tickMs, nowMs);
  }

  get(slot: Slot, taskId: string): Task | undefined {
    return this.#ofAgent.get(slot)?.tasks.get(taskId);
  }

  /** The agent's tasks: in the order in which they began, and those that ended in the order of their ends. */
  of(slot: Slot): readonly Task[] {
    const load = this.#ofAgent.get(slot);
    return load ? [...load.tasks.values()] : [];
  }

  /** Agents that have tasks, in no order. */
  slots(): Iterable<Slot> {
    return this.#ofAgent.keys();
  }

  inFlightCount(slot: Slot): number {
    return this.#ofAgent.get(slot)?.inFlight ?? 0;
  }

  add(draft: TaskDraft): Task {
    const task: Task = { ...draft, timer: this.#free.pop() ?? this.#tasks.length };
    this.#tasks[task.timer] = task;
    const load = this.#ofAgent.get(task.slot) ?? { tasks: new Map(), inFlight: 0 };
    this.#ofAgent.set(task.slot, load);
    load.tasks.set(task.taskId, task);
    if (isInFlight(task)) load.inFlight++;
    this.changed(task);
    return task;
  }

  remove(task: Task): void {
    this.#wheel.cancel(task.timer);
    this.changed(task);
    this.#tasks[task.timer] = undefined;
    this.#free.push(task.timer);
    const load = this.#ofAgent.get(task.slot)!;
    load.tasks.delete(task.taskId);
    if (isInFlight(task)) load.inFlight--;
    if (load.tasks.size === 0) this.#ofAgent.delete(task.slot);
  }

  /** The task has ended, otherwise than by its agent's word, and is still shown. */
  end(task: Task, state: TaskState, error: string, atMs: number): void {
    this.#wheel.cancel(task.timer);
    this.changed(task);
    task.endedAt = atMs;
    this.enter(task, state);
    task.error = error;
    // To the end of the map: its order is the order of the ends.
    const { tasks } = this.#ofAgent.get(task.slot)!;
    tasks.delete(task.taskId);
    tasks.set(task.taskId, task);
  }

  /** Of the tasks that are over and still shown, the oldest that are too many. */
  surplus(slot: Slot): readonly Task[] {
    const load = this.#ofAgent.get(slot);
    if (!load || load.tasks.size <= limits.tasksPerAgent) return [];
    const over = [...load.tasks.values()].filter(isOver);
    return over.slice(0, Math.max(0, over.length - limits.tasksPerAgent));
  }

  /** The one place where a task's state changes. */
  enter(task: Task, state: TaskState): void {
    const before = isInFlight(task);
    task.state = state;
    this.#ofAgent.get(task.slot)!.inFlight += Number(isInFlight(task)) - Number(before);
  }

  changed(task: Task): void {
    this.#changes.ofTask(task.slot, task.taskId);
  }

  schedule(task: Task, atMs: number): void {
    this.#wheel.schedule(task.timer, atMs);
  }

  cancel(task: Task): void {
    this.#wheel.cancel(task.timer);
  }

  /** Hands out the tasks whose timers have come, at most `limit`. False when there are more. */
  advance(nowMs: number, judge: (task: Task) => void, limit: number): boolean {
    const fire = (timer: number) => {
      const task = this.#tasks[timer];
      if (task) judge(task);
    };
    return this.#wheel.advance(nowMs, fire, limit);
  }
}
