import type { Task, TaskReport } from "./task.ts";
import { isOver } from "./task.ts";
import type { OverAttempts } from "./task-ends.ts";

/** What an agent's report of a task is about. */
export type Claim =
  /** The present attempt at the task that is known of the agent. */
  | "present"
  /** A task that begins. */
  | "fresh"
  /** An attempt that is over: somebody else has the task, or had it since. */
  | "outdated";

/** What is known of a task by the name that a report uses. */
export interface Known {
  /** At the agent itself. */
  readonly here: Task | undefined;
  /** At another agent, or waiting for one, after the agent had it. */
  readonly elsewhere: Task | undefined;
  /** Attempts of the agent that are over. */
  readonly over: OverAttempts | undefined;
  /** The agent had it before it was handed to the agent anew. */
  readonly hadIt: boolean;
}

/**
 * Of which attempt a report tells. Exactly one attempt counts at a time: the one whose token the task bears,
 * at the agent that it is at. A token that nobody remembers is believed, as an agent's epoch is: a server
 * that lost its memory must not end work that nobody else has.
 */
export function claimOf({ token }: TaskReport, { here, elsewhere, over, hadIt }: Known): Claim {
  if (here?.token === token) return "present";
  if (elsewhere) return "outdated";
  // A task of the agent's own, beside one of that name that was handed to it and is over.
  if (here) return token === 0 && isOver(here) && !hadIt ? "fresh" : "outdated";
  if (!over) return "fresh";
  const isOld = token === 0 ? over.own : token <= over.epoch;
  return isOld ? "outdated" : "fresh";
}
