import type { Severity } from "../events/event.ts";

/** What an alert is about. */
export type AlertKind =
  | "agent_down"
  | "agent_conflict"
  | "mass_failure"
  | "task_stale"
  | "task_lost"
  | "task_given_up"
  | "monitor";

export type AlertState = "pending" | "firing" | "resolved";

/** What an alert concerns: an agent, a task, or the monitor itself. Instants are wall time. */
export interface AlertMember {
  /** Empty when it is of an organization or the monitor itself. */
  readonly agentId: string;
  readonly agentType: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty when it is of the agent. */
  readonly taskId: string;
  /** As the event that began it says. */
  readonly reason: string;
  readonly startedAt: number;
  readonly resolvedAt: number | undefined;
}

/** One cause, as it stood when something was to be told of it. Instants are wall time. */
export interface AlertSnapshot {
  readonly id: string;
  /** Undefined when it is of the monitor itself. */
  readonly organizationId: string | undefined;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly state: AlertState;
  /** What is wrong, in a sentence that names whom it concerns. */
  readonly summary: string;
  readonly startedAt: number;
  readonly resolvedAt: number | undefined;
  /** The first {@link MEMBERS_TOLD} of them. */
  readonly members: readonly AlertMember[];
  readonly memberCount: number;
  readonly openCount: number;
  readonly flapping: boolean;
}

/** How many members a message names; of the rest it tells the number. */
export const MEMBERS_TOLD = 100;

/**
 * Why something is told: an alert begins to fire, has grown, goes on for long, comes and goes too often
 * to be told each time, is over; messages that were left out while a channel was dead; a test.
 */
export type Notice = "firing" | "grown" | "repeat" | "flapping" | "resolved" | "left_out" | "test";

/** One message, whatever the channel. */
export interface Notification {
  /** The same in every attempt, and over restarts: what a receiver can tell a repetition by. */
  readonly id: string;
  readonly notice: Notice;
  /** When it was decided. Wall time. */
  readonly at: number;
  /** What it says, in a sentence. */
  readonly summary: string;
  /** Undefined for a test and for what tells of messages that were left out. */
  readonly alert: AlertSnapshot | undefined;
}
