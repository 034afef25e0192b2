import type { AgentColumns, Slot } from "./columns.ts";
import type { Task } from "./task.ts";

/**
 * From whoever had a task before it was handed on to where it is now, as long as it waits or somebody has it:
 * by name, since an agent may be forgotten and come back.
 */
export class FormerOwners {
  readonly #columns: AgentColumns;
  readonly #present = new Map<string, Task>();

  constructor(columns: AgentColumns) {
    this.#columns = columns;
  }

  /** Where a task is that this agent had once; undefined when it never had it, has it, or nobody has. */
  elsewhere(slot: Slot, taskId: string): Task | undefined {
    const { organizationId, agentId } = this.#columns;
    const task = this.#present.get(keyOf(organizationId[slot], agentId[slot], taskId));
    return task?.slot === slot ? undefined : task;
  }

  add(task: Task): void {
    for (const key of this.#keys(task)) this.#present.set(key, task);
  }

  remove(task: Task): void {
    for (const key of this.#keys(task)) {
      if (this.#present.get(key) === task) this.#present.delete(key);
    }
  }

  #keys({ slot, formerAgents, taskId }: Task): string[] {
    const organizationId = this.#columns.organizationId[slot];
    return formerAgents.map((agentId) => keyOf(organizationId, agentId, taskId));
  }
}

/** No name holds a zero byte. */
function keyOf(organizationId: string, agentId: string, taskId: string): string {
  return `${organizationId}\u0000${agentId}\u0000${taskId}`;
}
