import type { GrpcStatusName } from "../errors.ts";
import type { ChannelEnd } from "./channel.ts";

/** What the end of a stream means for the agent. */
export type Verdict = "reconnect" | "deferred" | "superseded" | "refused";

/** Statuses after which trying again would only bring the same answer. */
const refusals: ReadonlySet<GrpcStatusName> = new Set([
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "UNAUTHENTICATED",
]);

/**
 * Judges an end that the agent did not want.
 *
 * Only the server's own word can end an agent, and the server says a code with each of its refusals: a
 * status without one is a proxy's, or the library's, and passes. ABORTED has two meanings: a takeover, told
 * by the error's code or by the Superseded directive before it, and otherwise an operator's wish that the
 * agent go.
 */
export function judge(end: ChannelEnd, sawSuperseded: boolean): Verdict {
  if (end.by === "network") return "reconnect";
  if (end.status === "RESOURCE_EXHAUSTED" && end.pushbackMs !== undefined) return "deferred";
  if (end.code === undefined && !sawSuperseded) return "reconnect";
  if (end.status === "ABORTED") {
    return sawSuperseded || end.code === "superseded" ? "superseded" : "refused";
  }
  if (end.status === "FAILED_PRECONDITION") return "superseded";
  return refusals.has(end.status) ? "refused" : "reconnect";
}

/** An end in words. */
export function tell(end: ChannelEnd): string {
  if (end.by === "network") return end.message;
  return end.message === "" ? end.status : `${end.status}: ${end.message}`;
}
