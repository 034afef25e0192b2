import type { IncomingMessage, ServerResponse } from "node:http";
import { cors as connectCors } from "@connectrpc/connect";
import cors from "cors";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** How long a browser may remember that it was let in, in seconds. */
const REMEMBERED_S = 3_600;

/** Lets pages of these origins call from a browser; without any, browsers keep all of them out. */
export function withCors(origins: readonly string[], handler: Handler): Handler {
  if (origins.length === 0) return handler;
  const admit = cors({
    origin: [...origins],
    methods: [...connectCors.allowedMethods, "HEAD"],
    allowedHeaders: [...connectCors.allowedHeaders, "authorization"],
    exposedHeaders: [...connectCors.exposedHeaders, "heartbeat-error"],
    maxAge: REMEMBERED_S,
  });
  return (request, response) => admit(request, response, () => handler(request, response));
}
