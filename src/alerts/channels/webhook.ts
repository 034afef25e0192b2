import { createHmac } from "node:crypto";
import { type Clock, isoTime } from "../../clock.ts";
import type { Channel } from "../channel.ts";
import type { AlertMember, AlertSnapshot, Notification } from "../notification.ts";
import { expectSuccess, HttpCaller } from "./http.ts";
import type { Secret } from "./secret.ts";

export interface WebhookOptions {
  readonly name: string;
  readonly target: string;
  readonly url: Secret;
  /** `whsec_` and a key in base64; undefined leaves messages unsigned. */
  readonly secret: Secret | undefined;
  readonly serverId: string;
}

/** A CloudEvent, signed in the manner of Standard Webhooks. */
export class Webhook implements Channel {
  readonly kind = "webhook";
  readonly name: string;
  readonly target: string;
  readonly #options: WebhookOptions;
  readonly #clock: Clock;
  readonly #http: HttpCaller;

  constructor(options: WebhookOptions, clock: Clock) {
    const { name, target } = options;
    this.name = name;
    this.target = target;
    this.#options = options;
    this.#clock = clock;
    this.#http = new HttpCaller(clock);
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    const { url, secret, serverId } = this.#options;
    const body = JSON.stringify(cloudEvent(notification, serverId));
    const timestamp = Math.floor(this.#clock.now().wall / 1000);
    const headers = {
      "content-type": "application/cloudevents+json; charset=utf-8",
      "webhook-id": notification.id,
      "webhook-timestamp": String(timestamp),
      ...(secret && {
        "webhook-signature": sign(`${notification.id}.${timestamp}.${body}`, secret),
      }),
    };
    const request = { method: "POST", url: url.reveal(), headers, body } as const;
    expectSuccess(await this.#http.call(request, signal));
  }
}

function sign(content: string, secret: Secret): string {
  const key = Buffer.from(secret.reveal().replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
}

/** CloudEvents 1.0 in structured mode. Its `id` is the same in every attempt. */
function cloudEvent(notification: Notification, serverId: string) {
  const { id, notice, at, summary, alert } = notification;
  return {
    specversion: "1.0",
    id,
    source: `/heartbeat/${encodeURIComponent(serverId)}`,
    type: `io.heartbeat.alert.${notice}`,
    time: isoTime(at),
    ...(alert && { subject: alert.id }),
    datacontenttype: "application/json",
    data: { notice, summary, ...(alert && { alert: alertJson(alert) }) },
  };
}

function alertJson(alert: AlertSnapshot) {
  const { startedAt, resolvedAt, members, organizationId, ...rest } = alert;
  return {
    ...rest,
    organizationId: organizationId ?? null,
    startedAt: isoTime(startedAt),
    resolvedAt: resolvedAt === undefined ? null : isoTime(resolvedAt),
    members: members.map(memberJson),
  };
}

function memberJson({ startedAt, resolvedAt, ...rest }: AlertMember) {
  return {
    ...rest,
    startedAt: isoTime(startedAt),
    resolvedAt: resolvedAt === undefined ? null : isoTime(resolvedAt),
  };
}
