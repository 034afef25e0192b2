import type { Slot } from "./columns.ts";

/** The agents of one organization. */
interface Roster {
  readonly slots: Map<string, Slot>;
  /** Ids in order, made when asked for and dropped when an agent comes or goes. */
  sorted: readonly string[] | undefined;
}

/** From names to slots. A stream looks its agent up once; after that it holds the slot. */
export class Directory {
  readonly #rosters = new Map<string, Roster>();

  find(organizationId: string, agentId: string): Slot | undefined {
    return this.#rosters.get(organizationId)?.slots.get(agentId);
  }

  add(organizationId: string, agentId: string, slot: Slot): void {
    let roster = this.#rosters.get(organizationId);
    if (!roster) {
      roster = { slots: new Map(), sorted: undefined };
      this.#rosters.set(organizationId, roster);
    }
    roster.slots.set(agentId, slot);
    roster.sorted = undefined;
  }

  remove(organizationId: string, agentId: string): void {
    const roster = this.#rosters.get(organizationId);
    if (!roster?.slots.delete(agentId)) return;
    roster.sorted = undefined;
    if (roster.slots.size === 0) this.#rosters.delete(organizationId);
  }

  /** The organizations that have agents, in order. */
  organizations(): string[] {
    return [...this.#rosters.keys()].sort();
  }

  /** The ids of an organization's agents, in order. Not to be changed. */
  ids(organizationId: string): readonly string[] {
    const roster = this.#rosters.get(organizationId);
    if (!roster) return [];
    roster.sorted ??= [...roster.slots.keys()].sort();
    return roster.sorted;
  }

  /** The slots of an organization's agents, in no order. */
  slots(organizationId: string): Iterable<Slot> {
    return this.#rosters.get(organizationId)?.slots.values() ?? [];
  }
}
