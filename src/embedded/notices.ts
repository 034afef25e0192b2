import type { AgentEvent, OfAgent, TaskSnapshot } from "../events/event.ts";

/** What every warning and every timeout tells. */
interface Notice {
  readonly agentId: string;
  /** As registered; empty when nothing was. */
  readonly agentType: string;
  /** When it was noticed. */
  readonly at: Date;
  /** A sentence that a person can act on. */
  readonly reason: string;
}

/** Of an agent whose beats are late. */
interface OfBeats extends Notice {
  readonly missedBeats: number;
  /** Since its last beat. */
  readonly silenceMs: number;
}

/** Of a task. The time in which its agent was idle or paused does not count. */
interface OfTask extends Notice {
  readonly taskId: string;
  /** Since it was registered. */
  readonly runningForMs: number;
  /** Since its last activity. */
  readonly idleForMs: number;
}

/** The first missed beat. Once, until the agent beats again. */
export interface SuspectedWarning extends OfBeats {
  readonly kind: "suspected";
}

/** A task without activity for `staleAfterMs`. The agent stays tracked. */
export interface TaskStaleWarning extends OfTask {
  readonly kind: "task_stale";
}

/** As many beats missed as may be. The agent is no longer tracked. */
export interface DownTimeout extends OfBeats {
  readonly kind: "down";
  /** The task that is lost with it, if it was registered with one. */
  readonly taskId: string | undefined;
}

/** A task that has been running for `timeoutAfterMs`. Its agent is no longer tracked. */
export interface TaskTimedOutTimeout extends OfTask {
  readonly kind: "task_timed_out";
}

/** What `onWarning` is told. */
export type HeartbeatWarning = SuspectedWarning | TaskStaleWarning;
/** What `onTimeout` is told. */
export type HeartbeatTimeout = DownTimeout | TaskTimedOutTimeout;

type Happened<Type extends AgentEvent["type"]> = Extract<AgentEvent, { readonly type: Type }>;

export function suspected(event: Happened<"suspected">): SuspectedWarning {
  return { kind: "suspected", ...ofBeats(event) };
}

export function taskStale(event: Happened<"task_stale">): TaskStaleWarning {
  return { kind: "task_stale", ...ofTask(event) };
}

export function down(event: Happened<"down">, taskId: string | undefined): DownTimeout {
  return { kind: "down", ...ofBeats(event), taskId };
}

export function taskTimedOut(event: Happened<"task_timed_out">): TaskTimedOutTimeout {
  return { kind: "task_timed_out", ...ofTask(event) };
}

function ofBeats(event: OfAgent): OfBeats {
  return { ...notice(event), missedBeats: event.missedBeats, silenceMs: event.silenceMs };
}

function ofTask(event: OfAgent & { readonly task: TaskSnapshot }): OfTask {
  const { taskId, runningForMs, idleForMs } = event.task;
  return { ...notice(event), taskId, runningForMs, idleForMs };
}

function notice({ agentId, agentType, at, reason }: OfAgent): Notice {
  return { agentId, agentType, at: new Date(at.wall), reason };
}
