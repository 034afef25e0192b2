import type { ConnectionHealth } from "../agent/options.ts";
import type { AgentStateName } from "../agent/state.ts";

/** What one process of an agent knows of its lease: how the link is, and what has happened so far. */
export interface HeartbeatStatus extends ConnectionHealth {
  /** The agent's name at the server. */
  readonly agentId: string;
  /** `connecting`, `live`, `waiting`, `closing` or `ended`. */
  readonly state: AgentStateName;
  /** The fencing token from the last Welcome; 0 before the first. Each process has one of its own. */
  readonly epoch: bigint;
  /** Beats sent and beats acknowledged, over all streams of this process. */
  readonly beatsSent: number;
  readonly beatsAcked: number;
  /** How often a lost stream was up again. */
  readonly reconnects: number;
  /** How often there was no ack for so long that the server may have called the agent DOWN. */
  readonly leaseLosses: number;
}
