import { durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import type { LivenessPolicy } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { plural, span } from "../../../src/cli/words.ts";

/** How an agent is judged, as one would say it: a sentence for each rule. */
export function policyWords(policy: LivenessPolicy): string[] {
  const { interval, grace, timeoutMultiplier, maxMissedBeats, dropGrace } = policy;
  const intervalMs = interval ? durationMs(interval) : 0;
  const graceMs = grace ? durationMs(grace) : 0;
  const timeout = span(durationFromMs(Math.round(intervalMs * timeoutMultiplier)));
  const rules = [
    `${timeout} of silence`,
    plural(maxMissedBeats, "missed beat"),
    ...(dropGrace === undefined ? [] : [dropWords(durationMs(dropGrace))]),
  ];
  return [
    `Beats every ${span(interval)}.`,
    `SUSPECT after ${span(durationFromMs(intervalMs + graceMs))} of silence, or when its stream drops.`,
    `DOWN after ${listed(rules)}, whichever is first.`,
    `A task is stale after ${span(policy.taskStaleAfter)} without news, and timed out after ${span(policy.taskTimeoutAfter)} of running.`,
    ...retryWords(policy),
  ];
}

const dropWords = (ms: number) =>
  ms === 0 ? "a drop, at once" : `${span(durationFromMs(ms))} after a drop`;

function retryWords({ taskRetry }: LivenessPolicy): string[] {
  if (taskRetry === undefined || taskRetry.maxAttempts <= 1) return [];
  return [`A lost task is handed on, up to ${plural(taskRetry.maxAttempts, "attempt")} in all.`];
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} or ${parts.at(-1)}`;
}
