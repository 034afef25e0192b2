import { limits } from "../config.ts";
import { checkName, ID } from "../library/checks.ts";
import { type AgentClass, moduleOf } from "./agent-class.ts";
import { settlePeriodic } from "./periodic-config.ts";
import type { Assignment } from "./protocol.ts";
import type { OrchestratorSettings } from "./settings.ts";

/** What every process of an agent has to do; what is done of it already comes with each start. */
export type StandingAssignment = Omit<Assignment, "runsDone">;

/** Checks a registration. Throws HeartbeatError `field_invalid`. */
export function assign(
  Class: AgentClass,
  agentName: string,
  { name: orchestrator, plugins, stopTimeoutMs }: OrchestratorSettings,
): StandingAssignment {
  const name = checkName("name", agentName, ID, limits.idBytes);
  return {
    name,
    module: moduleOf(Class),
    className: Class.name,
    config: settlePeriodic(Class.config ?? {}),
    stopTimeoutMs,
    heartbeat: plugins.heartbeat?.agentOptions(name, orchestrator),
  };
}
