import type { IncomingMessage } from "node:http";
import { limits } from "../config.ts";
import { HeartbeatError } from "../errors.ts";

/** A request's body, of which no more is kept than anybody wants. */
export interface Body {
  readonly kept: Uint8Array;
  /** How long it was. */
  readonly bytes: number;
}

const KEPT_BYTES = limits.taskDetailBytes;

/** A longer body is refused: it is read no further. */
export const LONGEST_BODY_BYTES = 1024 * 1024;

/** Reads a body and keeps its beginning. How long it may take is the server's to bound. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const kept: Buffer[] = [];
  let bytes = 0;
  // The connection is still needed for the answer when the reading ends early.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (bytes < KEPT_BYTES) kept.push((chunk as Buffer).subarray(0, KEPT_BYTES - bytes));
    bytes += (chunk as Buffer).length;
    if (bytes > LONGEST_BODY_BYTES) throw tooLarge(bytes);
  }
  return { kept: Buffer.concat(kept), bytes };
}

function tooLarge(bytes: number): HeartbeatError {
  return new HeartbeatError("message_too_large", {
    field: "body",
    value: `of ${bytes} bytes or more`,
    problem: "is too large",
    limit: `${LONGEST_BODY_BYTES} bytes, of which ${KEPT_BYTES} are kept`,
    remedy: "send less, as with tail -c 4096",
  });
}
