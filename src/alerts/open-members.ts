import type { ConditionName, Member } from "./member.ts";

/** Everything that is not well, by whose it is. One agent's are chained: it rarely has more than one. */
export class OpenMembers {
  /** By organization, empty for the monitor itself, and then by agent. */
  readonly #first = new Map<string, Map<string, Member>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  find(name: ConditionName): Member | undefined {
    let member = this.#chainOf(name);
    while (member && (member.kind !== name.kind || member.taskId !== name.taskId)) {
      member = member.next;
    }
    return member;
  }

  /** All of an agent's, in no order. */
  ofAgent(name: ConditionName): readonly Member[] {
    const members: Member[] = [];
    for (let at = this.#chainOf(name); at; at = at.next) members.push(at);
    return members;
  }

  add(member: Member): void {
    const { organizationId = "", agentId } = member;
    const agents = this.#first.get(organizationId) ?? new Map<string, Member>();
    member.next = agents.get(agentId);
    this.#first.set(organizationId, agents.set(agentId, member));
    this.#size++;
  }

  delete(member: Member): void {
    const { organizationId = "", agentId, next } = member;
    const agents = this.#first.get(organizationId);
    const first = agents?.get(agentId);
    if (!agents || !first) return;
    if (first !== member) {
      let before = first;
      while (before.next && before.next !== member) before = before.next;
      if (!before.next) return;
      before.next = next;
    } else if (next) agents.set(agentId, next);
    else agents.delete(agentId);
    if (agents.size === 0) this.#first.delete(organizationId);
    member.next = undefined;
    this.#size--;
  }

  *[Symbol.iterator](): Generator<Member> {
    for (const agents of this.#first.values()) {
      for (const first of agents.values()) {
        for (let at: Member | undefined = first; at; at = at.next) yield at;
      }
    }
  }

  #chainOf({ organizationId = "", agentId }: ConditionName): Member | undefined {
    return this.#first.get(organizationId)?.get(agentId);
  }
}
