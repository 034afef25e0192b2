import type { CallOptions } from "@connectrpc/connect";
import {
  AlertState,
  type ListAlertsResponse,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import {
  type Event,
  EventType,
  Severity,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { Asking, type AskingParts } from "../data/asking.ts";
import type { Api } from "../data/client.ts";
import type { EventLog } from "../data/event-log.ts";

export interface FiringParts extends AskingParts {
  readonly api: Pick<Api, "alerts">;
  readonly events: EventLog;
  organizationId(): string;
}

const ASKED_EVERY_MS = 2_000;
/** On the strip above the wall; the others are counted. */
const SHOWN = 3;

/** Whether an event may begin an alert, or end one. */
export const mayAlert = ({ severity, type }: Event): boolean =>
  severity >= Severity.WARNING || type === EventType.RECOVERED;

/** What fires now, for every part of the page. Asked for anew as soon as something is wrong or well again. */
export function askFiring({ api, events, organizationId, ...parts }: FiringParts) {
  const asking = new Asking<ListAlertsResponse>(parts, ASKED_EVERY_MS, (options: CallOptions) => {
    const request = { organizationId: organizationId(), states: [AlertState.FIRING] };
    return api.alerts.listAlerts({ ...request, pageSize: SHOWN }, options);
  });
  events.onEvent((event) => {
    if (event !== undefined && mayAlert(event)) asking.again();
  });
  return asking;
}
