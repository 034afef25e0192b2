/** Who may be asked to do a lost task again. */
export type RetryPlacement =
  /** Any agent of the same type and organization. */
  | "any_of_type"
  /** The agent that had it, once it is back. */
  | "same_agent";

/** How a task that timed out or lost its agent is handed on. Spans in whole milliseconds. */
export interface RetryPolicy {
  /** Attempts in all, the first one included; 1 is none beyond the first. */
  readonly maxAttempts: number;
  /** The wait before the second attempt; each further one waits twice as long. */
  readonly backoffMs: number;
  /** The longest wait. */
  readonly maxBackoffMs: number;
  readonly placement: RetryPlacement;
}

/** What a policy that leaves a field out means by it. */
export const usualRetry: RetryPolicy = Object.freeze({
  maxAttempts: 3,
  backoffMs: 1_000,
  maxBackoffMs: 300_000,
  placement: "any_of_type",
});

/** Nobody is asked to do a task again. */
export const noRetry: RetryPolicy = Object.freeze({ ...usualRetry, maxAttempts: 1 });

/**
 * The wait after attempt number `attempt` was lost. Without jitter: tasks that were lost together are due
 * together, and each goes to whoever has the least to do by then, so that they spread all the same.
 */
export function backoffAfter(attempt: number, { backoffMs, maxBackoffMs }: RetryPolicy): number {
  return Math.min(maxBackoffMs, backoffMs * 2 ** (attempt - 1));
}

/** How long an agent has to take up what it is offered: time for a beat that was lost, and for a slow start. */
export function takeUpMs(intervalMs: number): number {
  return Math.max(2 * intervalMs, 10_000);
}
