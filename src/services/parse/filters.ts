import {
  type AgentState as AgentStateNumber,
  type EventType as EventTypeNumber,
  Severity as SeverityNumber,
  TaskState as TaskStateNumber,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type {
  ListEventsRequest,
  WatchAgentsRequest,
  WatchEventsRequest,
} from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { limits } from "../../config.ts";
import type { AgentState, EventType, Severity, TaskState } from "../../events/event.ts";
import type { EventFilter } from "../../events/filter.ts";
import type { AgentFilter } from "../agents.ts";
import { agentStateNumber, taskStateNumber } from "../messages/agent.ts";
import { eventTypeNumber, severityNumber } from "../messages/event.ts";
import { choice, id, labels, organizationOrAll, text } from "./fields.ts";

/** The names that stand for an enum's numbers. */
export function inverse<Name extends string>(
  numbers: Readonly<Record<Name, number>>,
): Map<number, Name> {
  return new Map(
    (Object.entries(numbers) as [Name, number][]).map(([name, number]) => [number, name]),
  );
}

const agentStates = inverse(agentStateNumber);
const taskStates = inverse(taskStateNumber);
const eventTypes: Map<number, EventType> = inverse(eventTypeNumber);
const severities = inverse(severityNumber);

export function agentFilter(request: WatchAgentsRequest): AgentFilter {
  return {
    organizationId: organizationOrAll("organization_id", request.organizationId),
    states: new Set(request.states.map(agentState)),
    agentType: text("agent_type", request.agentType, limits.agentTypeBytes),
    idPrefix: text("id_prefix", request.idPrefix, limits.idBytes),
    labels: Object.entries(labels("labels", request.labels)),
  };
}

function agentState(value: AgentStateNumber, at: number): AgentState {
  return choice(`states[${at}]`, value, agentStates, "EXPECTED, ALIVE, SUSPECT, DOWN, LEFT");
}

export function taskStateFilter(states: readonly TaskStateNumber[]): ReadonlySet<TaskState> {
  const limit = [...taskStates.keys()].map((state) => TaskStateNumber[state]).join(", ");
  return new Set(states.map((state, at) => choice(`states[${at}]`, state, taskStates, limit)));
}

/** What ListEvents and WatchEvents have in common. */
export function eventFilter(request: ListEventsRequest | WatchEventsRequest): EventFilter {
  return {
    organizationId: organizationOrAll("organization_id", request.organizationId),
    agentId: request.agentId === "" ? undefined : id("agent_id", request.agentId),
    types: eventTypeFilter(request.types),
    minSeverity: minSeverity(request.minSeverity),
  };
}

function eventTypeFilter(types: readonly EventTypeNumber[]): ReadonlySet<EventType> | undefined {
  if (types.length === 0) return undefined;
  const wanted = new Set<EventType>();
  for (const [at, type] of types.entries()) {
    wanted.add(choice(`types[${at}]`, type, eventTypes, "a value of EventType"));
  }
  return wanted;
}

function minSeverity(severity: SeverityNumber): Severity | undefined {
  if (severity === SeverityNumber.UNSPECIFIED) return undefined;
  return choice("min_severity", severity, severities, "INFO, WARNING, ERROR");
}
