import type { Slot } from "./columns.ts";
import { IdTable } from "./id-table.ts";

/** The agents of one organization. */
interface Roster {
  readonly table: IdTable;
  /** Ids in order, made when asked for and dropped when an agent goes. */
  sorted: readonly string[] | undefined;
  /** Ids that came since, to be merged in when they are asked for. */
  fresh: string[];
}

/** From names to slots. A stream looks its agent up once; after that it holds the slot. */
export class Directory {
  readonly #rosters = new Map<string, Roster>();
  readonly #ids: readonly string[];
  readonly #hashSeed: number;

  /** @param ids the column that holds each slot's id */
  constructor(ids: readonly string[], hashSeed: number) {
    this.#ids = ids;
    this.#hashSeed = hashSeed;
  }

  find(organizationId: string, agentId: string): Slot | undefined {
    return this.#rosters.get(organizationId)?.table.find(agentId);
  }

  /** The id stands in its slot's column already. */
  add(organizationId: string, agentId: string, slot: Slot): void {
    let roster = this.#rosters.get(organizationId);
    if (!roster) {
      roster = { table: new IdTable(this.#ids, this.#hashSeed), sorted: undefined, fresh: [] };
      this.#rosters.set(organizationId, roster);
    }
    roster.table.add(agentId, slot);
    if (roster.sorted) roster.fresh.push(agentId);
  }

  /** The id still stands in its slot's column. */
  remove(organizationId: string, agentId: string): void {
    const roster = this.#rosters.get(organizationId);
    if (!roster?.table.remove(agentId)) return;
    roster.sorted = undefined;
    roster.fresh = [];
    if (roster.table.size === 0) this.#rosters.delete(organizationId);
  }

  /** The organizations that have agents, in order. */
  organizations(): string[] {
    return [...this.#rosters.keys()].sort();
  }

  /** The ids of an organization's agents, in order. Not to be changed. */
  ids(organizationId: string): readonly string[] {
    const roster = this.#rosters.get(organizationId);
    if (!roster) return [];
    roster.sorted ??= Array.from(roster.table.slots(), (slot) => this.#ids[slot]).sort();
    if (roster.fresh.length > 0) {
      roster.sorted = merged(roster.sorted, roster.fresh.sort());
      roster.fresh = [];
    }
    return roster.sorted;
  }

  /** How many agents an organization has. */
  count(organizationId: string): number {
    return this.#rosters.get(organizationId)?.table.size ?? 0;
  }

  /** The slots of an organization's agents, in no order. */
  slots(organizationId: string): Iterable<Slot> {
    return this.#rosters.get(organizationId)?.table.slots() ?? [];
  }
}

/** Two lists in order as one. */
function merged(a: readonly string[], b: readonly string[]): string[] {
  const all: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const fromA = j >= b.length || (i < a.length && a[i] < b[j]);
    all.push(fromA ? a[i++] : b[j++]);
  }
  return all;
}
