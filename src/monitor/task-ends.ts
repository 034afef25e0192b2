import { limits } from "../config.ts";
import type { Changes } from "./changes.ts";
import type { Slot } from "./columns.ts";

/** Which attempts at a task its agent is not to go on with. */
export interface OverAttempts {
  /** Its own one: it was handed on. */
  readonly own: boolean;
  /** Those that it took up by an offer of this epoch or an older one; 0 for none. */
  readonly epoch: number;
}

export const nothingOver: OverAttempts = Object.freeze({ own: false, epoch: 0 });

/**
 * Tasks that an agent has no more, so that what it repeats, or goes on with like one who has slept, is known
 * as such. In this life of the agent: another one knows of nothing. Bounded; the oldest go first.
 */
export class TaskEnds {
  readonly #changes: Changes;
  readonly #ofAgent = new Map<Slot, Map<string, OverAttempts>>();

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  get(slot: Slot, taskId: string): OverAttempts | undefined {
    return this.#ofAgent.get(slot)?.get(taskId);
  }

  /** The attempt of this token is over, by the agent's own word. */
  ended(slot: Slot, taskId: string, token: number): void {
    const { own, epoch } = this.get(slot, taskId) ?? nothingOver;
    // Its own task has ended: one of this name is a new one.
    this.#set(slot, taskId, { own: own && token > 0, epoch: Math.max(epoch, token) });
  }

  /** The attempt of this token is over, and its agent does not know. */
  handedOn(slot: Slot, taskId: string, token: number): void {
    const { own, epoch } = this.get(slot, taskId) ?? nothingOver;
    this.#set(slot, taskId, { own: own || token === 0, epoch: Math.max(epoch, token) });
  }

  /** Takes up what was known before a restart. */
  restore(slot: Slot, taskId: string, over: OverAttempts): void {
    this.#of(slot).set(taskId, over);
  }

  forget(slot: Slot): void {
    for (const taskId of this.#ofAgent.get(slot)?.keys() ?? []) {
      this.#changes.ofTask(slot, taskId);
    }
    this.#ofAgent.delete(slot);
  }

  #set(slot: Slot, taskId: string, over: OverAttempts): void {
    const ended = this.#of(slot).set(taskId, over);
    this.#changes.ofTask(slot, taskId);
    if (ended.size <= limits.tasksPerAgent) return;
    const [oldest] = ended.keys();
    ended.delete(oldest);
    this.#changes.ofTask(slot, oldest);
  }

  #of(slot: Slot): Map<string, OverAttempts> {
    const ended = this.#ofAgent.get(slot) ?? new Map<string, OverAttempts>();
    this.#ofAgent.set(slot, ended);
    return ended;
  }
}
