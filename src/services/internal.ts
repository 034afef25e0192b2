import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { HeartbeatError } from "../errors.ts";

/**
 * What the caller is told of an error: a refusal as it is, and of anything else nothing but an id that
 * is in the log.
 */
export function refusalOf(error: unknown, log: Logger): HeartbeatError {
  if (error instanceof HeartbeatError) return error;
  const id = randomUUID();
  log.error({ err: error, errorId: id }, "internal error");
  return new HeartbeatError("internal", { problem: `internal error ${id}` });
}
