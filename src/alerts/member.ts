import type { Instant } from "../clock.ts";
import type { Severity } from "../events/event.ts";
import type { AlertKind } from "./notification.ts";

/** What an alert of each kind means, and when it is over by itself. */
export const kinds: Readonly<
  Record<
    AlertKind,
    {
      readonly severity: Severity;
      /** Over after so long without news, in ms; otherwise only when an event says so. */
      readonly quietMs: number | undefined;
      /** Whether it can come and go so often that it is better not told each time. */
      readonly flaps: boolean;
    }
  >
> = {
  agent_down: { severity: "error", quietMs: undefined, flaps: true },
  agent_conflict: { severity: "error", quietMs: 600_000, flaps: false },
  mass_failure: { severity: "error", quietMs: undefined, flaps: false },
  task_stale: { severity: "warning", quietMs: undefined, flaps: true },
  task_lost: { severity: "error", quietMs: 86_400_000, flaps: true },
  task_given_up: { severity: "error", quietMs: 86_400_000, flaps: false },
  monitor: { severity: "warning", quietMs: 600_000, flaps: false },
};

/** Whom a condition is of, and what it is. */
export interface ConditionName {
  readonly kind: AlertKind;
  /** Undefined when it is of the monitor itself. */
  readonly organizationId: string | undefined;
  /** Empty when it is of an organization or the monitor itself. */
  readonly agentId: string;
  /** Empty when it is of the agent; of the monitor itself: the event's type. */
  readonly taskId: string;
}

/** Why what begins belongs together, beyond its organization, kind and route. */
export type Group =
  /** It began about the same time. */
  | "time"
  /** It did not come back after the monitor was away. */
  | "absence"
  /** It comes and goes. */
  | "flapping"
  /** A silence kept it from being told when it began. */
  | "silence";

/** Something that is not well, as a part of an alert. */
export interface Member extends ConditionName {
  readonly alertId: string;
  /** As {@link keyOf} makes it. */
  readonly key: string;
  readonly agentType: string;
  /** One of the first of its alert: messages name it, and of the others tell the number. */
  readonly named: boolean;
  /** As they were when it began; of the named ones only: the monitor has them all. */
  readonly labels: Readonly<Record<string, string>>;
  /** As the event that began it says; empty of those that are not named. */
  readonly reason: string;
  readonly startedAt: Instant;
  /** When it last began while it was not well. Monotonic. */
  lastMs: number;
  /** Its place among all that ever joined the alert: from 1. */
  readonly number: number;
  /** Undefined while it is not well. */
  resolvedAt: Instant | undefined;
  /** It comes and goes: it is not well before it has rested, whatever events say. */
  flapping: boolean;
  /** Whether events say that it is over. Differs from `resolvedAt` only while it is flapping. */
  over: boolean;
  /** Tasks that were lost with the agent: the first few, and how many in all. */
  lostTasks: readonly string[];
  lostTaskCount: number;
  /** Next in the chain of the agent's open members; see OpenMembers. */
  next: Member | undefined;
}

/** How many of the tasks that were lost with an agent are named. */
export const LOST_TASKS_NAMED = 10;

/** Why, and what was lost with it. */
export function reasonOf({ reason, lostTasks, lostTaskCount }: Member): string {
  if (lostTaskCount === 0) return reason;
  const more = lostTaskCount - lostTasks.length;
  const rest = more === 0 ? "" : ` and ${more} more`;
  const what = lostTaskCount === 1 ? "task" : "tasks";
  return `${reason}; lost with it: ${what} ${lostTasks.join(", ")}${rest}`;
}

/** What it is among those of its organization, as one text. No name holds a zero byte. */
export function keyOf({ kind, agentId, taskId }: ConditionName): string {
  // Of an agent as a whole there is one condition in an alert, and one that comes and goes.
  return taskId === "" ? agentId : `${agentId}\u0000${kind}\u0000${taskId}`;
}
