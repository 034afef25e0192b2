import type { HeartbeatStatus } from "./heartbeat-status.ts";
import type { Outcome } from "./restart.ts";
import type { SupervisedStateName } from "./supervised-state.ts";

/** What the orchestrator knows of one agent. */
export interface AgentStatistics {
  readonly name: string;
  /** `idle`, `running`, `waiting` (for its restart), `stopping` or `ended`. */
  readonly state: SupervisedStateName;
  /** Of its present process; undefined while there is none. */
  readonly pid: number | undefined;
  /** How it ended for good; undefined before. */
  readonly outcome: Outcome | undefined;
  /** Executions that were done, over all of its processes. */
  readonly runs: number;
  /** How many processes followed the first one. */
  readonly restarts: number;
  /** Restarts after a crash since the agent was last well: what `maxAttempts` counts. */
  readonly attempts: number;
  /** How its last process ended, for people; undefined before. */
  readonly lastEnd: string | undefined;
  /** The final figures of the last process that could tell them; undefined before, and without the plugin. */
  readonly heartbeat: HeartbeatStatus | undefined;
}

/** What `join()` rejects with: agents that crashed and were not, or no longer, restarted. */
export class AgentsFailedError extends Error {
  override readonly name = "AgentsFailedError";
  /** Every agent of the orchestrator, also those that did not fail. */
  readonly agents: readonly AgentStatistics[];

  constructor(agents: readonly AgentStatistics[]) {
    super(agents.filter(hasFailed).map(describe).join("; "));
    this.agents = agents;
  }
}

export function hasFailed({ outcome }: AgentStatistics): boolean {
  return outcome?.kind === "failed";
}

function describe({ name, outcome }: AgentStatistics): string {
  return `agent ${name} failed: ${outcome?.reason}`;
}
