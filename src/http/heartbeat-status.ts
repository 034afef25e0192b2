import { authorize } from "../auth/identity.ts";
import { type Instant, isoTime } from "../clock.ts";
import { limits } from "../config.ts";
import type { Engine } from "../engine/engine.ts";
import { HeartbeatError } from "../errors.ts";
import type { AgentState } from "../events/event.ts";
import type { AgentView } from "../monitor/view.ts";
import { matchingAgents } from "../services/agents.ts";
import { organizationOrAll } from "../services/parse/fields.ts";
import type { Route } from "./routes.ts";

/** An agent with one of its tasks in flight, or without any. */
interface InFlight {
  readonly agent_id: string;
  readonly task_id: string | null;
  readonly status: "running" | "idle";
  readonly running_for_ms: number;
  readonly idle_for_ms: number;
}

const watched: ReadonlySet<AgentState> = new Set(["alive", "suspect"]);

/**
 * The status of heartbeat monitors that live inside a gateway, field by field, for the programs that read
 * theirs. An agent that runs several tasks is there once for each.
 */
export function heartbeatStatusRoute(
  engine: Engine,
  { tickMs }: { readonly tickMs: number },
): Route {
  return {
    pattern: /^\/api\/heartbeat\/status$/,
    methods: ["GET", "HEAD"],
    query: ["organization"],
    answer({ identity, query }) {
      const organizationId = organizationOrAll("organization", query.get("organization") ?? "");
      authorize(identity, organizationId);
      const status = heartbeatStatus(engine, organizationId, tickMs);
      return { status: 200, text: `${JSON.stringify(status)}\n`, contentType: "application/json" };
    },
  };
}

function heartbeatStatus(engine: Engine, organizationId: string | undefined, tickMs: number) {
  const { monitor, clock, isRunning } = engine;
  const now = engine.now();
  const { taskStaleAfterMs, taskTimeoutAfterMs } = monitor.defaultPolicy;
  const views = watchedAgents(engine, organizationId, now);
  const nameOf = (agent: AgentView) =>
    organizationId === undefined ? `${agent.organizationId}/${agent.agentId}` : agent.agentId;
  return {
    success: true,
    status: isRunning ? "online" : "offline",
    monitor: {
      running: isRunning,
      agents_monitoring: views.length,
      agents: views.map(nameOf),
      config: {
        check_interval_ms: tickMs,
        stale_threshold_ms: taskStaleAfterMs,
        timeout_threshold_ms: taskTimeoutAfterMs,
      },
    },
    in_flight_agents: views.flatMap((view) => inFlight(view, nameOf(view), now)),
    timestamp: isoTime(clock.now().wall),
  };
}

function watchedAgents(
  { monitor }: Engine,
  organizationId: string | undefined,
  now: Instant,
): AgentView[] {
  const filter = { organizationId, states: watched, agentType: "", idPrefix: "", labels: [] };
  const views: AgentView[] = [];
  for (const slot of matchingAgents(monitor, filter)) {
    if (views.length >= limits.statusAgents) throw tooLong();
    views.push(monitor.view(slot, now));
  }
  return views;
}

function inFlight(view: AgentView, agentId: string, now: Instant): InFlight[] {
  const status = view.idle ? "idle" : "running";
  const tasks = view.tasks.filter(({ state }) => state === "running" || state === "stale");
  if (tasks.length > 0) {
    return tasks.map(({ taskId, runningForMs, idleForMs }) => ({
      agent_id: agentId,
      task_id: taskId,
      status,
      running_for_ms: Math.round(runningForMs),
      idle_for_ms: Math.round(idleForMs),
    }));
  }
  return [
    {
      agent_id: agentId,
      task_id: null,
      status,
      running_for_ms: Math.max(0, Math.round(now.wall - view.registeredAt)),
      idle_for_ms: Math.round(view.sinceLastBeatMs),
    },
  ];
}

function tooLong(): HeartbeatError {
  return new HeartbeatError("list_too_long", {
    problem: "this status would name too many agents",
    limit: `${limits.statusAgents} agents`,
    remedy: "ask for one organization, or use StatusService.ListAgents, which has pages",
  });
}
