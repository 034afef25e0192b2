import { create } from "@bufbuild/protobuf";
import {
  Detector,
  type LivenessPolicy,
  LivenessPolicySchema,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { LivenessPolicy as Policy } from "../../monitor/policy.ts";
import { duration } from "./time.ts";

/** A policy in force, every field filled in. */
export function policyMessage(policy: Policy): LivenessPolicy {
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
  });
}
