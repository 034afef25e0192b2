import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Code } from "@connectrpc/connect";
import { codeToHttpStatus } from "@connectrpc/connect/protocol-connect";
import type { Authenticator } from "../auth/authenticator.ts";
import type { Identity } from "../auth/identity.ts";
import type { Clock } from "../clock.ts";
import { grpcStatus, HeartbeatError, shown } from "../errors.ts";
import type { Refusals } from "../services/refusals.ts";
import { type Body, readBody } from "./body.ts";
import { addressOf } from "./slow-readers.ts";

/** What a plain route is asked. */
export interface Question {
  readonly identity: Identity;
  /** What the route's pattern caught of the path, percent-decoded. */
  readonly parts: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
  body(): Promise<Body>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The body instead of the text, where it is packed. */
  readonly bytes?: Uint8Array | undefined;
  /** Default: plain text. */
  readonly contentType?: string;
  /** Beside the usual ones, or instead of them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A path that is served as plain HTTP, beside the contract's methods. */
export interface Route {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
  /** Names that the query may have. */
  readonly query: readonly string[];
  /** Whether anybody may ask, without a token. */
  readonly open?: boolean;
  /** Whether asking changes something: then a page of another site may not make a browser ask. */
  readonly changes?: boolean;
  answer(question: Question): Promise<Answer> | Answer;
}

export interface RoutesOptions {
  readonly routes: readonly Route[];
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly refusals: Refusals;
  /** Origins whose pages may ask. */
  readonly origins: readonly string[];
}

/** How long a client may take to read an answer, in ms. */
const READING_MS = 10_000;

/** Answers whatever is no method of the contract. Whatever goes wrong is a status and a sentence. */
export function plainRoutes(options: RoutesOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await answerTo(request, options).catch((error: unknown) => {
      // Whoever has gone in the middle of a request is told nothing, and is no fault.
      return request.destroyed && !request.complete
        ? undefined
        : refused(error, request, options.refusals);
    });
    if (answer) write(request, response, answer, options.clock);
  };
}

async function answerTo(request: IncomingMessage, options: RoutesOptions): Promise<Answer> {
  const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s);
  const route = options.routes.find(({ pattern }) => pattern.test(path));
  if (!route) return notFound(path);
  const method = request.method ?? "";
  if (!route.methods.includes(method)) return notAllowed(path, method, route.methods);
  const { authorization } = request.headers;
  const { authenticator } = options;
  const identity = route.open
    ? authenticator.stranger
    : await authenticator.identify(authorization);
  if (route.changes) refuseOtherSites(request, options.origins);
  return route.answer({
    identity,
    parts: (route.pattern.exec(path) ?? []).slice(1).map((part) => decoded(part ?? "")),
    query: readQuery(query, route.query),
    headers: request.headers,
    body: () => readBody(request),
  });
}

function write(request: IncomingMessage, response: ServerResponse, answer: Answer, clock: Clock) {
  const { status, text, bytes, contentType = "text/plain; charset=utf-8", headers } = answer;
  const timer = clock.after(READING_MS, () => request.socket.destroy());
  response.once("close", () => timer.cancel());
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": bytes?.length ?? Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // What is left of a request that was not read is not waited for.
    ...(!request.complete && { connection: "close" }),
    ...headers,
  });
  response.end(bytes ?? text);
}

function refused(error: unknown, request: IncomingMessage, refusals: Refusals): Answer {
  // Without the query, which may hold what is nobody's business.
  const call = `${request.method} ${shown((request.url ?? "").replace(/\?.*/s, ""))}`;
  const refusal = refusals.of(error, { call, peer: addressOf(request.socket) });
  const status =
    refusal.code === "message_too_large"
      ? 413
      : codeToHttpStatus(grpcStatus[refusal.status] as Code);
  const challenge = status === 401 && { "www-authenticate": "Bearer" };
  return {
    status,
    text: `${refusal.message}\n`,
    headers: { "heartbeat-error": refusal.code, ...challenge },
  };
}

function notFound(path: string): Answer {
  const known =
    "/ (the live page), /livez, /readyz, /metrics, /openapi.json, /api/heartbeat/status and /ping/AGENT";
  const rest = "which may be followed by /start, /fail or /EXIT_CODE";
  return {
    status: 404,
    text: `${shown(path)} is not served here; there are ${known}, ${rest}, and the contract's methods\n`,
  };
}

function notAllowed(path: string, method: string, methods: readonly string[]): Answer {
  return {
    status: 405,
    text: `${shown(path)} does not take ${shown(method)}; use ${methods.join(", ")}\n`,
    headers: { allow: methods.join(", ") },
  };
}

/** A browser says where a request comes from; everybody else says nothing. */
function refuseOtherSites({ headers }: IncomingMessage, origins: readonly string[]): void {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return;
  if (headers.origin !== undefined && origins.includes(headers.origin)) return;
  throw new HeartbeatError("not_permitted", {
    field: "origin",
    value: shown(headers.origin ?? String(site)),
    problem: "is another site, whose pages may change nothing here",
    remedy: "name its origin in the setting http-cors",
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HeartbeatError("field_invalid", {
      field: "path",
      value: shown(part),
      problem: "is not percent-encoded UTF-8",
    });
  }
}

/** A query whose names are all known, each at most once: a misspelt one would do nothing, silently. */
function readQuery(text: string, known: readonly string[]): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    const problem = query.has(name) ? "is given twice" : "is not known here";
    if (query.has(name) || !known.includes(name)) {
      throw new HeartbeatError("field_invalid", {
        field: shown(name),
        problem,
        limit: known.length === 0 ? "no query" : `each at most once: ${known.join(", ")}`,
        remedy: "correct the query",
      });
    }
    query.set(name, value);
  }
  return query;
}
