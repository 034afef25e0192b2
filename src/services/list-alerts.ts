import type { Alert } from "../alerts/alert.ts";
import type { DeliveryReport } from "../alerts/delivering.ts";
import type { AlertState } from "../alerts/notification.ts";
import { compareKeys, fitting, type Key, keyOf, pageToken } from "./pages.ts";

export interface AlertQuestion {
  readonly organizationId: string | undefined;
  readonly states: ReadonlySet<AlertState>;
  /** Empty: any. */
  readonly agentId: string;
}

export interface DeliveryQuestion {
  readonly organizationId: string | undefined;
  /** Empty: any. */
  readonly channel: string;
  readonly states: ReadonlySet<DeliveryReport["state"]>;
}

export interface Paging {
  readonly size: number;
  readonly token: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
  readonly total: number;
}

/** One page of the alerts that match, the newest first. */
export function listAlerts(
  alerts: readonly Alert[],
  question: AlertQuestion,
  paging: Paging,
): Page<Alert> {
  const { organizationId, states, agentId } = question;
  const matching = alerts.filter(
    (alert) =>
      isFor(organizationId, alert.organizationId) &&
      (states.size === 0 || states.has(alert.state)) &&
      (agentId === "" || alert.concerns(agentId)),
  );
  return page(matching, { ...question, states: [...states] }, paging, {
    keyFor: ({ number }) => [-number, ""],
    bytesOf: (alert) => 1_000 + Math.min(100, alert.memberCount) * 600,
  });
}

/** One page of the deliveries that match, the newest first. */
export function listDeliveries(
  deliveries: readonly DeliveryReport[],
  question: DeliveryQuestion,
  paging: Paging,
): Page<DeliveryReport> {
  const { organizationId, channel, states } = question;
  const matching = deliveries.filter(
    (delivery) =>
      isDeliveryFor(organizationId, delivery) &&
      (channel === "" || delivery.channel === channel) &&
      (states.size === 0 || states.has(delivery.state)),
  );
  return page(matching, { ...question, states: [...states] }, paging, {
    keyFor: ({ createdAt, id }) => [-createdAt, id],
    bytesOf: ({ summary, lastError }) => 400 + 3 * (summary.length + lastError.length),
  });
}

/** What is of the monitor itself is everybody's. */
export function isFor(asked: string | undefined, owner: string | undefined): boolean {
  return asked === undefined || owner === undefined || asked === owner;
}

/** A summary of what several organizations were not told is nobody's who speaks for one. */
export function isDeliveryFor(
  asked: string | undefined,
  { alertId, organizationId }: DeliveryReport,
): boolean {
  if (alertId === "" && organizationId === undefined) return asked === undefined;
  return isFor(asked, organizationId);
}

function page<Item>(
  matching: readonly Item[],
  print: object,
  { size, token }: Paging,
  { keyFor, bytesOf }: { keyFor: (item: Item) => Key; bytesOf: (item: Item) => number },
): Page<Item> {
  const after = keyOf(print, token, ["number", "string"]);
  const sorted = matching.toSorted((a, b) => compareKeys(keyFor(a), keyFor(b)));
  const rest = after ? sorted.filter((item) => compareKeys(keyFor(item), after) > 0) : sorted;
  const items = fitting(rest.slice(0, size), bytesOf);
  const last = items.at(-1);
  const more = rest.length > items.length && last !== undefined;
  return {
    items,
    nextPageToken: more ? pageToken(print, keyFor(last)) : "",
    total: matching.length,
  };
}
