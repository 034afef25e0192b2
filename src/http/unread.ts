import { type RequestListener, STATUS_CODES } from "node:http";
import { type ContextValues, createContextKey, type Interceptor } from "@connectrpc/connect";
import type { Refusals } from "../services/refusals.ts";
import { peerOf, valuesOf } from "./slow-readers.ts";

type Request = Parameters<typeof valuesOf>[0];

const readKey = createContextKey(false);

/** Calls that were not read: Connect refuses by itself what is no message, too large, or of another type. */
export class UnreadCalls {
  readonly #refusals: Refusals;
  readonly #calls = new WeakMap<Request, ContextValues>();

  constructor(refusals: Refusals) {
    this.#refusals = refusals;
  }

  /** The values of a call that begins. */
  readonly begin = (request: Request): ContextValues => {
    const values = valuesOf(request);
    this.#calls.set(request, values);
    return values;
  };

  /** The first interceptor: what comes to it was read, or is a stream's to read. */
  readonly read: Interceptor = (next) => (call) => {
    call.contextValues.set(readKey, true);
    return next(call);
  };

  /** Tells of calls that were answered and never read. */
  watching(handler: RequestListener): RequestListener {
    return (request, response) => {
      response.once("finish", () => {
        const values = this.#calls.get(request);
        if (!values || values.get(readKey)) return;
        const { statusCode } = response;
        const call = (request.url ?? "").replace(/^\/|\?.*/gs, "");
        const reason = `answered with ${statusCode} ${STATUS_CODES[statusCode]}`;
        this.#refusals.tellUnread({ call, peer: peerOf(values) }, reason);
      });
      handler(request, response);
    };
  }
}
