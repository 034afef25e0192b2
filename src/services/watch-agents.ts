import { isOfAgent } from "../events/event.ts";
import { type FollowOptions, follow } from "../events/follow.ts";
import type { EventLog } from "../events/log.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { type AgentFilter, agentMatches, matchingAgents } from "./agents.ts";

/** One step of a watch of agents. */
export type AgentChange =
  | { readonly kind: "agent"; readonly slot: Slot }
  | { readonly kind: "removed"; readonly organizationId: string; readonly agentId: string }
  | { readonly kind: "snapshot_complete" };

/**
 * The agents that match, then each that changes, and each that no longer matches or is forgotten.
 *
 * What is told is the agent as it is when it is told: changes that came faster are joined, since the
 * later one has been told already. Throws watcher_slow.
 */
export async function* watchAgents(
  monitor: Monitor,
  log: EventLog,
  filter: AgentFilter,
  options: Omit<FollowOptions, "after" | "filter">,
): AsyncGenerator<AgentChange> {
  // The place in the log is taken before the snapshot: what changes meanwhile is told again.
  const after = log.lastSequence;
  /** Agents told as present, by organization and id, with the last event that was told of them. */
  const told = new Map<string, number>();
  // By name: while the reader takes its time an agent may be forgotten, and its slot another's.
  for (const { organizationId, agentId } of namesOf(monitor, filter)) {
    const slot = monitor.find(organizationId, agentId);
    if (slot === undefined || !agentMatches(monitor, filter, slot)) continue;
    told.set(`${organizationId}/${agentId}`, log.lastSequence);
    yield { kind: "agent", slot };
  }
  yield { kind: "snapshot_complete" };
  for await (const [recorded] of follow(log, { filter: everyEvent, after, ...options })) {
    const { sequence, event } = recorded!;
    if (!isOfAgent(event)) continue;
    const { organizationId, agentId } = event;
    const name = `${organizationId}/${agentId}`;
    if ((told.get(name) ?? 0) >= sequence) continue;
    const slot = monitor.find(organizationId, agentId);
    if (slot !== undefined && agentMatches(monitor, filter, slot)) {
      told.set(name, log.lastSequence);
      yield { kind: "agent", slot };
    } else if (told.delete(name)) {
      yield { kind: "removed", organizationId, agentId };
    }
  }
}

const everyEvent = {};

function namesOf(monitor: Monitor, filter: AgentFilter) {
  const { organizationId, agentId } = monitor.columns;
  return Array.from(matchingAgents(monitor, filter), (slot) => ({
    organizationId: organizationId[slot],
    agentId: agentId[slot],
  }));
}
