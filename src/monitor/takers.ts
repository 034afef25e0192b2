import type { AgentColumns, Slot } from "./columns.ts";

/** Of so many agents the best one is chosen; of more, the best of these, and others the next time. */
const LOOKED_AT = 64;

interface Pool {
  readonly slots: Slot[];
  readonly place: Map<Slot, number>;
  /** Where the next look begins. */
  cursor: number;
}

/**
 * The agents that take up lost tasks, by organization and type: who is asked is found among them, and not
 * among all. A choice costs the same however many there are.
 */
export class Takers {
  readonly #columns: AgentColumns;
  readonly #pools = new Map<string, Pool>();
  readonly #poolOf = new Map<Slot, string>();

  constructor(columns: AgentColumns) {
    this.#columns = columns;
  }

  /** Whether the agent takes lost tasks, by what its stream subscribes to. */
  set(slot: Slot, takes: boolean): void {
    this.forget(slot);
    if (takes) this.#add(slot);
  }

  /** The agent's type may have changed. */
  moved(slot: Slot): void {
    const before = this.#poolOf.get(slot);
    if (before === undefined || before === this.#keyOf(slot)) return;
    this.forget(slot);
    this.#add(slot);
  }

  forget(slot: Slot): void {
    const key = this.#poolOf.get(slot);
    if (key === undefined) return;
    this.#poolOf.delete(slot);
    const { slots, place } = this.#pools.get(key)!;
    const gap = place.get(slot)!;
    place.delete(slot);
    const last = slots.pop()!;
    if (last !== slot) {
      slots[gap] = last;
      place.set(last, gap);
    }
    if (slots.length === 0) this.#pools.delete(key);
  }

  has(slot: Slot): boolean {
    return this.#poolOf.has(slot);
  }

  /** Of the agents that are as `like`, the one that costs the least; undefined when each costs Infinity. */
  cheapest(like: Slot, cost: (slot: Slot) => number): Slot | undefined {
    const pool = this.#pools.get(this.#keyOf(like));
    if (!pool) return undefined;
    const { slots } = pool;
    let best: Slot | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    const count = Math.min(LOOKED_AT, slots.length);
    for (let n = 0; n < count; n++) {
      const slot = slots[(pool.cursor + n) % slots.length];
      const price = cost(slot);
      if (price >= lowest) continue;
      lowest = price;
      best = slot;
    }
    // On by one where all were looked at, so that those who are alike take turns.
    pool.cursor = (pool.cursor + (slots.length > count ? count : 1)) % slots.length;
    return best;
  }

  #add(slot: Slot): void {
    const key = this.#keyOf(slot);
    const pool: Pool = this.#pools.get(key) ?? { slots: [], place: new Map(), cursor: 0 };
    this.#pools.set(key, pool);
    pool.place.set(slot, pool.slots.length);
    pool.slots.push(slot);
    this.#poolOf.set(slot, key);
  }

  /** No name and no type holds a zero byte in a way that could be taken for another's: the organization has none. */
  #keyOf(slot: Slot): string {
    return `${this.#columns.organizationId[slot]}\u0000${this.#columns.agentType[slot]}`;
  }
}
