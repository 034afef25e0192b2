import { limits } from "../config.ts";
import { HeartbeatError } from "../errors.ts";
import { checkNumber, checkWhole } from "../library/checks.ts";
import { defaultPolicy, graceFor, type LivenessPolicy } from "../monitor/policy.ts";
import { noRetry } from "../monitor/retry-policy.ts";
import type { HeartbeatMonitorOptions } from "./options.ts";

/** The settings in force: {@link HeartbeatMonitorOptions} with every default filled in. */
export interface HeartbeatMonitorConfig {
  readonly intervalMs: number;
  readonly maxMissedBeats: number;
  /** Undefined when `maxMissedBeats` alone decides. */
  readonly timeoutMultiplier: number | undefined;
  readonly graceMs: number;
  readonly staleAfterMs: number;
  readonly timeoutAfterMs: number;
  readonly staleWarningOnlyOnce: boolean;
  readonly checkIntervalMs: number;
}

const CHECK_INTERVAL_MS = { min: 10, max: 3_600_000, default: 1_000 };

/** Checks the settings among the options and fills in the defaults. Throws `field_invalid`. */
export function settle(options: HeartbeatMonitorOptions): HeartbeatMonitorConfig {
  const whole = (
    field: "intervalMs" | "maxMissedBeats" | "graceMs" | "staleAfterMs" | "timeoutAfterMs",
    fallback: number,
    range: { readonly min: number; readonly max: number },
  ) => checkWhole(field, options[field] ?? fallback, range);
  const { timeoutMultiplier, checkIntervalMs = CHECK_INTERVAL_MS.default } = options;
  const intervalMs = whole("intervalMs", defaultPolicy.intervalMs, limits.intervalMs);
  return Object.freeze({
    intervalMs,
    maxMissedBeats: whole("maxMissedBeats", defaultPolicy.maxMissedBeats, limits.maxMissedBeats),
    timeoutMultiplier:
      timeoutMultiplier === undefined
        ? undefined
        : checkNumber("timeoutMultiplier", timeoutMultiplier, limits.timeoutMultiplier),
    graceMs: whole("graceMs", graceFor(intervalMs), limits.graceMs),
    staleAfterMs: whole("staleAfterMs", defaultPolicy.taskStaleAfterMs, limits.taskThresholdMs),
    timeoutAfterMs: whole(
      "timeoutAfterMs",
      defaultPolicy.taskTimeoutAfterMs,
      limits.taskThresholdMs,
    ),
    staleWarningOnlyOnce: checkBoolean(
      "staleWarningOnlyOnce",
      options.staleWarningOnlyOnce ?? defaultPolicy.staleWarningOnlyOnce,
    ),
    checkIntervalMs: checkWhole("checkIntervalMs", checkIntervalMs, CHECK_INTERVAL_MS),
  });
}

/** The settings as the engine judges by them. */
export function policyOf(config: HeartbeatMonitorConfig): LivenessPolicy {
  return Object.freeze({
    intervalMs: config.intervalMs,
    timeoutMultiplier: config.timeoutMultiplier ?? Number.POSITIVE_INFINITY,
    maxMissedBeats: config.maxMissedBeats,
    graceMs: config.graceMs,
    dropGraceMs: undefined,
    taskStaleAfterMs: config.staleAfterMs,
    taskTimeoutAfterMs: config.timeoutAfterMs,
    staleWarningOnlyOnce: config.staleWarningOnlyOnce,
    // There is nobody whom it could be handed to.
    taskRetry: noRetry,
  });
}

export function checkBoolean(field: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new HeartbeatError("field_invalid", {
    field,
    value: String(value),
    limit: "true or false",
    problem: "is neither true nor false",
  });
}

/** A function, or undefined for none. */
export function checkHandler<Handler>(
  field: string,
  value: Handler | undefined,
): Handler | undefined {
  if (value === undefined || typeof value === "function") return value;
  throw new HeartbeatError("field_invalid", {
    field,
    value: String(value),
    limit: "a function",
    problem: "cannot be called",
  });
}
