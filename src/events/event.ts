import type { Instant } from "../clock.ts";

/**
 * What happened, as the monitor says it and as it is recorded.
 *
 * An event is a fact: whoever reads it later needs nothing else to understand it.
 */

export type AgentState = "expected" | "alive" | "suspect" | "down" | "left";

export type TaskState =
  | "running"
  | "stale"
  | "succeeded"
  | "failed"
  | "timed_out"
  | "orphaned"
  | "canceled"
  /** Handed to an agent that has not taken it up yet. */
  | "offered"
  /** Timed out or orphaned, and no attempt is left. */
  | "given_up";

export type Severity = "info" | "warning" | "error";

/** What a process measured of itself. */
export interface Vitals {
  readonly cpu: number;
  readonly rssBytes: bigint;
  readonly loopLagMs: number | undefined;
  readonly custom: Readonly<Record<string, number>>;
}

/** A task as it was when something happened to it. */
export interface TaskSnapshot {
  readonly taskId: string;
  readonly organizationId: string;
  readonly agentId: string;
  readonly state: TaskState;
  readonly progress: number;
  readonly detail: Uint8Array;
  readonly error: string;
  /** Wall time. */
  readonly startedAt: number;
  /** Wall time. */
  readonly lastActivityAt: number;
  readonly runningForMs: number;
  readonly idleForMs: number;
  /** The fencing token of the attempt. */
  readonly epoch: number;
  /** Which attempt this is, from 1, and how many there may be in all. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Wall time at which the next attempt is due; undefined when none is awaited. */
  readonly nextAttemptAt: number | undefined;
  /** The agent that had it before it was handed on; empty for a first attempt. */
  readonly fromAgentId: string;
}

interface Happening {
  readonly at: Instant;
  /** A sentence that a person can act on. */
  readonly reason: string;
}

/** What every event of an agent tells of it. */
export interface OfAgent extends Happening {
  readonly organizationId: string;
  readonly agentId: string;
  readonly agentType: string;
  readonly epoch: number;
  readonly missedBeats: number;
  readonly silenceMs: number;
}

interface Transition {
  readonly from: AgentState;
  readonly to: AgentState;
}

export type Registered = OfAgent & {
  readonly type: "registered";
  /** To EXPECTED, of a new agent or of one that had left; undefined when only what it declares changed. */
  readonly transition: { readonly from?: AgentState; readonly to: AgentState } | undefined;
};
export type Connected = OfAgent & {
  readonly type: "connected";
  readonly transition: Transition | undefined;
  readonly instanceId: string;
  readonly resumed: boolean;
  /** False for a first beat without a stream. */
  readonly stream: boolean;
};
export type Dropped = OfAgent & { readonly type: "dropped" };
export type Missed = OfAgent & { readonly type: "missed" };
export type Suspected = OfAgent & Transition & { readonly type: "suspected" };
export type Down = OfAgent &
  Transition & {
    readonly type: "down";
    readonly lastVitals: Vitals | undefined;
    /** It goes with others for one reason: they are not back since the monitor is, or were held. */
    readonly after?: "absence" | "hold";
  };
export type Recovered = OfAgent & Transition & { readonly type: "recovered" };
export type Left = OfAgent &
  Transition & {
    readonly type: "left";
    /** By an operator's call rather than by its own Goodbye. */
    readonly unregistered: boolean;
    readonly expectedBackInMs: number | undefined;
  };
export type Paused = OfAgent & {
  readonly type: "paused";
  /** Wall time. */
  readonly until: number;
};
export type Resumed = OfAgent & {
  readonly type: "resumed";
  readonly transition: Transition | undefined;
};
export type Superseded = OfAgent & {
  readonly type: "superseded";
  /** The incarnation that lost the lease; `epoch` is the new one's. */
  readonly oldInstanceId: string;
  readonly instanceId: string;
};
export type Conflict = OfAgent & { readonly type: "conflict"; readonly swaps: number };
export type PolicyUpdated = OfAgent & { readonly type: "policy_updated" };
export type Removed = OfAgent & { readonly type: "removed" };
export type TaskStarted = OfAgent & {
  readonly type: "task_started";
  readonly task: TaskSnapshot;
};
export type TaskStale = OfAgent & { readonly type: "task_stale"; readonly task: TaskSnapshot };
export type TaskTimedOut = OfAgent & {
  readonly type: "task_timed_out";
  readonly task: TaskSnapshot;
};
export type TaskOrphaned = OfAgent & {
  readonly type: "task_orphaned";
  readonly task: TaskSnapshot;
  /** It had been offered to its agent, which is there and did not take it up. */
  readonly withdrawn?: true;
};
export type TaskFinished = OfAgent & {
  readonly type: "task_finished";
  readonly task: TaskSnapshot;
};
export type TaskCanceled = OfAgent & {
  readonly type: "task_canceled";
  readonly task: TaskSnapshot;
  /** By an operator's call rather than by the agent's own word. */
  readonly byOperator: boolean;
};
/** A lost task was handed to another agent, the one that the event is of. */
export type TaskRetried = OfAgent & {
  readonly type: "task_retried";
  readonly task: TaskSnapshot;
  readonly attempt: number;
  readonly fromAgentId: string;
};
/** A lost task has no attempt left. The agent is the one that had it last. */
export type TaskGivenUp = OfAgent & {
  readonly type: "task_given_up";
  readonly task: TaskSnapshot;
  /** How many there were. */
  readonly attempts: number;
};
/** What the monitor tells of itself. */
export type MonitorStarted = Happening & {
  readonly type: "monitor_started";
  /** Agents known from before. */
  readonly restored: number;
  /** Of those, the ones that were alive and are awaited back. */
  readonly awaited: number;
  /** How long it was away; undefined when it was never here before. */
  readonly awayMs: number | undefined;
};
/** It is about to stop, and judges nobody until it is started again. */
export type MonitorDraining = Happening & {
  readonly type: "monitor_draining";
  /** Streams that were asked to come back. */
  readonly streams: number;
};
export type MonitorStalled = Happening & {
  readonly type: "monitor_stalled";
  readonly stalledMs: number;
  /** By how much deadlines were moved: less than the stall when the bound was reached. */
  readonly heldBackMs: number;
};
export type JournalRecovered = Happening & {
  readonly type: "journal_recovered";
  readonly troubledMs: number;
  /** Events beyond the backlog's bound: lost, and told to nobody. */
  readonly unkeptEvents: number;
};
export type JournalSetAside = Happening & {
  readonly type: "journal_set_aside";
  /** Its new name. */
  readonly file: string;
};

/** What happened to an organization as a whole. */
interface OfOrganization extends Happening {
  readonly organizationId: string;
}
export type ProtectionStarted = OfOrganization & {
  readonly type: "protection_started";
  /** Agents that turned SUSPECT at once, and how many were watched then. */
  readonly suspects: number;
  readonly watched: number;
};
export type ProtectionEnded = OfOrganization & {
  readonly type: "protection_ended";
  readonly heldMs: number;
  /** Agents that have not come back: they go DOWN at a rate. */
  readonly stillHeld: number;
};

/** Something that happened to an agent. */
export type AgentEvent =
  | Registered
  | Connected
  | Dropped
  | Missed
  | Suspected
  | Down
  | Recovered
  | Left
  | Paused
  | Resumed
  | Superseded
  | Conflict
  | PolicyUpdated
  | Removed
  | TaskStarted
  | TaskStale
  | TaskTimedOut
  | TaskOrphaned
  | TaskFinished
  | TaskCanceled
  | TaskRetried
  | TaskGivenUp;

export type OrganizationEvent = ProtectionStarted | ProtectionEnded;

/** Something that happened. */
export type LivenessEvent =
  | AgentEvent
  | OrganizationEvent
  | MonitorStarted
  | MonitorDraining
  | MonitorStalled
  | JournalRecovered
  | JournalSetAside;

export type EventType = LivenessEvent["type"];

/** How bad an event is. A failed task is the one case where the type does not say. */
export function severityOf(event: LivenessEvent): Severity {
  switch (event.type) {
    case "down":
    case "conflict":
    case "task_timed_out":
    case "task_orphaned":
    case "task_given_up":
    case "protection_started":
    case "journal_set_aside":
      return "error";
    case "dropped":
    case "missed":
    case "suspected":
    case "superseded":
    case "task_stale":
    case "task_retried":
    case "monitor_stalled":
    case "journal_recovered":
      return "warning";
    case "task_finished":
      return event.task.state === "failed" ? "warning" : "info";
    default:
      return "info";
  }
}

/** Whether the event is of an agent, rather than of an organization or of the monitor itself. */
export function isOfAgent(event: LivenessEvent): event is AgentEvent {
  return "agentId" in event;
}

/** The organization whose business the event is; undefined when it is everybody's. */
export function organizationOf(event: LivenessEvent): string | undefined {
  return "organizationId" in event ? event.organizationId : undefined;
}

/** An event with its place in the record. */
export interface RecordedEvent {
  /** Gapless and growing from 1. */
  readonly sequence: number;
  readonly event: LivenessEvent;
}
