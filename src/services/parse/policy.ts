import {
  Detector,
  type LivenessPolicy,
  RetryPlacement,
  type RetryPolicy,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../../config.ts";
import { HeartbeatError } from "../../errors.ts";
import type { PolicyPatch } from "../../monitor/policy.ts";
import {
  type RetryPolicy as Retry,
  type RetryPlacement as RetryPlacementName,
  usualRetry,
} from "../../monitor/retry-policy.ts";
import { choice, invalid, number, spanMs } from "./fields.ts";

/** The fields of a policy that are set. `field` is the policy's own path. */
export function policyPatch(field: string, policy: LivenessPolicy | undefined): PolicyPatch {
  if (!policy) return {};
  checkDetector(`${field}.detector`, policy.detector);
  const taskRange = limits.taskThresholdMs;
  return {
    intervalMs: spanMs(`${field}.interval`, policy.interval, limits.intervalMs),
    timeoutMultiplier: unlessZero(
      `${field}.timeout_multiplier`,
      policy.timeoutMultiplier,
      limits.timeoutMultiplier,
    ),
    maxMissedBeats: unlessZero(
      `${field}.max_missed_beats`,
      policy.maxMissedBeats,
      limits.maxMissedBeats,
    ),
    graceMs: spanMs(`${field}.grace`, policy.grace, limits.graceMs),
    dropGraceMs: spanMs(`${field}.drop_grace`, policy.dropGrace, limits.dropGraceMs),
    taskStaleAfterMs: spanMs(`${field}.task_stale_after`, policy.taskStaleAfter, taskRange),
    taskTimeoutAfterMs: spanMs(`${field}.task_timeout_after`, policy.taskTimeoutAfter, taskRange),
    staleWarningOnlyOnce: policy.staleWarningOnlyOnce,
    taskRetry: retryPolicy(`${field}.task_retry`, policy.taskRetry),
  };
}

/** How lost tasks are handed on; undefined stays undefined. `field` is the policy's own path. */
export function retryPolicy(field: string, retry: RetryPolicy | undefined): Retry | undefined {
  if (!retry) return undefined;
  const { maxAttempts, backoff, maxBackoff, placement } = retry;
  const { retryAttempts, retryBackoffMs } = limits;
  const words = "ANY_OF_TYPE, SAME_AGENT";
  return {
    maxAttempts:
      unlessZero(`${field}.max_attempts`, maxAttempts, retryAttempts) ?? usualRetry.maxAttempts,
    backoffMs: spanMs(`${field}.backoff`, backoff, retryBackoffMs) ?? usualRetry.backoffMs,
    maxBackoffMs:
      spanMs(`${field}.max_backoff`, maxBackoff, retryBackoffMs) ?? usualRetry.maxBackoffMs,
    placement: choice(`${field}.placement`, placement, placements, words),
  };
}

const placements: ReadonlyMap<RetryPlacement, RetryPlacementName> = new Map([
  [RetryPlacement.UNSPECIFIED, "any_of_type"],
  [RetryPlacement.ANY_OF_TYPE, "any_of_type"],
  [RetryPlacement.SAME_AGENT, "same_agent"],
]);

/** proto3 has no "unset" for these: 0 is it. */
function unlessZero(
  field: string,
  value: number,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  return value === 0 ? undefined : number(field, value, range);
}

function checkDetector(field: string, detector: Detector): void {
  if (detector === Detector.UNSPECIFIED || detector === Detector.FIXED) return;
  const name = Detector[detector];
  if (name === undefined) throw invalid(field, String(detector), "is not a detector", "FIXED");
  throw new HeartbeatError("not_offered", {
    field,
    value: name,
    problem: "is not offered by this version",
    limit: "FIXED",
  });
}
