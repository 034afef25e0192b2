import { AgentState, TaskState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { columnNamed, type Moment } from "./columns.ts";
import type { Sighting } from "./fleet.ts";

/** Which agents are wanted, and in which order. */
export interface Arrangement {
  readonly sort: string;
  readonly reversed: boolean;
  /** Words that must all be found in id, type, state or labels. */
  readonly filter: string;
  readonly troubledOnly: boolean;
}

const brokenTasks: readonly TaskState[] = [
  TaskState.STALE,
  TaskState.TIMED_OUT,
  TaskState.ORPHANED,
  TaskState.GIVEN_UP,
];

/** Whether somebody should look at it. */
export function isTroubled({ agent }: Sighting): boolean {
  return (
    agent.state === AgentState.SUSPECT ||
    agent.state === AgentState.DOWN ||
    agent.missedBeats > 0 ||
    agent.tasks.some(({ state }) => brokenTasks.includes(state))
  );
}

/** The agents that are wanted, in order: those that are alike by organization and id. */
export function arrange(
  sightings: Iterable<Sighting>,
  { sort, reversed, filter, troubledOnly }: Arrangement,
  moment: Moment,
): Sighting[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const column = columnNamed(sort);
  const sign = (column.largestFirst === true) !== reversed ? -1 : 1;
  const rows: { readonly seen: Sighting; readonly key: number | string }[] = [];
  for (const seen of sightings) {
    if (troubledOnly && !isTroubled(seen)) continue;
    if (!words.every((word) => seen.haystack.includes(word))) continue;
    // Once for each agent, not once for each comparison.
    rows.push({ seen, key: column.key(seen, moment) });
  }
  rows.sort((a, b) => {
    if (a.key !== b.key) return a.key < b.key ? -sign : sign;
    return a.seen.key < b.seen.key ? -1 : 1;
  });
  return rows.map(({ seen }) => seen);
}
