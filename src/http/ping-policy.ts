import type { MessageInitShape } from "@bufbuild/protobuf";
import type { LivenessPolicySchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { type Kind, duration as kindOfDuration, parse } from "../config/kinds.ts";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import { defaultPolicy, graceFor } from "../monitor/policy.ts";
import { span } from "../monitor/words.ts";
import { duration } from "../services/messages/time.ts";

type Query = ReadonlyMap<string, string>;

const interval = kindOfDuration(limits.intervalMs);
const grace = kindOfDuration(limits.graceMs);
const timeout = kindOfDuration(limits.taskThresholdMs);

/**
 * How a job wants to be judged: DOWN as soon as a ping is `grace` late, as with ping services. A stream's
 * three missed beats would be three days of a nightly job. Undefined when the query says nothing of it.
 */
export function declaredPolicy(
  query: Query,
): MessageInitShape<typeof LivenessPolicySchema> | undefined {
  const intervalMs = read(query, "interval", interval);
  const graceMs = read(query, "grace", grace);
  if (intervalMs === undefined) {
    if (graceMs !== undefined) throw withoutInterval();
    return undefined;
  }
  return {
    interval: duration(intervalMs),
    ...(graceMs !== undefined && { grace: duration(graceMs) }),
    maxMissedBeats: 1,
    timeoutMultiplier: multiplier(intervalMs, graceMs ?? graceFor(intervalMs)),
  };
}

/** How long a run may take that starts now; undefined leaves it to the policy. */
export function declaredTimeoutMs(query: Query): number | undefined {
  return read(query, "timeout", timeout);
}

/** Such that silence alone never ends the patience before the grace has. */
function multiplier(intervalMs: number, graceMs: number): number {
  const needed = graceMs / intervalMs + 2;
  if (needed <= limits.timeoutMultiplier.max) {
    return Math.max(defaultPolicy.timeoutMultiplier, needed);
  }
  throw new HeartbeatError("field_invalid", {
    field: "grace",
    value: span(graceMs),
    problem: `is too long for an interval of ${span(intervalMs)}`,
    limit: `${limits.timeoutMultiplier.max - 2} intervals`,
  });
}

function read(query: Query, name: string, kind: Kind<number, string>): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  const parsed = parse(kind, text);
  if (parsed.ok) return parsed.value;
  const { problem, remedy } = parsed;
  throw new HeartbeatError("field_invalid", {
    field: name,
    value: shown(text),
    problem,
    limit: kind.limit,
    remedy,
  });
}

function withoutInterval(): HeartbeatError {
  return new HeartbeatError("field_missing", {
    field: "interval",
    problem: "is empty, and grace is beyond an interval",
    remedy: "say both, as ?interval=24h&grace=1h",
  });
}
