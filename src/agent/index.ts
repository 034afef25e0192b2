/**
 * The TypeScript agent: `import { HeartbeatAgent } from "heartbeat/agent"`.
 */
export { HeartbeatError } from "../errors.ts";
export type { Log } from "../library/callbacks.ts";
export { HeartbeatAgent } from "./agent.ts";
export type { AgentDirective } from "./directives.ts";
export type { AgentMessage, MessageData, MessageHandler, PublishOptions } from "./message.ts";
export type {
  BackoffOptions,
  ConnectionHealth,
  GaveUp,
  HeartbeatAgentOptions,
  LeaseLost,
  Reconnected,
  Refused,
  SupersededBy,
  TlsOptions,
  Welcomed,
} from "./options.ts";
export type { PolicyInForce, PolicyOptions } from "./policy.ts";
export type { RetryOptions } from "./retry.ts";
export type { AgentStateName } from "./state.ts";
export type { AgentTask, RetriedTask, RetryHandler, TaskOptions } from "./task.ts";
