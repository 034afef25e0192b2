import type { Agent } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { WatchAgentsResponse } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { labelsOf, stateOf } from "../agents.ts";

/** An agent as it was told, and when: what grows by itself is counted on from there. */
export interface Sighting {
  readonly key: string;
  readonly agent: Agent;
  /** Monotonic, of this machine. */
  readonly seenAt: number;
  /** What a filter's words are looked for in. */
  readonly haystack: string;
}

/** The agents that a watch has told of, by organization and id. */
export interface Fleet {
  readonly sightings: Map<string, Sighting>;
  /** What a snapshot has told so far that is not complete; undefined once it is. */
  arriving: Map<string, Sighting> | undefined;
}

export const keyOf = (agent: Pick<Agent, "organizationId" | "agentId">): string =>
  `${agent.organizationId}/${agent.agentId}`;

export function sighting(agent: Agent, seenAt: number): Sighting {
  const words = [agent.agentId, agent.agentType, stateOf(agent), labelsOf(agent.labels)];
  return { key: keyOf(agent), agent, seenAt, haystack: words.join("\n").toLowerCase() };
}

export const emptyFleet = (): Fleet => ({ sightings: new Map(), arriving: new Map() });

/** A new watch tells everything anew. Until it has, what the last one told is shown on. */
export function beginSnapshot(fleet: Fleet): Fleet {
  return { sightings: fleet.sightings, arriving: new Map() };
}

/**
 * One step of a watch. The maps are changed and not copied: a snapshot of 10,000 agents is 10,000 steps.
 * `organizationId` is what the watch asked for: it decides how a removed agent is named.
 */
export function applyChange(
  fleet: Fleet,
  change: WatchAgentsResponse["change"],
  organizationId: string,
  now: number,
): Fleet {
  const growing = fleet.arriving ?? fleet.sightings;
  if (change.case === "agent") {
    const seen = sighting(change.value, now);
    growing.set(seen.key, seen);
  } else if (change.case === "removedAgentId") {
    growing.delete(organizationId === "*" ? change.value : `${organizationId}/${change.value}`);
  } else if (change.case === "snapshotComplete" && fleet.arriving !== undefined) {
    return { sightings: fleet.arriving, arriving: undefined };
  }
  return fleet;
}

/**
 * An answer to a question about one agent. What the watch has told since the question was asked is newer
 * and stays; so does it that the agent is gone.
 */
export function applyAnswer(fleet: Fleet, agent: Agent, askedAbout: Sighting, now: number): void {
  if (fleet.sightings.get(askedAbout.key) !== askedAbout) return;
  fleet.sightings.set(askedAbout.key, sighting(agent, now));
}
