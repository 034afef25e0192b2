import type { AgentColumns, Slot } from "./columns.ts";

/** Of so many agents the best one is chosen; of more, the best of these, and others the next time. */
const LOOKED_AT = 64;
/** Nobody of a pool is open to any task: it is looked at again after this long. */
const CLOSED_MS = 1_000;

interface Pool {
  readonly slots: Slot[];
  readonly place: Map<Slot, number>;
  /** Where the next look begins. */
  cursor: number;
  /** How many were looked at since one was open. */
  fruitless: number;
  /** All were looked at in vain: whoever waits need not do so again before then. */
  closedUntilMs: number;
}

/** Whom a task is offered to. */
export interface Choice {
  /** Whether the agent is to be asked at all, whatever the task. */
  isOpen(slot: Slot): boolean;
  /** The agent with the least is chosen; Infinity is not to be asked for this task. */
  cost(slot: Slot): number;
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

  /** Of the agents that are as `like`, the one that costs the least; undefined when there is none. */
  cheapest(like: Slot, { isOpen, cost }: Choice, nowMs: number): Slot | undefined {
    const pool = this.#pools.get(this.#keyOf(like));
    if (!pool || nowMs < pool.closedUntilMs) return undefined;
    const { slots } = pool;
    let best: Slot | undefined;
    let open = 0;
    let lowest = Number.POSITIVE_INFINITY;
    const count = Math.min(LOOKED_AT, slots.length);
    for (let n = 0; n < count; n++) {
      const slot = slots[(pool.cursor + n) % slots.length];
      if (!isOpen(slot)) continue;
      open++;
      const price = cost(slot);
      if (price >= lowest) continue;
      lowest = price;
      best = slot;
    }
    // On by one where all were looked at, so that those who are alike take turns.
    pool.cursor = (pool.cursor + (slots.length > count ? count : 1)) % slots.length;
    pool.fruitless = open > 0 ? 0 : pool.fruitless + count;
    if (pool.fruitless >= slots.length) {
      pool.fruitless = 0;
      pool.closedUntilMs = nowMs + CLOSED_MS;
    }
    return best;
  }

  #add(slot: Slot): void {
    const key = this.#keyOf(slot);
    const pool = this.#pools.get(key) ?? emptyPool();
    this.#pools.set(key, pool);
    pool.closedUntilMs = 0;
    pool.place.set(slot, pool.slots.length);
    pool.slots.push(slot);
    this.#poolOf.set(slot, key);
  }

  /** No name and no type holds a zero byte in a way that could be taken for another's: the organization has none. */
  #keyOf(slot: Slot): string {
    return `${this.#columns.organizationId[slot]}\u0000${this.#columns.agentType[slot]}`;
  }
}

function emptyPool(): Pool {
  return { slots: [], place: new Map(), cursor: 0, fruitless: 0, closedUntilMs: 0 };
}
