/**
 * What the runner and a testee say to each other; README.md has it in words, for every language.
 */

/** How an agent is made; all but `agentId` may be left out. */
export interface StartOptions {
  readonly agentId: string;
  readonly server?: string;
  readonly organizationId?: string;
  readonly agentType?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly instanceId?: string;
  readonly policy?: Readonly<{
    intervalMs?: number;
    timeoutMultiplier?: number;
    maxMissedBeats?: number;
    graceMs?: number;
    dropGraceMs?: number;
    taskStaleAfterMs?: number;
    taskTimeoutAfterMs?: number;
    staleWarningOnlyOnce?: boolean;
  }>;
  readonly maxReconnectAttempts?: number;
  readonly backoff?: Readonly<{ initialMs?: number; maxMs?: number }>;
  readonly connectTimeoutMs?: number;
  readonly vitals?: boolean;
  readonly handleSignals?: boolean;
  readonly tls?: Readonly<{ caFile?: string }>;
  readonly token?: string;
  /** Subjects with a handler that reports. */
  readonly subscriptions?: readonly string[];
  /** Subjects with a handler that reports, then throws. */
  readonly failing?: readonly string[];
  /** Whether lost tasks are taken up; each is then as one that was started. */
  readonly takesTasks?: boolean;
}

/** One line to a testee. */
export type Order =
  | { readonly do: "start"; readonly options: StartOptions }
  | {
      readonly do: "task";
      readonly id: string;
      readonly staleAfterMs?: number;
      readonly timeoutAfterMs?: number;
      readonly detail?: string;
      readonly retry?: Readonly<{ maxAttempts: number; backoffMs: number }>;
    }
  | {
      readonly do: "progress";
      readonly id: string;
      readonly fraction: number;
      readonly detail?: string;
    }
  | { readonly do: "activity" | "succeed" | "cancel"; readonly id: string }
  | { readonly do: "fail"; readonly id: string; readonly error: string }
  | { readonly do: "idle" | "running" | "beat" | "health" | "state" }
  | {
      readonly do: "publish";
      readonly subject: string;
      readonly text?: string;
      readonly bytes?: number;
      readonly replyTo?: string;
    }
  | { readonly do: "close" | "failAgent"; readonly reason: string };

/** What a line from a testee is about. */
export type Saw =
  | "ready"
  | "crash"
  | "refused"
  | "welcome"
  | "reconnect"
  | "leaseLost"
  | "superseded"
  | "error"
  | "gaveUp"
  | "directive"
  | "taskCanceled"
  | "retried"
  | "message"
  | "published"
  | "health"
  | "state"
  | "closed";

/** One line from a testee. */
export interface Report {
  readonly saw: Saw;
  readonly [field: string]: unknown;
}
