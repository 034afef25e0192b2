import type { Down, LivenessEvent, TaskSnapshot } from "../events/event.ts";
import type { ConditionName } from "./member.ts";

/** What an event means for alerts. */
export type Change =
  | {
      readonly type: "begins";
      readonly name: ConditionName;
      readonly agentType: string;
      readonly reason: string;
      /** Why an agent goes DOWN with others. */
      readonly after?: Down["after"];
    }
  | { readonly type: "ends"; readonly name: ConditionName; readonly reason: string }
  /** Whatever was wrong with the agent, it is no more. */
  | { readonly type: "removed"; readonly name: ConditionName; readonly reason: string }
  /** Nobody is held any more, once those who still are have gone DOWN. */
  | { readonly type: "hold_ends"; readonly name: ConditionName; readonly reason: string };

const nothing: readonly Change[] = [];
/** Nobody need get up because the monitor stood still for less: it harmed nobody, and is in the history. */
const STALL_TOLD_MS = 5_000;

/** What an event begins and ends. Most do neither. */
export function changesOf(event: LivenessEvent): readonly Change[] {
  const { reason } = event;
  switch (event.type) {
    case "down": {
      const { agentType, after } = event;
      return [{ type: "begins", name: agent("agent_down", event), agentType, reason, after }];
    }
    case "recovered":
      return [{ type: "ends", name: agent("agent_down", event), reason }];
    case "connected":
      if (event.transition?.to !== "alive") return nothing;
      return [{ type: "ends", name: agent("agent_down", event), reason }];
    case "left":
      return (["agent_down", "agent_conflict"] as const).map((kind) => ({
        type: "ends",
        name: agent(kind, event),
        reason: `it left: ${reason}`,
      }));
    case "removed":
      return [
        {
          type: "removed",
          name: agent("agent_down", event),
          reason: `it is known no more: ${reason}`,
        },
      ];
    case "conflict": {
      const name = agent("agent_conflict", event);
      return [{ type: "begins", name, agentType: event.agentType, reason }];
    }
    case "protection_started":
      return [{ type: "begins", name: organization(event.organizationId), agentType: "", reason }];
    case "protection_ended":
      return [{ type: "hold_ends", name: organization(event.organizationId), reason }];
    case "task_stale": {
      const name = task("task_stale", event.task);
      return [{ type: "begins", name, agentType: event.agentType, reason }];
    }
    case "task_timed_out":
    case "task_orphaned": {
      const stale = { type: "ends", name: task("task_stale", event.task), reason } as const;
      // While another attempt is awaited nothing is lost yet.
      if (event.task.nextAttemptAt !== undefined) return [stale];
      const name = task("task_lost", event.task);
      return [stale, { type: "begins", name, agentType: event.agentType, reason }];
    }
    case "task_given_up": {
      // It says more of the same task.
      const lost = { type: "ends", name: task("task_lost", event.task), reason } as const;
      const name = task("task_given_up", event.task);
      return [lost, { type: "begins", name, agentType: event.agentType, reason }];
    }
    case "task_started":
    case "task_finished":
    case "task_canceled":
      return (["task_stale", "task_lost", "task_given_up"] as const).map((kind) => ({
        type: "ends",
        name: task(kind, event.task),
        reason,
      }));
    case "monitor_stalled":
      if (event.stalledMs < STALL_TOLD_MS) return nothing;
      return [{ type: "begins", name: monitor(event.type), agentType: "", reason }];
    case "journal_set_aside":
    case "journal_recovered":
      return [{ type: "begins", name: monitor(event.type), agentType: "", reason }];
    default:
      return nothing;
  }
}

function agent(
  kind: "agent_down" | "agent_conflict",
  { organizationId, agentId }: { readonly organizationId: string; readonly agentId: string },
): ConditionName {
  return { kind, organizationId, agentId, taskId: "" };
}

function task(
  kind: "task_stale" | "task_lost" | "task_given_up",
  { organizationId, agentId, taskId }: TaskSnapshot,
): ConditionName {
  return { kind, organizationId, agentId, taskId };
}

function organization(organizationId: string): ConditionName {
  return { kind: "mass_failure", organizationId, agentId: "", taskId: "" };
}

function monitor(what: string): ConditionName {
  return { kind: "monitor", organizationId: undefined, agentId: "", taskId: what };
}
