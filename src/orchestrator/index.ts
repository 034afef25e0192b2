/**
 * Agents in processes of their own, watched and restarted:
 * `import { Orchestrator, PeriodicProcessAgent, HeartbeatPlugin } from "heartbeat/orchestrator"`.
 */
export type { BackoffOptions, TlsOptions } from "../agent/options.ts";
export type { PolicyOptions } from "../agent/policy.ts";
export { HeartbeatError } from "../errors.ts";
export type { AgentClass } from "./agent-class.ts";
export { HeartbeatPlugin, type HeartbeatPluginOptions } from "./heartbeat-plugin.ts";
export type { HeartbeatStatus } from "./heartbeat-status.ts";
export type { Logger } from "./logger.ts";
export type {
  OrchestratorOptions,
  OrchestratorPlugins,
  RestartOptions,
  RunMode,
} from "./options.ts";
export { Orchestrator } from "./orchestrator.ts";
export type { PeriodicConfig, PeriodicSettings } from "./periodic-config.ts";
export {
  type AgentContext,
  type AgentPlugins,
  PeriodicProcessAgent,
} from "./periodic-process-agent.ts";
export type { Outcome, RestartPolicyName } from "./restart.ts";
export { type AgentStatistics, AgentsFailedError } from "./statistics.ts";
export type { SupervisedStateName } from "./supervised-state.ts";
