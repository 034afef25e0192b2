import { create, fromJsonString } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  RetryPlacement,
  type RetryPolicy,
  RetryPolicySchema,
  type TaskRetry,
  TaskRetrySchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import { checkWhole } from "../library/checks.ts";

/** On this subject the server offers lost tasks. */
export const RETRY_SUBJECT = "tasks.retry";

/** How a task that timed out or lost its agent is handed on. */
export interface RetryOptions {
  /** Attempts in all, the first one included. 1 to 100; 1 is none beyond the first. Default: 3. */
  readonly maxAttempts?: number;
  /** The wait before the second attempt, in ms; each further one waits twice as long. 0 to 24 h. Default: 1,000. */
  readonly backoffMs?: number;
  /** The longest wait, in ms. 0 to 24 h. Default: 300,000. */
  readonly maxBackoffMs?: number;
  /** Whom to ask: an agent of the same type, or only the one that had it. Default: `any-of-type`. */
  readonly placement?: "any-of-type" | "same-agent";
}

/** Checks what a caller declares and puts it into the wire's form; undefined when nothing is set. */
export function declareRetry(
  field: string,
  options: RetryOptions | undefined,
): RetryPolicy | undefined {
  if (options === undefined) return undefined;
  const { maxAttempts, backoffMs, maxBackoffMs, placement = "any-of-type" } = options;
  const span = (name: string, ms: number | undefined) =>
    ms === undefined
      ? undefined
      : durationFromMs(checkWhole(`${field}.${name}`, ms, limits.retryBackoffMs));
  return create(RetryPolicySchema, {
    maxAttempts:
      maxAttempts === undefined
        ? 0
        : checkWhole(`${field}.maxAttempts`, maxAttempts, limits.retryAttempts),
    backoff: span("backoffMs", backoffMs),
    maxBackoff: span("maxBackoffMs", maxBackoffMs),
    placement: placementOf(`${field}.placement`, placement),
  });
}

const placements: ReadonlyMap<string, RetryPlacement> = new Map([
  ["any-of-type", RetryPlacement.ANY_OF_TYPE],
  ["same-agent", RetryPlacement.SAME_AGENT],
]);

function placementOf(field: string, placement: string): RetryPlacement {
  const number = placements.get(placement);
  if (number !== undefined) return number;
  throw new HeartbeatError("field_invalid", {
    field,
    value: shown(String(placement)),
    problem: "is no placement",
    limit: '"any-of-type" or "same-agent"',
  });
}

/** What a message on the subject says. Throws when it says nothing that can be read. */
export function readOffer(text: string): TaskRetry {
  return fromJsonString(TaskRetrySchema, text, { ignoreUnknownFields: true });
}
