import type { Instant } from "../clock.ts";
import type { AgentState, TaskState, Vitals } from "../events/event.ts";
import type { ClientInfo } from "./columns.ts";
import type { Handover } from "./handover.ts";
import type { LivenessPolicy } from "./policy.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import type { OverAttempts } from "./task-ends.ts";

/**
 * What is kept of an agent over a restart. Instants are of the monitor's own clock, which goes on from
 * where it stood, and of the wall's where they are shown.
 */
export interface AgentRecord {
  readonly organizationId: string;
  readonly agentId: string;
  readonly agentType: string;
  readonly instanceId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly policy: LivenessPolicy;
  /** An operator set the policy: what the agent declares does not count. */
  readonly policyFixed: boolean;
  readonly state: AgentState;
  readonly reason: string;
  readonly stateSince: Instant;
  /** Wall time. */
  readonly registeredAt: number;
  readonly epoch: number;
  readonly missed: number;
  readonly beats: number;
  readonly streams: number;
  /** Monotonic, as it was when the record was made. */
  readonly lastBeat: number;
  /** Monotonic; undefined when it is not paused. */
  readonly pausedUntil: number | undefined;
  readonly idle: boolean;
  /** When its tasks' thresholds began to rest; counts only while it is idle or paused. */
  readonly restSince: number;
  readonly client: ClientInfo | undefined;
  readonly vitals: Vitals | undefined;
}

/** What is kept of a task that is in flight, or ended and still shown. */
export interface TaskRecord {
  readonly organizationId: string;
  readonly agentId: string;
  readonly taskId: string;
  readonly epoch: number;
  readonly token: number;
  readonly attempt: number;
  readonly formerAgents: readonly string[];
  readonly handover: Handover;
  readonly state: TaskState;
  readonly progress: number;
  readonly detail: Uint8Array;
  readonly error: string;
  readonly startedAt: Instant;
  readonly activeAt: Instant;
  readonly restedMs: number;
  readonly restedSinceActivityMs: number;
  readonly staleAfterMs: number | undefined;
  readonly timeoutAfterMs: number | undefined;
  readonly retry: RetryPolicy | undefined;
  readonly endedAt: number | undefined;
  readonly warnings: number;
}

/** A task that its agent has no more, kept so that what it still says of it is known as such. */
export interface EndedTask {
  readonly organizationId: string;
  readonly agentId: string;
  readonly taskId: string;
  readonly ended: true;
  readonly over: OverAttempts;
}
