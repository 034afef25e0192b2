import type { Row, RowChanges, RowName } from "./store.ts";

export const noRows: RowChanges = Object.freeze({ changed: [], removed: [] });

/**
 * Changes of rows one after the other, as one: of each row only the last change counts, and a removal
 * that was followed by a change still comes first.
 */
export class RowMerge {
  /** By agent, then by task. */
  readonly #changed = new Map<string, Map<string, Row>>();
  readonly #removed = new Map<string, RowName>();

  add({ changed, removed }: RowChanges): void {
    for (const row of removed) {
      const agent = agentKeyOf(row);
      this.#removed.set(`${agent}\u0000${row.taskId}`, row);
      // With an agent its tasks go.
      if (row.taskId === "") this.#changed.delete(agent);
      else this.#changed.get(agent)?.delete(row.taskId);
    }
    for (const row of changed) {
      const agent = agentKeyOf(row);
      const rows = this.#changed.get(agent) ?? new Map<string, Row>();
      this.#changed.set(agent, rows.set(row.taskId, row));
    }
  }

  /** Everything so far. Removals come before changes. */
  take(): RowChanges {
    const changed = [...this.#changed.values()].flatMap((rows) => [...rows.values()]);
    return { removed: [...this.#removed.values()], changed };
  }
}

/** No name holds a zero byte. */
function agentKeyOf({ organizationId, agentId }: RowName): string {
  return `${organizationId}\u0000${agentId}`;
}
