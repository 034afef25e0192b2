import type { TaskSnapshot } from "../events/event.ts";
import type { AgentView } from "../monitor/view.ts";
import type { HeartbeatMonitorConfig } from "./config.ts";

/** One tracked agent, as of the last check. */
export interface AgentStatus {
  readonly agentId: string;
  /** As registered; empty when nothing was. */
  readonly agentType: string;
  /** The task that it was registered with. */
  readonly taskId: string | undefined;
  /** Suspect from the first missed beat on. */
  readonly state: "alive" | "suspect";
  /** Its last beat, activity or registration. */
  readonly lastBeat: Date;
  /** Seconds since then, with a fraction. A pause counts. */
  readonly secondsSinceBeat: number;
  readonly missedBeats: number;
  readonly isPaused: boolean;
  /** When the pause ends by itself. */
  readonly pausedUntil: Date | undefined;
  readonly isIdle: boolean;
  /** No missed beats. */
  readonly isHealthy: boolean;
}

/** An agent that was registered with a task, while that task is in flight. */
export interface InFlightAgent {
  readonly agentId: string;
  readonly taskId: string;
  readonly status: "running" | "idle";
  /** Whether it has been without activity for `staleAfterMs`. */
  readonly isStale: boolean;
  readonly startedAt: Date;
  readonly lastActivityAt: Date;
  /** Since it was registered, without the time in which it was idle or paused. */
  readonly runningForMs: number;
  /** Since its last activity, without the time in which it was idle or paused. */
  readonly idleForMs: number;
}

/** The monitor as a whole. */
export interface MonitorStatus {
  readonly running: boolean;
  /** How many agents are tracked. */
  readonly agentsMonitoring: number;
  /** Their ids, in order. */
  readonly agents: readonly string[];
  readonly config: HeartbeatMonitorConfig;
}

/** The agent's task in flight; the embedded monitor gives an agent one at most. */
export function taskInFlight(tasks: readonly TaskSnapshot[]): TaskSnapshot | undefined {
  return tasks.find(({ state }) => state === "running" || state === "stale");
}

export function agentStatus(view: AgentView, wallMs: number): AgentStatus {
  return {
    agentId: view.agentId,
    agentType: view.agentType,
    taskId: taskInFlight(view.tasks)?.taskId,
    state: view.state === "suspect" ? "suspect" : "alive",
    lastBeat: new Date(wallMs - view.sinceLastBeatMs),
    secondsSinceBeat: view.sinceLastBeatMs / 1000,
    missedBeats: view.missedBeats,
    isPaused: view.paused,
    pausedUntil: view.pausedUntil === undefined ? undefined : new Date(view.pausedUntil),
    isIdle: view.idle,
    isHealthy: view.missedBeats === 0,
  };
}

export function inFlightAgent(task: TaskSnapshot, idle: boolean): InFlightAgent {
  return {
    agentId: task.agentId,
    taskId: task.taskId,
    status: idle ? "idle" : "running",
    isStale: task.state === "stale",
    startedAt: new Date(task.startedAt),
    lastActivityAt: new Date(task.lastActivityAt),
    runningForMs: task.runningForMs,
    idleForMs: task.idleForMs,
  };
}
