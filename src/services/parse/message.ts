import type { Message as WireMessage } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../../config.ts";
import { HeartbeatError, shown } from "../../errors.ts";
import type { Message } from "../../messaging/message.ts";
import { problemOfSubject, problemOfSubscription } from "../../messaging/subject.ts";
import { RETRY_SUBJECT } from "../messages/retry.ts";
import { atMost, bytes, invalid, text } from "./fields.ts";

const TOKENS = `at most ${limits.subjectTokens} tokens parted by "."`;

/** A message that somebody publishes; who it is from is the server's to say. */
export function message(field: string, read: WireMessage, fromAgentId: string): Message {
  const { replyTo } = read;
  return {
    subject: publishable(`${field}.subject`, read.subject),
    data: bytes(`${field}.data`, read.data, limits.messageDataBytes),
    contentType: text(`${field}.content_type`, read.contentType, limits.contentTypeBytes),
    fromAgentId,
    replyTo: replyTo === "" ? "" : subject(`${field}.reply_to`, replyTo),
  };
}

/** Subjects that somebody subscribes to. */
export function subscriptions(field: string, subjects: readonly string[]): readonly string[] {
  atMost(field, subjects, limits.subscriptions);
  const limit = `${TOKENS}; "*" for one, ">" at the end for the rest`;
  return subjects.map((one) => checked(field, one, problemOfSubscription, limit));
}

/** Offers of lost tasks come from the server alone: whoever gets one works on it. */
function publishable(field: string, value: string): string {
  if (value !== RETRY_SUBJECT) return subject(field, value);
  throw invalid(field, shown(value), "is the server's own", "another subject");
}

function subject(field: string, value: string): string {
  return checked(field, value, problemOfSubject, TOKENS);
}

function checked(
  field: string,
  value: string,
  problemOf: (subject: string) => string | undefined,
  limit: string,
): string {
  if (value === "")
    throw new HeartbeatError("field_missing", { field, problem: "is empty", limit });
  text(field, value, limits.subjectBytes);
  const problem = problemOf(value);
  if (problem !== undefined) throw invalid(field, shown(value), problem, limit);
  return value;
}
