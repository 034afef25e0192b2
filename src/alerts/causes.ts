import type { Instant } from "../clock.ts";
import { Alert } from "./alert.ts";
import type { Group } from "./member.ts";
import type { AlertKind } from "./notification.ts";
import type { Route } from "./routing.ts";

/** Alerts that are over are shown so long, and no more than this many. */
const RESOLVED_MS = 86_400_000;
const MOST_RESOLVED = 1_000;

/** What tells whether things that begin are of one cause. */
export interface GroupName {
  readonly organizationId: string | undefined;
  readonly kind: AlertKind;
  readonly group: Group;
  readonly route: Route;
}

/** All alerts: those that are open, by what may join them, and those that were lately. */
export class Causes {
  /** In the order of their numbers. */
  readonly #alerts = new Map<string, Alert>();
  readonly #open = new Set<Alert>();
  /** In the order in which they were resolved. */
  readonly #resolved = new Map<Alert, Instant>();
  /** The last alert of each group. */
  readonly #last = new Map<string, Alert>();
  readonly #newId: () => string;
  readonly #onForgotten: (alert: Alert) => void;
  #nextNumber = 1;

  constructor(newId: () => string, onForgotten: (alert: Alert) => void) {
    this.#newId = newId;
    this.#onForgotten = onForgotten;
  }

  /** The newest first. */
  list(): readonly Alert[] {
    return [...this.#alerts.values()].reverse();
  }

  find(id: string): Alert | undefined {
    return this.#alerts.get(id);
  }

  get open(): ReadonlySet<Alert> {
    return this.#open;
  }

  /** The last alert of a group, if it is open. */
  last(name: GroupName): Alert | undefined {
    return this.#last.get(groupKeyOf(name));
  }

  begin(name: GroupName, startedAt: Instant): Alert {
    const { organizationId, kind, group, route } = name;
    const id = this.#newId();
    const number = this.#nextNumber++;
    const alert = new Alert({ id, number, organizationId, kind, group, startedAt }, route);
    this.#alerts.set(id, alert);
    this.#open.add(alert);
    this.#last.set(groupKeyOf(name), alert);
    return alert;
  }

  /** Takes up the alerts from before a restart, in the order of their numbers. */
  restore(alerts: readonly Alert[]): void {
    const resolved: { readonly alert: Alert; readonly at: Instant }[] = [];
    for (const alert of alerts) {
      this.#alerts.set(alert.id, alert);
      this.#nextNumber = Math.max(this.#nextNumber, alert.number + 1);
      if (alert.phase.name === "resolved") resolved.push({ alert, at: alert.phase.at });
      else {
        this.#open.add(alert);
        this.#last.set(groupKeyOf(alert), alert);
      }
    }
    resolved.sort((a, b) => a.at.mono - b.at.mono);
    for (const { alert, at } of resolved) this.#resolved.set(alert, at);
  }

  /** It is over: it is shown a while longer. */
  end(alert: Alert, now: Instant): void {
    this.#open.delete(alert);
    this.#leaveGroup(alert);
    this.#resolved.set(alert, now);
    this.forgetOld(now);
  }

  /** What begins later is of another cause, or of the same for another reason. */
  regroup(alert: Alert, group: Group): void {
    this.#leaveGroup(alert);
    alert.group = group;
  }

  forget(alert: Alert): void {
    this.#alerts.delete(alert.id);
    this.#open.delete(alert);
    this.#resolved.delete(alert);
    this.#leaveGroup(alert);
    this.#onForgotten(alert);
  }

  forgetOld(now: Instant): void {
    for (const [alert, at] of this.#resolved) {
      if (this.#resolved.size <= MOST_RESOLVED && now.mono - at.mono < RESOLVED_MS) return;
      this.forget(alert);
    }
  }

  #leaveGroup(alert: Alert): void {
    const key = groupKeyOf(alert);
    if (this.#last.get(key) === alert) this.#last.delete(key);
  }
}

/** No name holds a zero byte. */
function groupKeyOf({ organizationId = "", kind, group, route }: GroupName): string {
  return `${organizationId}\u0000${kind}\u0000${group}\u0000${route.name}`;
}
