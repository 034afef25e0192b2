import { type Clock, isoTime } from "../../clock.ts";
import type { Channel } from "../channel.ts";
import type { AlertSnapshot, Notification } from "../notification.ts";
import { expectSuccess, HttpCaller } from "./http.ts";
import type { Secret } from "./secret.ts";
import { cut, memberLines } from "./words.ts";

export interface PagerDutyOptions {
  readonly name: string;
  readonly target: string;
  /** The Events API's address. */
  readonly url: string;
  /** The integration's key. */
  readonly routingKey: Secret;
  readonly serverId: string;
}

/** What a summary takes, in characters. */
const SUMMARY_TEXT = 1_024;

/** PagerDuty's Events API v2: an alert is an incident, which its end resolves. */
export class PagerDuty implements Channel {
  readonly kind = "pagerduty";
  readonly name: string;
  readonly target: string;
  readonly #options: PagerDutyOptions;
  readonly #http: HttpCaller;

  constructor(options: PagerDutyOptions, clock: Clock) {
    this.name = options.name;
    this.target = options.target;
    this.#options = options;
    this.#http = new HttpCaller(clock);
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    const over = notification.notice === "resolved";
    await this.#enqueue(over ? this.#resolve(notification) : this.#trigger(notification), signal);
    // A test leaves no incident behind.
    if (notification.notice === "test") await this.#enqueue(this.#resolve(notification), signal);
  }

  async #enqueue(event: object, signal: AbortSignal): Promise<void> {
    expectSuccess(await this.#http.postJson(this.#options.url, event, signal));
  }

  #resolve({ alert, id }: Notification) {
    const routing_key = this.#options.routingKey.reveal();
    return { routing_key, event_action: "resolve", dedup_key: alert?.id ?? id };
  }

  #trigger({ id, notice, at, summary, alert }: Notification) {
    const { routingKey, serverId } = this.#options;
    return {
      routing_key: routingKey.reveal(),
      event_action: "trigger",
      // The same for all that is told of an alert, so that it is one incident.
      dedup_key: alert?.id ?? id,
      client: "Heartbeat",
      payload: {
        summary: cut(summary, SUMMARY_TEXT),
        source: sourceOf(alert) ?? serverId,
        severity: notice === "test" ? "info" : (alert?.severity ?? "warning"),
        timestamp: isoTime(alert?.startedAt ?? at),
        ...(alert && {
          class: alert.kind,
          ...(alert.organizationId !== undefined && { group: alert.organizationId }),
          custom_details: {
            alert_id: alert.id,
            concerned: alert.memberCount,
            not_well_yet: alert.openCount,
            members: memberLines(alert, alert.members.length),
          },
        }),
      },
    };
  }
}

/** What is unwell, if it is one agent. */
function sourceOf(alert: AlertSnapshot | undefined): string | undefined {
  const [only, ...others] = new Set(alert?.members.map(({ agentId }) => agentId));
  return only !== "" && others.length === 0 ? only : undefined;
}
