import { create } from "@bufbuild/protobuf";
import {
  Detector,
  type LivenessPolicy,
  LivenessPolicySchema,
  RetryPlacement,
  type RetryPolicy,
  RetryPolicySchema,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { LivenessPolicy as Policy } from "../../monitor/policy.ts";
import type { RetryPolicy as Retry } from "../../monitor/retry-policy.ts";
import { duration } from "./time.ts";

const made = new WeakMap<Policy, LivenessPolicy>();

/**
 * A policy in force, every field filled in. Agents that declare the same share one, and so they do here: to
 * make it anew was half of what a list of agents took. Not to be changed.
 */
export function policyMessage(policy: Policy): LivenessPolicy {
  const known = made.get(policy);
  if (known) return known;
  const message = newMessage(policy);
  made.set(policy, message);
  return message;
}

function newMessage(policy: Policy): LivenessPolicy {
  return create(LivenessPolicySchema, {
    interval: duration(policy.intervalMs),
    timeoutMultiplier: policy.timeoutMultiplier,
    maxMissedBeats: policy.maxMissedBeats,
    grace: duration(policy.graceMs),
    dropGrace: policy.dropGraceMs === undefined ? undefined : duration(policy.dropGraceMs),
    detector: Detector.FIXED,
    taskStaleAfter: duration(policy.taskStaleAfterMs),
    taskTimeoutAfter: duration(policy.taskTimeoutAfterMs),
    staleWarningOnlyOnce: policy.staleWarningOnlyOnce,
    taskRetry: retryMessage(policy.taskRetry),
  });
}

function retryMessage(retry: Retry): RetryPolicy {
  return create(RetryPolicySchema, {
    maxAttempts: retry.maxAttempts,
    backoff: duration(retry.backoffMs),
    maxBackoff: duration(retry.maxBackoffMs),
    placement: placementNumber[retry.placement],
  });
}

const placementNumber: Readonly<Record<Retry["placement"], RetryPlacement>> = {
  any_of_type: RetryPlacement.ANY_OF_TYPE,
  same_agent: RetryPlacement.SAME_AGENT,
};
