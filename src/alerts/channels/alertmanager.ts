import { type Clock, isoTime } from "../../clock.ts";
import type { Channel } from "../channel.ts";
import type { AlertKind, AlertMember, AlertSnapshot, Notification } from "../notification.ts";
import { expectSuccess, HttpCaller } from "./http.ts";
import { Secret } from "./secret.ts";

export interface AlertmanagerOptions {
  readonly name: string;
  readonly target: string;
  /** Where Alertmanager is, without a slash at the end. */
  readonly url: string;
  readonly auth:
    | { readonly scheme: "none" }
    | { readonly scheme: "bearer"; readonly token: Secret }
    | { readonly scheme: "basic"; readonly user: string; readonly password: Secret };
}

/** Alertmanager forgets what it is not told again by then; a refresh comes every minute. */
const FORGOTTEN_AFTER_MS = 5 * 60_000;
/** Alerts in one request. */
const AT_ONCE = 500;

const names: Readonly<Record<AlertKind, string>> = {
  agent_down: "HeartbeatAgentDown",
  agent_conflict: "HeartbeatAgentConflict",
  mass_failure: "HeartbeatMassFailure",
  task_stale: "HeartbeatTaskStale",
  task_lost: "HeartbeatTaskLost",
  task_given_up: "HeartbeatTaskGivenUp",
  monitor: "HeartbeatMonitor",
};

/** Prometheus's Alertmanager, API v2: an alert of its own for each agent or task. */
export class Alertmanager implements Channel {
  readonly kind = "alertmanager";
  readonly name: string;
  readonly target: string;
  readonly #address: string;
  readonly #headers: Readonly<Record<string, Secret>>;
  readonly #clock: Clock;
  readonly #http: HttpCaller;

  constructor({ name, target, url, auth }: AlertmanagerOptions, clock: Clock) {
    this.name = name;
    this.target = target;
    this.#address = `${url}/api/v2/alerts`;
    this.#clock = clock;
    const authorization = authorizationOf(auth);
    this.#headers = authorization ? { authorization } : {};
    this.#http = new HttpCaller(clock);
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    const { alert } = notification;
    await this.#post(
      alert ? alertsOf(alert, this.#soon()) : [notice(notification, this.#soon())],
      signal,
    );
  }

  async refresh(firing: Iterable<AlertSnapshot>, signal: AbortSignal): Promise<void> {
    const soon = this.#soon();
    let some: object[] = [];
    for (const alert of firing) {
      some.push(...alertsOf(alert, soon));
      if (some.length < AT_ONCE) continue;
      await this.#post(some, signal);
      some = [];
    }
    await this.#post(some, signal);
  }

  /** When Alertmanager is to forget what it is told now. Wall time. */
  #soon(): number {
    return this.#clock.now().wall + FORGOTTEN_AFTER_MS;
  }

  async #post(alerts: readonly object[], signal: AbortSignal): Promise<void> {
    const headers = Object.entries(this.#headers).map(([name, value]) => [name, value.reveal()]);
    for (let at = 0; at < alerts.length; at += AT_ONCE) {
      const some = alerts.slice(at, at + AT_ONCE);
      expectSuccess(
        await this.#http.postJson(this.#address, some, signal, Object.fromEntries(headers)),
      );
    }
  }
}

function authorizationOf(auth: AlertmanagerOptions["auth"]): Secret | undefined {
  if (auth.scheme === "none") return undefined;
  if (auth.scheme === "bearer") return new Secret(`Bearer ${auth.token.reveal()}`);
  const pair = Buffer.from(`${auth.user}:${auth.password.reveal()}`);
  return new Secret(`Basic ${pair.toString("base64")}`);
}

function alertsOf(alert: AlertSnapshot, forgottenAt: number): object[] {
  const rest = alert.memberCount - alert.members.length;
  const each = alert.members.map((member) => memberAlert(alert, member, forgottenAt));
  return rest > 0 ? [...each, restAlert(alert, rest, forgottenAt)] : each;
}

function memberAlert(alert: AlertSnapshot, member: AlertMember, forgottenAt: number): object {
  const { agentId, agentType, taskId, reason, startedAt } = member;
  return {
    labels: labelsOf(alert, { agent_id: agentId, agent_type: agentType, task_id: taskId }, member),
    annotations: { summary: alert.summary, description: reason, alert_id: alert.id },
    startsAt: isoTime(startedAt),
    endsAt: isoTime(member.resolvedAt ?? alert.resolvedAt ?? forgottenAt),
  };
}

/** Stands for the members beyond those that a message names. Another alert of the kind has one of its own. */
function restAlert(alert: AlertSnapshot, rest: number, forgottenAt: number): object {
  const description = `${rest} more than those that have an alert of their own`;
  return {
    labels: labelsOf(alert, { more: "true", alert_id: alert.id }),
    annotations: { summary: alert.summary, description, alert_id: alert.id },
    startsAt: isoTime(alert.startedAt),
    endsAt: isoTime(alert.resolvedAt ?? forgottenAt),
  };
}

/** A test, or what tells of messages that were left out: it ends by itself. */
function notice({ notice, summary, at, id }: Notification, forgottenAt: number): object {
  const alertname = notice === "test" ? "HeartbeatTest" : "HeartbeatMessagesLeftOut";
  const severity = notice === "test" ? "info" : "warning";
  return {
    labels: { alertname, severity },
    annotations: { summary, message_id: id },
    startsAt: isoTime(at),
    endsAt: isoTime(forgottenAt),
  };
}

/** Ours outrank an agent's of the same name. An empty one is none, as Prometheus has it. */
function labelsOf(
  { kind, organizationId = "", severity }: AlertSnapshot,
  own: Readonly<Record<string, string>>,
  member?: AlertMember,
): Readonly<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(member?.labels ?? {})) all[labelName(name)] = value;
  Object.assign(all, own, { alertname: names[kind], kind, severity, organization: organizationId });
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** A label's name as Prometheus takes it. */
function labelName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d)/, "_");
}
