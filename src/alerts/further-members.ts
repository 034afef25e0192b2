import type { DocumentMerge } from "../journal/documents.ts";
import type { Member } from "./member.ts";

/** Members in a document: fewer makes more documents when many begin, more makes longer ones when one ends. */
const AT_ONCE = 16;

/** What is kept of members that are not named: there may be very many, and each as short as may be. */
export class FurtherMembers {
  /** By their numbers, some in each document. */
  readonly #members = new Map<number, Map<number, Member>>();
  readonly #changed = new Set<number>();

  /** Whether nothing is kept any more: what has changed was handed out. */
  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  set(member: Member): void {
    this.restore(member);
    this.#changed.add(partOf(member));
  }

  /** Takes up a member that is kept as it is. */
  restore(member: Member): void {
    const part = partOf(member);
    const members = this.#members.get(part) ?? new Map<number, Member>();
    this.#members.set(part, members.set(member.number, member));
  }

  delete(member: Member): void {
    const part = partOf(member);
    this.#members.get(part)?.delete(member.number);
    this.#changed.add(part);
  }

  /** Hands out the documents that have changed. */
  takeChanges(alertId: string, collection: string, merge: DocumentMerge): void {
    for (const part of this.#changed) {
      const members = this.#members.get(part);
      const id = `${alertId}/${part}`;
      if (members && members.size > 0) merge.change(collection, id, encode(members.values()));
      else {
        this.#members.delete(part);
        merge.remove(collection, id);
      }
    }
    this.#changed.clear();
  }
}

function partOf({ number }: Member): number {
  return Math.floor(number / AT_ONCE);
}

export type FurtherRecord = Pick<
  Member,
  "number" | "kind" | "agentId" | "agentType" | "taskId" | "startedAt" | "lastMs"
> &
  Pick<Member, "flapping" | "over">;

function encode(members: Iterable<Member>): string {
  const rows: (string | number)[][] = [];
  for (const { number, kind, agentId, agentType, taskId, ...member } of members) {
    const { mono, wall } = member.startedAt;
    const marks = (member.flapping ? 1 : 0) + (member.over ? 2 : 0);
    rows.push([number, kind, agentId, agentType, taskId, mono, wall, member.lastMs, marks]);
  }
  return JSON.stringify(rows);
}

/** The alert whose members a document has. */
export function alertIdOf(id: string): string {
  return id.slice(0, id.lastIndexOf("/"));
}

/** Throws when the text is none of ours. */
export function decodeFurther(body: string): readonly FurtherRecord[] {
  const rows: [number, Member["kind"], string, string, string, number, number, number, number][] =
    JSON.parse(body);
  return rows.map(([number, kind, agentId, agentType, taskId, mono, wall, lastMs, marks]) => ({
    number,
    kind,
    agentId,
    agentType,
    taskId,
    startedAt: { mono, wall },
    lastMs,
    flapping: (marks & 1) > 0,
    over: (marks & 2) > 0,
  }));
}
