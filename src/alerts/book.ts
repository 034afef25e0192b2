import type { Instant } from "../clock.ts";
import type { Present } from "../engine/companion.ts";
import type { LivenessEvent } from "../events/event.ts";
import type { Document, DocumentChanges } from "../journal/documents.ts";
import type { Alert, AlertFacts } from "./alert.ts";
import { Causes, type GroupName } from "./causes.ts";
import { type Change, changesOf } from "./conditions.ts";
import type { Outgoing } from "./delivering.ts";
import { Flaps } from "./flaps.ts";
import { AlertKeeping, readKept } from "./keeping.ts";
import { Lookout } from "./lookout.ts";
import {
  type ConditionName,
  type Group,
  keyOf,
  kinds,
  LOST_TASKS_NAMED,
  type Member,
} from "./member.ts";
import type { AlertSnapshot } from "./notification.ts";
import { OpenMembers } from "./open-members.ts";
import type { Route, Routing } from "./routing.ts";
import { Silences } from "./silences.ts";
import { Teller } from "./teller.ts";

export interface BookParts {
  readonly routing: Routing;
  readonly outgoing: Pick<Outgoing, "enqueue">;
  /** A new name for an alert. */
  readonly newId: () => string;
  /** Told once of each bound that is reached. Must not throw. */
  readonly onBound: (problem: string) => void;
  readonly limits?: Partial<BookLimits>;
}

export interface BookLimits {
  /** Alerts that are not over. Beyond, what begins joins the last of its group, however old that is. */
  readonly openAlerts: number;
  /** What is not well, over all alerts. Beyond, it is counted, and does not keep its alert open. */
  readonly followed: number;
}

const defaultLimits: BookLimits = { openAlerts: 10_000, followed: 250_000 };

type Beginning = Extract<Change, { type: "begins" }>;

const nobodyKnown: Present = {
  labelsOf: () => ({}),
  agentState: () => undefined,
  taskState: () => undefined,
  heldCount: () => 0,
};

/**
 * All alerts: what events begin and end, what belongs together, and what is to be told when. Pure: time
 * comes in with the call, messages go to `outgoing`, and what is to be kept is taken out afterwards.
 */
export class Book {
  readonly silences: Silences;
  readonly #routing: Routing;
  readonly #onBound: (problem: string) => void;
  readonly #limits: BookLimits;
  readonly #keeping = new AlertKeeping();
  readonly #flaps = new Flaps((key, penalty) => this.#keeping.penalty(key, penalty));
  readonly #members = new OpenMembers();
  readonly #lookout: Lookout;
  readonly #causes: Causes;
  readonly #teller: Teller;
  readonly #boundsTold = new Set<string>();
  #present = nobodyKnown;

  constructor({ routing, outgoing, newId, onBound, limits }: BookParts) {
    this.#routing = routing;
    this.#onBound = onBound;
    this.#limits = { ...defaultLimits, ...limits };
    this.#lookout = new Lookout({
      taskState: (...name) => this.#present.taskState(...name),
      heldCount: (organizationId) => this.#present.heldCount(organizationId),
      restedAt: (member, nowMs) => this.#flaps.restedAt(member, nowMs),
    });
    this.silences = new Silences({
      labelsOf: (...name) => this.#present.labelsOf(...name),
      onChange: (id, silence) => this.#keeping.silence(id, silence),
    });
    const keeping = this.#keeping;
    const causes = new Causes(newId, (alert) => keeping.forgotten(alert));
    this.#causes = causes;
    this.#teller = new Teller({ causes, silences: this.silences, keeping, outgoing });
  }

  // ---- what is asked --------------------------------------------------------------------------

  /** The newest first. */
  list(): readonly Alert[] {
    return this.#causes.list();
  }

  /** How many are pending, and how many fire. */
  get counts(): { readonly pending: number; readonly firing: number } {
    const { open } = this.#causes;
    let pending = 0;
    for (const { phase } of open) if (phase.name === "pending") pending++;
    return { pending, firing: open.size - pending };
  }

  /** What was told to a channel and is not over, as each stands when it is asked for. */
  *firing(channel: string): Generator<AlertSnapshot> {
    for (const alert of this.#causes.open) {
      const isTold = alert.phase.name === "told" && alert.toldChannels.includes(channel);
      if (isTold) yield alert.snapshot();
    }
  }

  /** The silence that keeps an alert from being told: one that matches all of it that is not well. */
  silenceOf(alert: Alert): string {
    return alert.isOpen ? (this.silences.overAll(alert.open())?.id ?? "") : "";
  }

  takeChanges(): DocumentChanges {
    return this.#keeping.takeChanges();
  }

  // ---- a restart ------------------------------------------------------------------------------

  /** Takes up what the server before has kept: what was told is not told again, what was pending goes on. */
  begin(
    documents: readonly Document[],
    present: Present,
    now: Instant,
    onUnreadable: (document: Document, error: unknown) => void,
  ): void {
    this.#present = present;
    const routeOf = (alert: AlertFacts, first: Member | undefined) =>
      this.#routeOf({ agentId: "", agentType: "", taskId: "", ...alert, ...first });
    const kept = readKept(documents, routeOf, onUnreadable);
    for (const { key, ...penalty } of kept.penalties) this.#flaps.restore(key, penalty);
    for (const silence of kept.silences) this.silences.restore(silence, now);
    this.silences.advance(now);
    this.#causes.restore(kept.alerts);
    for (const alert of kept.alerts) this.#follow(alert);
    this.#endWhatIsOver(now);
  }

  #follow(alert: Alert): void {
    this.#keeping.restored(alert);
    for (const member of [...alert.open()].sort((a, b) => a.lastMs - b.lastMs)) {
      this.#members.add(member);
      this.#lookout.add(member);
    }
    this.#teller.touch(alert);
  }

  /** What has ended and was not told, and holds: none outlives a restart. */
  #endWhatIsOver(now: Instant): void {
    const over = [...this.#members].filter(({ kind, organizationId = "", agentId }) => {
      if (kind === "mass_failure") return true;
      if (kind !== "agent_down") return false;
      return this.#present.agentState(organizationId, agentId) !== "down";
    });
    for (const member of over) this.#recover(member, "the monitor was started again", now);
  }

  // ---- what happens ---------------------------------------------------------------------------

  hear(events: readonly LivenessEvent[]): void {
    let last: Instant | undefined;
    for (const event of events) {
      for (const change of changesOf(event)) {
        this.#apply(change, event.at);
        last = event.at;
      }
    }
    // Who is to be told at once is told of all that was decided at once.
    if (last) this.#teller.advance(last);
  }

  advance(now: Instant): void {
    if (this.silences.advance(now)) this.#teller.reconsider(now);
    this.#lookout.advance(now, {
      over: (member, reason) => this.#end(member, reason, now),
      rested: (member) => this.#rested(member, now),
    });
    this.#teller.advance(now);
    this.#causes.forgetOld(now);
  }

  #apply(change: Change, now: Instant): void {
    const { name, reason } = change;
    if (change.type === "begins") return this.#begin(change, now);
    if (change.type === "removed") {
      for (const member of [...this.#members.ofAgent(name)]) {
        // That its task was given up is told all the same: often because it is removed.
        if (member.kind !== "task_given_up") this.#recover(member, reason, now);
      }
      return;
    }
    const member = this.#members.find(name);
    if (!member) return;
    if (change.type === "hold_ends") this.#lookout.release(member, reason);
    else this.#end(member, reason, now);
  }

  #begin(beginning: Beginning, now: Instant): void {
    const { name } = beginning;
    const known = this.#members.find(name);
    if (known) return this.#beginAgain(known, now);
    if (name.kind === "task_lost" && this.#isLostWithAgent(name)) return;
    const flapping = kinds[name.kind].flaps && this.#flaps.begin(name, now.mono);
    const group = this.#groupOf(beginning, flapping);
    const alert = this.#joinable(beginning, group, now);
    if (this.#members.size >= this.#limits.followed) return this.#count(alert, now);
    this.#join(alert ?? this.#causes.begin(group, now), beginning, now);
  }

  /** It was not well before, or rests from having been so too often. */
  #beginAgain(member: Member, now: Instant): void {
    if (member.over) this.#flaps.begin(member, now.mono);
    member.over = false;
    member.lastMs = now.mono;
    this.#lookout.heard(member);
    this.#keepMember(member);
  }

  /** A task that was lost with its agent has no alert of its own: the cause is one. */
  #isLostWithAgent(name: ConditionName): boolean {
    const agent = this.#members.find({ ...name, kind: "agent_down", taskId: "" });
    if (!agent || agent.over) return false;
    if (!agent.named) return true;
    agent.lostTaskCount++;
    if (agent.lostTasks.length < LOST_TASKS_NAMED) {
      agent.lostTasks = [...agent.lostTasks, name.taskId];
    }
    this.#keepMember(agent);
    return true;
  }

  #join(alert: Alert, { name, agentType, reason }: Beginning, now: Instant): void {
    const key = keyOf(name);
    const named = alert.names(key);
    this.#enlist(alert, {
      ...name,
      key,
      alertId: alert.id,
      agentType,
      named,
      labels: named ? this.#labelsOf(name) : {},
      reason: named ? reason : "",
      startedAt: now,
      lastMs: now.mono,
      number: alert.lastNumber + 1,
      resolvedAt: undefined,
      flapping: alert.group === "flapping",
      over: false,
      lostTasks: [],
      lostTaskCount: 0,
      next: undefined,
    });
    if (name.kind === "mass_failure") this.#absorb(alert, now);
  }

  #enlist(alert: Alert, member: Member): void {
    alert.join(member);
    this.#members.add(member);
    this.#lookout.add(member);
    this.#keeping.memberChanged(alert, member);
    // Also when its members are kept apart: how many they are is kept with it.
    this.#keeping.changed(alert);
    this.#teller.touch(alert);
  }

  /** One more than can be followed. */
  #count(alert: Alert | undefined, now: Instant): void {
    this.#atBound("more is not well than alerts can follow: the rest is only counted");
    if (!alert) return;
    alert.countOnly(now);
    this.#keeping.changed(alert);
  }

  /** Agents that went DOWN before it was seen that they are many, and of whom nobody was told yet. */
  #absorb(mass: Alert, now: Instant): void {
    const sinceMs = now.mono - mass.route.policy.groupWindowMs;
    for (const alert of [...this.#causes.open]) {
      const { kind, organizationId, phase, startedAt } = alert;
      if (kind !== "agent_down" || organizationId !== mass.organizationId) continue;
      if (phase.name !== "pending" || startedAt.mono < sinceMs) continue;
      for (const member of [...alert.open()]) {
        this.#strike(alert, member);
        const named = mass.names(member.key);
        const number = mass.lastNumber + 1;
        this.#enlist(mass, { ...member, alertId: mass.id, named, number, flapping: false });
      }
      this.#causes.forget(alert);
    }
  }

  #end(member: Member, reason: string, now: Instant): void {
    if (!member.flapping) return this.#recover(member, reason, now);
    member.over = true;
    this.#keepMember(member);
  }

  #recover(member: Member, reason: string, now: Instant): void {
    const alert = this.#alertOf(member);
    if (kinds[member.kind].flaps) this.#flaps.end(member, member.startedAt.mono);
    this.#strike(alert, member);
    alert.recover(member, now);
    this.#keeping.changed(alert);
    if (alert.openCount === 0) this.#teller.resolve(alert, reason, now);
    else this.#calm(alert);
  }

  /** It comes and goes no more: if it is over, it is; otherwise it is told that it stays. */
  #rested(member: Member, now: Instant): void {
    if (member.over) return this.#recover(member, "it comes and goes no more", now);
    this.#lookout.delete(member);
    member.flapping = false;
    this.#lookout.add(member);
    this.#keepMember(member);
    this.#calm(this.#alertOf(member));
  }

  /** When nothing of an alert comes and goes any more, it is an alert like the others, and told as one. */
  #calm(alert: Alert): void {
    if (alert.group !== "flapping") return;
    for (const member of alert.open()) if (member.flapping) return;
    this.#causes.regroup(alert, "time");
    if (alert.phase.name === "told") alert.enter({ name: "pending" });
    this.#keeping.changed(alert);
    this.#teller.touch(alert);
  }

  /** It is not looked out for any more. */
  #strike(alert: Alert, member: Member): void {
    this.#members.delete(member);
    this.#lookout.delete(member);
    this.#keeping.memberGone(alert, member);
  }

  #keepMember(member: Member): void {
    this.#keeping.memberChanged(this.#alertOf(member), member);
  }

  // ---- what belongs together ------------------------------------------------------------------

  #groupOf({ name, agentType, after }: Beginning, flapping: boolean): GroupName {
    const { organizationId, kind } = name;
    const subject = { ...name, agentType };
    const silenced = this.silences.over(subject) !== undefined;
    let group: Group = "time";
    if (flapping) group = "flapping";
    else if (silenced) group = "silence";
    else if (after === "absence") group = "absence";
    return { organizationId, kind, group, route: this.#routeOf(subject) };
  }

  /** The alert of the same cause, if there is one. */
  #joinable({ name, after }: Beginning, group: GroupName, now: Instant): Alert | undefined {
    const { organizationId } = name;
    const mass = { kind: "mass_failure", organizationId, agentId: "", taskId: "" } as const;
    const held = after === "hold" ? this.#members.find(mass) : undefined;
    if (held) return this.#alertOf(held);
    const last = this.#causes.last(group);
    if (last?.takesMore(now)) return last;
    if (!last?.isOpen || this.#causes.open.size < this.#limits.openAlerts) return undefined;
    this.#atBound("too many alerts are open: what begins joins the last of its kind");
    return last;
  }

  #routeOf(subject: ConditionName & { readonly agentType: string }): Route {
    const { kind, organizationId, agentType } = subject;
    const labels = this.#labelsOf(subject);
    const { severity } = kinds[kind];
    return this.#routing.routeOf({ organizationId, kind, severity, agentType, labels });
  }

  #labelsOf({ organizationId, agentId }: ConditionName): Readonly<Record<string, string>> {
    if (organizationId === undefined || agentId === "") return {};
    return this.#present.labelsOf(organizationId, agentId);
  }

  #alertOf({ alertId }: Member): Alert {
    const alert = this.#causes.find(alertId);
    if (!alert) throw new Error(`no alert ${alertId}: a member outlived it`);
    return alert;
  }

  #atBound(problem: string): void {
    if (!this.#boundsTold.has(problem)) this.#onBound(problem);
    this.#boundsTold.add(problem);
  }
}
