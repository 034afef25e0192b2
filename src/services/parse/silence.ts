import {
  AlertKind as AlertKindNumber,
  type CreateSilenceRequest,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import type { AlertKind } from "../../alerts/notification.ts";
import type { Silence } from "../../alerts/silences.ts";
import type { Instant } from "../../clock.ts";
import { limits } from "../../config.ts";
import { HeartbeatError } from "../../errors.ts";
import { span } from "../../monitor/words.ts";
import { alertKindNumber } from "../messages/alert.ts";
import { timestampMs } from "../messages/time.ts";
import { choice, invalid, labels, organizationOrAll, spanMs, text } from "./fields.ts";
import { inverse } from "./filters.ts";

const kindNames: Map<number, AlertKind> = inverse(alertKindNumber);

/** What is asked for, but for the name that the server gives it. */
export function silenceOf(request: CreateSilenceRequest, now: Instant): Omit<Silence, "id"> {
  const { silence } = request;
  if (!silence) {
    throw new HeartbeatError("field_missing", { field: "silence", problem: "is empty" });
  }
  const startsAt = silence.startsAt ? timestampMs(silence.startsAt) : now.wall;
  checkStart(startsAt, now);
  return {
    organizationId: organizationOrAll("silence.organization_id", silence.organizationId) ?? "*",
    idPrefix: text("silence.id_prefix", silence.idPrefix, limits.idBytes),
    agentType: text("silence.agent_type", silence.agentType, limits.agentTypeBytes),
    labels: labels("silence.labels", silence.labels),
    kinds: silence.kinds.map(kind),
    startsAt,
    endsAt: startsAt + lengthMs(request, startsAt, now),
    reason: text("silence.reason", silence.reason, limits.sentenceBytes),
    createdAt: now.wall,
  };
}

function kind(value: AlertKindNumber, at: number): AlertKind {
  const limit = [...kindNames.keys()].map((known) => AlertKindNumber[known]).join(", ");
  return choice(`silence.kinds[${at}]`, value, kindNames, limit);
}

/** One that began in the past would say that nobody was told meanwhile. */
function checkStart(startsAt: number, now: Instant): void {
  const inMs = startsAt - now.wall;
  const limit = `now to ${span(limits.silenceAheadMs)} ahead`;
  // Whoever asks has read another clock, and been on the way for a while.
  if (inMs < -BACKDATED_MS) throw invalid("silence.starts_at", span(-inMs), "ago", limit);
  if (inMs > limits.silenceAheadMs) {
    throw invalid("silence.starts_at", span(inMs), "from now is too far ahead", limit);
  }
}

/** How far a beginning may lie in the past. */
const BACKDATED_MS = 60_000;

function lengthMs(request: CreateSilenceRequest, startsAt: number, now: Instant): number {
  const endsAt = request.silence?.endsAt;
  if (!endsAt) {
    const asked = spanMs("silence_for", request.silenceFor, limits.silenceMs);
    if (asked !== undefined) return asked;
    const problem = "is empty, and so is silence_for";
    throw new HeartbeatError("field_missing", { field: "silence.ends_at", problem });
  }
  if (request.silenceFor) {
    throw invalid("silence.ends_at", undefined, "is set beside silence_for", "one of the two");
  }
  const { min, max } = limits.silenceMs;
  const ms = timestampMs(endsAt) - startsAt;
  const limit = `${span(min)} to ${span(max)} after the beginning`;
  if (ms < min) throw invalid("silence.ends_at", undefined, "is no later than it begins", limit);
  if (ms > max)
    throw invalid("silence.ends_at", span(ms), "after the beginning is too late", limit);
  if (startsAt + ms > now.wall) return ms;
  throw invalid("silence.ends_at", undefined, "has passed", limit);
}
