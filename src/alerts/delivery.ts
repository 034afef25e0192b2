import type { Instant } from "../clock.ts";
import type { Document } from "../journal/documents.ts";
import type { DeliveryReport } from "./delivering.ts";
import type { Notice, Notification } from "./notification.ts";

/** The documents of deliveries, one each. */
export const DELIVERIES = "deliveries";

/** Messages that were left out, as one message tells of them. */
export interface LeftOut {
  readonly count: number;
  /** Whose they all are; undefined when they are of several, or some of the monitor itself. */
  readonly organizationId: string | undefined;
  /** When the oldest of them was decided. Wall time. */
  readonly since: number;
  readonly notices: Readonly<Partial<Record<Notice, number>>>;
}

interface AnyDelivery {
  readonly id: string;
  readonly channel: string;
  /** Growing: its place among all that was ever to be sent. */
  readonly order: number;
  /** What it takes, in memory and on disk, by estimate. */
  readonly bytes: number;
  /** Wall time. */
  readonly createdAt: number;
  readonly attempts: number;
  /** Empty when the last attempt did not fail. */
  readonly lastError: string;
}

/** It is to be sent. */
export interface Waiting extends AnyDelivery {
  readonly state: "waiting";
  readonly notification: Notification;
  /** Since when it is tried, and when next. */
  readonly triedFrom: Instant;
  readonly nextAttemptAt: Instant;
  /** Set when it stands for others. */
  readonly leftOut: LeftOut | undefined;
}

/** The other side has it. What it said in full is not kept. */
export interface Delivered extends AnyDelivery {
  readonly state: "delivered";
  readonly alertId: string;
  readonly organizationId: string | undefined;
  readonly summary: string;
  readonly endedAt: Instant;
}

/** It was given up, and can be sent again. */
export interface Dead extends AnyDelivery {
  readonly state: "dead";
  readonly notification: Notification;
  readonly leftOut: LeftOut | undefined;
  readonly endedAt: Instant;
}

/** One message to one channel. */
export type Delivery = Waiting | Delivered | Dead;

export function documentOf(delivery: Delivery): Document {
  return { collection: DELIVERIES, id: delivery.id, body: JSON.stringify(delivery) };
}

/** A delivery as it was kept. Throws when it is none. */
export function deliveryOf({ id, body }: Document): Delivery {
  const delivery = JSON.parse(body) as Delivery;
  const isKnown = ["waiting", "delivered", "dead"].includes(delivery.state);
  if (!isKnown || delivery.id !== id) throw new Error(`the document ${id} is no delivery`);
  return delivery;
}

/** As operators see it. */
export function reportOf(delivery: Delivery): DeliveryReport {
  const { id, channel, state, createdAt, attempts, lastError } = delivery;
  return {
    id,
    ...whatOf(delivery),
    channel,
    state,
    attempts,
    lastError,
    createdAt,
    nextAttemptAt: delivery.state === "waiting" ? delivery.nextAttemptAt.wall : undefined,
    endedAt: delivery.state === "waiting" ? undefined : delivery.endedAt.wall,
  };
}

/** What it is about. */
export function whatOf(
  delivery: Delivery,
): Pick<DeliveryReport, "alertId" | "organizationId" | "summary"> {
  if (delivery.state === "delivered") {
    const { alertId, organizationId, summary } = delivery;
    return { alertId, organizationId, summary };
  }
  const { alert, summary } = delivery.notification;
  const { organizationId } = delivery.leftOut ?? alert ?? {};
  return { alertId: alert?.id ?? "", organizationId, summary };
}
