import { create } from "@bufbuild/protobuf";
import {
  type Event,
  EventSchema,
  EventType,
  Severity,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { isoTime } from "../../clock.ts";
import {
  type AgentEvent,
  type AgentState,
  type EventType as EventTypeName,
  isOfAgent,
  type LivenessEvent,
  organizationOf,
  type RecordedEvent,
  type Severity as SeverityName,
  severityOf,
} from "../../events/event.ts";
import { agentStateNumber, taskMessage, vitalsMessage } from "./agent.ts";
import { duration, timestamp } from "./time.ts";

export const eventTypeNumber: Readonly<Record<EventTypeName, EventType>> = {
  registered: EventType.REGISTERED,
  connected: EventType.CONNECTED,
  dropped: EventType.DROPPED,
  missed: EventType.MISSED,
  suspected: EventType.SUSPECTED,
  down: EventType.DOWN,
  recovered: EventType.RECOVERED,
  left: EventType.LEFT,
  paused: EventType.PAUSED,
  resumed: EventType.RESUMED,
  superseded: EventType.SUPERSEDED,
  conflict: EventType.CONFLICT,
  policy_updated: EventType.POLICY_UPDATED,
  removed: EventType.REMOVED,
  task_started: EventType.TASK_STARTED,
  task_stale: EventType.TASK_STALE,
  task_timed_out: EventType.TASK_TIMED_OUT,
  task_orphaned: EventType.TASK_ORPHANED,
  task_finished: EventType.TASK_FINISHED,
  task_canceled: EventType.TASK_CANCELED,
  task_retried: EventType.TASK_RETRIED,
  task_given_up: EventType.TASK_GIVEN_UP,
  monitor_started: EventType.MONITOR_STARTED,
  monitor_draining: EventType.MONITOR_DRAINING,
  monitor_stalled: EventType.MONITOR_STALLED,
  protection_started: EventType.PROTECTION_STARTED,
  protection_ended: EventType.PROTECTION_ENDED,
  journal_recovered: EventType.JOURNAL_RECOVERED,
  journal_set_aside: EventType.JOURNAL_SET_ASIDE,
};

export const severityNumber: Readonly<Record<SeverityName, Severity>> = {
  info: Severity.INFO,
  warning: Severity.WARNING,
  error: Severity.ERROR,
};

/** An event as the contract shows it. */
export function eventMessage({ sequence, event }: RecordedEvent, serverId: string): Event {
  const message = create(EventSchema, {
    sequence: BigInt(sequence),
    occurredAt: timestamp(event.at.wall),
    type: eventTypeNumber[event.type],
    severity: severityNumber[severityOf(event)],
    reason: event.reason,
    organizationId: organizationOf(event) ?? "",
    details: detailsOf(event),
    serverId,
  });
  if (!isOfAgent(event)) return message;
  const { from, to } = transitionOf(event);
  message.agentId = event.agentId;
  message.epoch = BigInt(event.epoch);
  if (from) message.from = agentStateNumber[from];
  if (to) message.to = agentStateNumber[to];
  message.missedBeats = event.missedBeats;
  message.silence = duration(event.silenceMs);
  if ("task" in event) message.task = taskMessage(event.task);
  if (event.type === "down" && event.lastVitals) {
    message.lastVitals = vitalsMessage(event.lastVitals);
  }
  return message;
}

function transitionOf(event: AgentEvent): { from?: AgentState; to?: AgentState } {
  if ("transition" in event) return event.transition ?? {};
  return "from" in event ? event : {};
}

/** The facts of single kinds of event, by name. */
function detailsOf(event: LivenessEvent): Record<string, string> {
  switch (event.type) {
    case "connected":
      return {
        instance_id: event.instanceId,
        resumed: String(event.resumed),
        stream: String(event.stream),
      };
    case "superseded":
      return { old_instance_id: event.oldInstanceId, instance_id: event.instanceId };
    case "conflict":
      return { swaps: String(event.swaps) };
    case "paused":
      return { until: isoTime(event.until) };
    case "left": {
      const details: Record<string, string> = { by: event.unregistered ? "operator" : "agent" };
      if (event.expectedBackInMs !== undefined) {
        details.expected_back_in_ms = String(event.expectedBackInMs);
      }
      return details;
    }
    case "task_canceled":
      return { by: event.byOperator ? "operator" : "agent" };
    case "task_retried":
      return { attempt: String(event.attempt), from_agent_id: event.fromAgentId };
    case "task_given_up":
      return { attempts: String(event.attempts) };
    case "monitor_started":
      return {
        restored: String(event.restored),
        awaited: String(event.awaited),
        ...(event.awayMs !== undefined && { away_ms: String(event.awayMs) }),
      };
    case "monitor_draining":
      return { streams: String(event.streams) };
    case "monitor_stalled":
      return { stalled_ms: String(event.stalledMs), held_back_ms: String(event.heldBackMs) };
    case "protection_started":
      return { suspects: String(event.suspects), watched: String(event.watched) };
    case "protection_ended":
      return { held_ms: String(event.heldMs), still_held: String(event.stillHeld) };
    case "journal_recovered":
      return {
        troubled_ms: String(event.troubledMs),
        unkept_events: String(event.unkeptEvents),
      };
    case "journal_set_aside":
      return { file: event.file };
    default:
      return {};
  }
}
