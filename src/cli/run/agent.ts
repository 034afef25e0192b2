import type { ConnectionHealth, HeartbeatAgentOptions } from "../../agent/options.ts";

/** What `run` asks of the agent that beats for the program. */
export type AgentRequest = HeartbeatAgentOptions;

/** The part of the agent that `run` uses. */
export interface AgentLike {
  start(): unknown;
  /** Says Goodbye: the agent has LEFT. */
  close(reason?: string): Promise<unknown>;
  /** Says a failed Goodbye: the agent is DOWN at once. */
  fail(reason: string): Promise<unknown>;
  connectionHealth(): Pick<ConnectionHealth, "connected" | "lastHeartbeatAck">;
}
