import type { Instant } from "../clock.ts";
import { type Group, kinds, type Member, reasonOf } from "./member.ts";
import {
  type AlertKind,
  type AlertMember,
  type AlertSnapshot,
  type AlertState,
  MEMBERS_TOLD,
} from "./notification.ts";
import type { Route } from "./routing.ts";
import { summaryOf } from "./summary.ts";

/** Where an alert stands. */
export type Phase =
  /** Nobody is told yet: it may be over before anybody need know. */
  | { readonly name: "pending" }
  /** It is time to tell, and silences keep all of it from being told. */
  | { readonly name: "muted" }
  /** It was told to the channels that there are, all that began up to a number. Monotonic. */
  | {
      readonly name: "told";
      readonly upTo: number;
      /** When it was last told, also that it has grown or goes on. */
      readonly lastMs: number;
    }
  | { readonly name: "resolved"; readonly at: Instant; readonly reason: string };

/** That more has joined is told no sooner after the last message. */
const GROWN_EVERY_MS = 300_000;
/** No more joins after this long, however lately the last did; see {@link Alert.takesMore}. */
const LONGEST_GROUP_MS = 300_000;
/** What did not come back after the monitor was away is given up over a longer time. */
const ABSENCE_WINDOW_MS = 300_000;

export interface AlertFacts {
  readonly id: string;
  /** Growing with each alert. */
  readonly number: number;
  readonly organizationId: string | undefined;
  readonly kind: AlertKind;
  readonly group: Group;
  readonly startedAt: Instant;
}

/** One cause that people are told of: what it concerns, and how far it has been told. */
export class Alert {
  readonly id: string;
  readonly number: number;
  readonly organizationId: string | undefined;
  readonly kind: AlertKind;
  readonly startedAt: Instant;
  group: Group;
  route: Route;
  /** The first that joined, well again or not, in the order in which they began. */
  readonly named = new Map<string, Member>();
  /** Of the others those that are not well. */
  readonly further = new Map<string, Member>();
  /** All that ever joined, and those that are not well. Of the named each is counted once. */
  memberCount = 0;
  openCount = 0;
  /** The number of the last that joined. */
  lastNumber = 0;
  lastJoinedMs: number;
  phase: Phase = { name: "pending" };
  /** Channels that were told of it. */
  toldChannels: readonly string[] = [];
  /** When a message was last sent. Wall time. */
  toldAt: number | undefined;
  /** Messages so far. */
  notices = 0;
  /** When it is to be looked at; never later than there is something to do. */
  dueMs = Number.POSITIVE_INFINITY;

  constructor(facts: AlertFacts, route: Route) {
    this.id = facts.id;
    this.number = facts.number;
    this.organizationId = facts.organizationId;
    this.kind = facts.kind;
    this.group = facts.group;
    this.startedAt = facts.startedAt;
    this.lastJoinedMs = facts.startedAt.mono;
    this.route = route;
  }

  get isOpen(): boolean {
    return this.phase.name !== "resolved";
  }

  /** As people see it. */
  get state(): AlertState {
    const { name } = this.phase;
    return name === "pending" || name === "resolved" ? name : "firing";
  }

  get isFlapping(): boolean {
    return this.isOpen && this.group === "flapping";
  }

  /** Those that are known: all that are not well among them. */
  *members(): Generator<Member> {
    yield* this.named.values();
    yield* this.further.values();
  }

  /** Those that are not well, about in the order in which they began. */
  *open(): Generator<Member> {
    for (const member of this.members()) if (!member.resolvedAt) yield member;
  }

  /** Whether what begins now is of the same cause. */
  takesMore(now: Instant): boolean {
    if (!this.isOpen) return false;
    // As long as an organization is held, all that goes DOWN for it belongs to it.
    if (this.kind === "mass_failure") return true;
    const { groupWindowMs } = this.route.policy;
    if (groupWindowMs === 0) return false;
    const sinceLast = now.mono - this.lastJoinedMs;
    if (this.group === "absence") return sinceLast <= Math.max(groupWindowMs, ABSENCE_WINDOW_MS);
    return sinceLast <= groupWindowMs && now.mono - this.startedAt.mono <= LONGEST_GROUP_MS;
  }

  /** Whether what joins now is one of those that messages name. */
  names(key: string): boolean {
    return this.named.size < MEMBERS_TOLD || this.named.has(key);
  }

  /** A member is not well, for the first time or again. */
  join(member: Member): void {
    const members = this.#of(member);
    if (!members.delete(member.key)) this.memberCount++;
    members.set(member.key, member);
    this.openCount++;
    this.lastNumber = member.number;
    this.lastJoinedMs = member.startedAt.mono;
    this.dueMs = Math.min(this.dueMs, this.#dueOf(member));
  }

  /** Takes up a member from before a restart, in their order. */
  restore(member: Member): void {
    this.#of(member).set(member.key, member);
    if (!member.resolvedAt) this.openCount++;
  }

  /** One more that is counted and not followed. */
  countOnly(now: Instant): void {
    this.memberCount++;
    this.lastJoinedMs = now.mono;
  }

  /** A member is well. Those that are not named are forgotten. */
  recover(member: Member, now: Instant): void {
    member.resolvedAt = now;
    member.flapping = false;
    this.openCount--;
    this.further.delete(member.key);
  }

  /** A member leaves as if it had never joined. */
  release(member: Member): void {
    this.#of(member).delete(member.key);
    this.memberCount--;
    if (!member.resolvedAt) this.openCount--;
  }

  /** The one place where the phase changes. */
  enter(phase: Phase): void {
    this.phase = phase;
    this.dueMs = this.#due();
  }

  /** It was looked at, and nothing was to be done. */
  lookedAt(nowMs: number): void {
    this.dueMs = Math.max(nowMs + 1, this.#due());
  }

  /** What there is to tell, silences aside. */
  notice(nowMs: number): "firing" | "flapping" | "grown" | "repeat" | undefined {
    const { phase } = this;
    if (phase.name === "resolved") return undefined;
    if (phase.name !== "told") {
      if (nowMs < this.#firstDue()) return undefined;
      return this.isFlapping ? "flapping" : "firing";
    }
    // Flapping is told once: it is told again when it has rested.
    if (this.isFlapping) return undefined;
    if (nowMs >= this.#repeatDue(phase.lastMs)) return "repeat";
    return nowMs >= this.#grownDue(phase) ? "grown" : undefined;
  }

  /** Whether an agent is among those that are not well, or among the named. */
  concerns(agentId: string): boolean {
    for (const member of this.members()) if (member.agentId === agentId) return true;
    return false;
  }

  snapshot(): AlertSnapshot {
    const { phase } = this;
    return {
      id: this.id,
      organizationId: this.organizationId,
      kind: this.kind,
      severity: kinds[this.kind].severity,
      state: this.state,
      summary: this.summary(),
      startedAt: this.startedAt.wall,
      resolvedAt: phase.name === "resolved" ? phase.at.wall : undefined,
      members: [...this.named.values()].map(toldOf),
      memberCount: this.memberCount,
      openCount: this.openCount,
      flapping: this.isFlapping,
    };
  }

  /** What is wrong, in a sentence. */
  summary(): string {
    const { kind, organizationId, group, memberCount, openCount, phase } = this;
    const over = phase.name === "resolved" && {
      reason: phase.reason,
      // As a clock on the wall shows it; one that was set back shows nothing.
      afterMs: Math.max(0, phase.at.wall - this.startedAt.wall),
    };
    const members = over || kind === "mass_failure" ? this.members() : this.open();
    return summaryOf({
      kind,
      organizationId,
      group,
      memberCount,
      openCount,
      members,
      over: over || undefined,
    });
  }

  #of({ named }: Member): Map<string, Member> {
    return named ? this.named : this.further;
  }

  #due(): number {
    const { phase } = this;
    if (phase.name === "resolved" || phase.name === "muted") return Number.POSITIVE_INFINITY;
    if (phase.name === "pending") return this.#firstDue();
    if (this.isFlapping) return Number.POSITIVE_INFINITY;
    return Math.min(this.#repeatDue(phase.lastMs), this.#grownDue(phase));
  }

  #dueOf(member: Member): number {
    const { phase } = this;
    const due = member.startedAt.mono + this.route.policy.delayMs;
    if (phase.name === "pending") return due;
    if (phase.name !== "told" || this.kind === "mass_failure" || this.isFlapping) return Infinity;
    return Math.max(due, phase.lastMs + GROWN_EVERY_MS);
  }

  /** Whoever has not been well for long enough is told of, and the others with it. */
  #firstDue(): number {
    let firstMs = Number.POSITIVE_INFINITY;
    // Not the one that joined first: who is taken over from another alert may have begun before it.
    for (const { startedAt } of this.open()) firstMs = Math.min(firstMs, startedAt.mono);
    return firstMs + this.route.policy.delayMs;
  }

  #repeatDue(lastMs: number): number {
    const { repeatMs } = this.route.policy;
    return repeatMs === 0 ? Number.POSITIVE_INFINITY : lastMs + repeatMs;
  }

  /** A mass failure is told once: that those who were held go DOWN was said. */
  #grownDue({ upTo, lastMs }: Extract<Phase, { name: "told" }>): number {
    if (this.kind === "mass_failure" || this.lastNumber === upTo) return Number.POSITIVE_INFINITY;
    for (const member of this.open()) {
      if (member.number <= upTo) continue;
      const due = member.startedAt.mono + this.route.policy.delayMs;
      return Math.max(due, lastMs + GROWN_EVERY_MS);
    }
    return Number.POSITIVE_INFINITY;
  }
}

function toldOf(member: Member): AlertMember {
  const { agentId, agentType, labels, startedAt, resolvedAt } = member;
  return {
    agentId,
    agentType,
    labels,
    taskId: member.kind === "monitor" ? "" : member.taskId,
    reason: reasonOf(member),
    startedAt: startedAt.wall,
    resolvedAt: resolvedAt?.wall,
  };
}
