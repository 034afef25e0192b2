import type { Instant } from "../clock.ts";
import type { TaskState } from "../events/event.ts";
import { kinds, type Member } from "./member.ts";
import type { AlertKind } from "./notification.ts";

/** What no event tells. */
export interface Asked {
  taskState(organizationId: string, agentId: string, taskId: string): TaskState | undefined;
  heldCount(organizationId: string): number;
  /** When a condition that comes and goes will have rested. Monotonic. */
  restedAt(member: Member, nowMs: number): number;
}

/** How often one looks. */
const LOOK_EVERY_MS = 1_000;
/** Tasks that are looked at in one look; the others have their turn in the next. */
const TASKS_AT_ONCE = 200;

/** Finds what is over without an event that says so. */
export class Lookout {
  readonly #asked: Asked;
  /** What is over after some time without news, by kind: the one whose time comes first is first. */
  readonly #quiet = new Map<AlertKind, Set<Member>>();
  /** Tasks that stand still: that one moves again is no event. */
  readonly #still = new Set<Member>();
  /** Mass failures whose hold is over: those who are held still go DOWN one after the other. */
  readonly #releasing = new Map<Member, string>();
  readonly #flapping = new Set<Member>();
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  add(member: Member): void {
    if (member.kind === "task_stale") this.#still.add(member);
    if (member.flapping) this.#flapping.add(member);
    if (kinds[member.kind].quietMs !== undefined) this.heard(member);
  }

  delete(member: Member): void {
    this.#still.delete(member);
    this.#flapping.delete(member);
    this.#releasing.delete(member);
    this.#quiet.get(member.kind)?.delete(member);
  }

  /** There was news of it. */
  heard(member: Member): void {
    if (kinds[member.kind].quietMs === undefined) return;
    const members = this.#quiet.get(member.kind) ?? new Set<Member>();
    members.delete(member);
    this.#quiet.set(member.kind, members.add(member));
  }

  /** It is over when nobody is held any more. */
  release(member: Member, reason: string): void {
    this.#releasing.set(member, reason);
  }

  /** Hands out what is over, and what has rested. At most once a second. */
  advance(
    now: Instant,
    found: {
      readonly over: (member: Member, reason: string) => void;
      readonly rested: (member: Member) => void;
    },
  ): void {
    if (now.mono - this.#lookedMs < LOOK_EVERY_MS) return;
    this.#lookedMs = now.mono;
    for (const [kind, members] of this.#quiet) {
      for (const member of members) {
        if (now.mono - member.lastMs < (kinds[kind].quietMs ?? 0)) break;
        found.over(member, "nothing more was heard of it");
      }
    }
    for (const [member, reason] of this.#releasing) {
      if (this.#asked.heldCount(member.organizationId ?? "") === 0) found.over(member, reason);
    }
    for (const member of this.#flapping) {
      if (now.mono >= this.#asked.restedAt(member, now.mono)) found.rested(member);
    }
    this.#lookAtTasks((member) => found.over(member, "it shows activity again"));
  }

  #lookAtTasks(moves: (member: Member) => void): void {
    let left = Math.min(TASKS_AT_ONCE, this.#still.size);
    for (const member of this.#still) {
      if (left-- === 0) return;
      // To the end: the others have their turn first.
      this.#still.delete(member);
      this.#still.add(member);
      const { organizationId = "", agentId, taskId } = member;
      const state = this.#asked.taskState(organizationId, agentId, taskId);
      if (state !== "stale" && !member.over) moves(member);
    }
  }
}
