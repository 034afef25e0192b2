import type { Row, RowChanges, RowName } from "./store.ts";

export const noRows: RowChanges = Object.freeze({ changed: [], removed: [] });

/**
 * Changes of rows one after the other, as one: of each row only the last change counts, and a removal
 * that was followed by a change still comes first.
 */
export class RowMerge {
  readonly #changed = new Map<string, Row>();
  readonly #removed = new Map<string, RowName>();

  add({ changed, removed }: RowChanges): void {
    for (const row of removed) {
      const key = keyOf(row);
      this.#removed.set(key, row);
      this.#changed.delete(key);
      if (row.taskId === "") this.#forgetTasks(key);
    }
    for (const row of changed) this.#changed.set(keyOf(row), row);
  }

  /** Everything so far. Removals come before changes. */
  take(): RowChanges {
    return { removed: [...this.#removed.values()], changed: [...this.#changed.values()] };
  }

  /** With an agent its tasks go. */
  #forgetTasks(agentKey: string): void {
    if (this.#changed.size === 0) return;
    for (const key of this.#changed.keys()) {
      if (key.startsWith(agentKey)) this.#changed.delete(key);
    }
  }
}

/** No name holds a zero byte. A task's key begins with its agent's. */
function keyOf({ organizationId, agentId, taskId }: RowName): string {
  return `${organizationId}\u0000${agentId}\u0000${taskId}`;
}
