import { limits } from "../config.ts";
import { noRetry, type RetryPolicy } from "./retry-policy.ts";

/** When an agent counts as late, and as gone. Spans in whole milliseconds; every field decided. */
export interface LivenessPolicy {
  /** How often the agent beats. */
  readonly intervalMs: number;
  /** DOWN after interval x this of silence. */
  readonly timeoutMultiplier: number;
  /** DOWN after this many missed beats. */
  readonly maxMissedBeats: number;
  /** Slack added before a beat counts as missed. */
  readonly graceMs: number;
  /** DOWN this long after a drop; undefined leaves it to the other rules. */
  readonly dropGraceMs: number | undefined;
  /** A task is stale after this long without activity. */
  readonly taskStaleAfterMs: number;
  /** A task is timed out after this long of running. */
  readonly taskTimeoutAfterMs: number;
  /** Whether a stale task is told once per episode, or after every further taskStaleAfterMs. */
  readonly staleWarningOnlyOnce: boolean;
  /** What becomes of a task that timed out or lost its agent. */
  readonly taskRetry: RetryPolicy;
}

/** Some fields of a policy; what is undefined is left to the policy it is laid over. */
export type PolicyPatch = { readonly [Field in keyof LivenessPolicy]?: LivenessPolicy[Field] };

/** The defaults of the seeds: 30 s, three times, five minutes, half an hour. */
export const defaultPolicy: LivenessPolicy = Object.freeze({
  intervalMs: 30_000,
  timeoutMultiplier: 3,
  maxMissedBeats: 3,
  graceMs: graceFor(30_000),
  dropGraceMs: undefined,
  taskStaleAfterMs: 5 * 60_000,
  taskTimeoutAfterMs: 30 * 60_000,
  staleWarningOnlyOnce: true,
  taskRetry: noRetry,
});

/** The grace that an interval gets when none is declared: over TCP a lost packet is a delay of 200 ms. */
export function graceFor(intervalMs: number): number {
  return Math.max(250, Math.round(intervalMs / 10));
}

/** Silence after which an agent is DOWN however few beats it has missed. */
export function timeoutOf(policy: LivenessPolicy): number {
  return Math.round(policy.intervalMs * policy.timeoutMultiplier);
}

/**
 * Lays a patch over a policy. A new interval without a grace of its own gets the grace that fits it.
 */
export function patched(base: LivenessPolicy, patch: PolicyPatch): LivenessPolicy {
  const intervalMs = patch.intervalMs ?? base.intervalMs;
  const inherited = intervalMs === base.intervalMs ? base.graceMs : graceFor(intervalMs);
  return Object.freeze({
    intervalMs,
    timeoutMultiplier: patch.timeoutMultiplier ?? base.timeoutMultiplier,
    maxMissedBeats: patch.maxMissedBeats ?? base.maxMissedBeats,
    graceMs: patch.graceMs ?? inherited,
    dropGraceMs: patch.dropGraceMs ?? base.dropGraceMs,
    taskStaleAfterMs: patch.taskStaleAfterMs ?? base.taskStaleAfterMs,
    taskTimeoutAfterMs: patch.taskTimeoutAfterMs ?? base.taskTimeoutAfterMs,
    staleWarningOnlyOnce: patch.staleWarningOnlyOnce ?? base.staleWarningOnlyOnce,
    taskRetry: patch.taskRetry ?? base.taskRetry,
  });
}

/**
 * Keeps one object for all agents that declare the same policy: a million agents of one fleet share
 * one. Bounded; past the bound it starts anew and older agents keep what they have.
 */
export class PolicyPool {
  readonly #known = new Map<string, LivenessPolicy>();
  readonly #shared = new WeakSet<LivenessPolicy>();

  share(policy: LivenessPolicy): LivenessPolicy {
    if (this.#shared.has(policy)) return policy;
    const { taskRetry, ...plain } = policy;
    const key = [...Object.values(plain), ...Object.values(taskRetry)].join("|");
    const known = this.#known.get(key);
    if (known) return known;
    if (this.#known.size >= limits.sharedPolicies) this.#known.clear();
    this.#known.set(key, policy);
    this.#shared.add(policy);
    return policy;
  }
}
