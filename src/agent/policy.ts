import { create } from "@bufbuild/protobuf";
import { type Duration, durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import {
  type LivenessPolicy,
  LivenessPolicySchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../config.ts";
import { checkNumber, checkWhole, type Range } from "../library/checks.ts";
import { declareRetry, type RetryOptions } from "./retry.ts";

/** How the monitor judges the agent; what is left out takes the server's default, named here. */
export interface PolicyOptions {
  /** How often to beat, in ms. 100 to 86,400,000. Default: 30,000. */
  readonly intervalMs?: number;
  /** DOWN after interval x this of silence. 1.1 to 1000. Default: 3. */
  readonly timeoutMultiplier?: number;
  /** DOWN after this many missed beats. 1 to 1000; 1 makes a lost connection DOWN at once. Default: 3. */
  readonly maxMissedBeats?: number;
  /** Slack before a beat counts as missed, in ms. 0 to 3,600,000. Default: max(250, 10 % of interval). */
  readonly graceMs?: number;
  /** DOWN this long after a lost connection, in ms. 0 to 86,400,000. Default: no such rule. */
  readonly dropGraceMs?: number;
  /** A task is STALE after this long without activity, in ms. 100 to 30 days. Default: 300,000. */
  readonly taskStaleAfterMs?: number;
  /** A task is TIMED_OUT after this long of running, in ms. 100 to 30 days. Default: 1,800,000. */
  readonly taskTimeoutAfterMs?: number;
  /** Whether a stale task is told once per episode (true) or again and again. Default: true. */
  readonly staleWarningOnlyOnce?: boolean;
  /** What becomes of a task that timed out or lost this agent. Default: it is told, and no more. */
  readonly taskRetry?: RetryOptions;
}

/** How the server judges the agent, every field filled in. Spans are milliseconds. */
export interface PolicyInForce {
  readonly intervalMs: number;
  readonly timeoutMultiplier: number;
  readonly maxMissedBeats: number;
  readonly graceMs: number;
  /** Undefined when there is no such rule. */
  readonly dropGraceMs: number | undefined;
  readonly taskStaleAfterMs: number;
  readonly taskTimeoutAfterMs: number;
  readonly staleWarningOnlyOnce: boolean;
}

/** What holds before the first Welcome: the contract's defaults. */
export const assumedPolicy: PolicyInForce = Object.freeze({
  intervalMs: 30_000,
  timeoutMultiplier: 3,
  maxMissedBeats: 3,
  graceMs: 3_000,
  dropGraceMs: undefined,
  taskStaleAfterMs: 300_000,
  taskTimeoutAfterMs: 1_800_000,
  staleWarningOnlyOnce: true,
});

/** Without an ack for this long, the agent must take its lease for lost. */
export function timeoutMs(policy: PolicyInForce): number {
  return policy.intervalMs * policy.timeoutMultiplier;
}

type SpanName = Exclude<Extract<keyof PolicyOptions, `${string}Ms`>, undefined>;

/** Checks what a caller declares and puts it into the wire's form; undefined when nothing is set. */
export function declarePolicy(options: PolicyOptions | undefined): LivenessPolicy | undefined {
  if (options === undefined) return undefined;
  const span = (name: SpanName, range: Range): Duration | undefined =>
    options[name] === undefined
      ? undefined
      : durationFromMs(checkWhole(`policy.${name}`, options[name], range));
  const { timeoutMultiplier, maxMissedBeats } = options;
  return create(LivenessPolicySchema, {
    interval: span("intervalMs", limits.intervalMs),
    timeoutMultiplier:
      timeoutMultiplier === undefined
        ? 0
        : checkNumber("policy.timeoutMultiplier", timeoutMultiplier, limits.timeoutMultiplier),
    maxMissedBeats:
      maxMissedBeats === undefined
        ? 0
        : checkWhole("policy.maxMissedBeats", maxMissedBeats, limits.maxMissedBeats),
    grace: span("graceMs", limits.graceMs),
    dropGrace: span("dropGraceMs", limits.dropGraceMs),
    taskStaleAfter: span("taskStaleAfterMs", limits.taskThresholdMs),
    taskTimeoutAfter: span("taskTimeoutAfterMs", limits.taskThresholdMs),
    staleWarningOnlyOnce: options.staleWarningOnlyOnce,
    taskRetry: declareRetry("policy.taskRetry", options.taskRetry),
  });
}

/**
 * Reads what the server sends. What it leaves out stays as it was, and what no server should send
 * (an interval of nothing would make the agent spin) is held to the contract's limits.
 */
export function readPolicy(sent: LivenessPolicy | undefined, before: PolicyInForce): PolicyInForce {
  if (sent === undefined) return before;
  const span = (value: Duration | undefined, otherwise: number) =>
    value === undefined ? otherwise : durationMs(value);
  return Object.freeze({
    intervalMs: within(limits.intervalMs, span(sent.interval, before.intervalMs)),
    timeoutMultiplier: within(
      limits.timeoutMultiplier,
      sent.timeoutMultiplier === 0 ? before.timeoutMultiplier : sent.timeoutMultiplier,
    ),
    maxMissedBeats: sent.maxMissedBeats === 0 ? before.maxMissedBeats : sent.maxMissedBeats,
    graceMs: span(sent.grace, before.graceMs),
    dropGraceMs: sent.dropGrace === undefined ? undefined : durationMs(sent.dropGrace),
    taskStaleAfterMs: span(sent.taskStaleAfter, before.taskStaleAfterMs),
    taskTimeoutAfterMs: span(sent.taskTimeoutAfter, before.taskTimeoutAfterMs),
    staleWarningOnlyOnce: sent.staleWarningOnlyOnce ?? before.staleWarningOnlyOnce,
  });
}

function within(range: Range, value: number): number {
  return Number.isNaN(value) ? range.min : Math.min(range.max, Math.max(range.min, value));
}
