import { HeartbeatError, shown } from "../errors.ts";
import type { AgentState } from "../events/event.ts";
import type { Slot } from "../monitor/columns.ts";
import { stateNames } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";

/** Which agents a reader wants. What is undefined or empty does not narrow. */
export interface AgentFilter {
  readonly organizationId: string | undefined;
  readonly states: ReadonlySet<AgentState>;
  readonly agentType: string;
  readonly idPrefix: string;
  readonly labels: readonly (readonly [string, string])[];
}

/** Whether an agent, wherever it comes from, is one that the reader wants. */
export function agentMatches(monitor: Monitor, filter: AgentFilter, slot: Slot): boolean {
  const columns = monitor.columns;
  if (filter.states.size > 0 && !filter.states.has(stateNames[columns.state(slot)])) return false;
  if (filter.agentType !== "" && columns.agentType[slot] !== filter.agentType) return false;
  if (!columns.agentId[slot].startsWith(filter.idPrefix)) return false;
  if (
    filter.organizationId !== undefined &&
    columns.organizationId[slot] !== filter.organizationId
  ) {
    return false;
  }
  const labels = columns.labels[slot];
  return filter.labels.every(([key, value]) => labels[key] === value);
}

/** The organizations that a filter reaches, in order. */
export function organizationsOf(monitor: Monitor, organizationId: string | undefined): string[] {
  return organizationId === undefined ? monitor.directory.organizations() : [organizationId];
}

/** The agents that match, by organization and id. */
export function* matchingAgents(monitor: Monitor, filter: AgentFilter): Generator<Slot> {
  for (const organizationId of organizationsOf(monitor, filter.organizationId)) {
    for (const agentId of monitor.directory.ids(organizationId)) {
      const slot = monitor.find(organizationId, agentId);
      if (slot !== undefined && agentMatches(monitor, filter, slot)) yield slot;
    }
  }
}

export function agentUnknown(organizationId: string, agentId: string): HeartbeatError {
  return new HeartbeatError("agent_unknown", {
    field: "agent_id",
    value: shown(agentId),
    problem: `is not known in organization ${shown(organizationId)}`,
  });
}
