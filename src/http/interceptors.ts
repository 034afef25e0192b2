import { type Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { type GrpcStatusName, grpcStatus } from "../errors.ts";
import type { Refusals } from "../services/refusals.ts";
import type { Tracing } from "../tracing/tracing.ts";
import { peerOf } from "./slow-readers.ts";

const statusNames = new Map(
  Object.entries(grpcStatus).map(([name, code]) => [code as number, name as GrpcStatusName]),
);

/** Tells of each call with one answer, however it ends. */
export function traced(tracing: Tracing): Interceptor {
  return (next) => async (request) => {
    const { method, header, stream } = request;
    if (stream) return next(request);
    const isWeb = header.get("content-type")?.startsWith("application/grpc-web") ?? false;
    const span = tracing.begin({
      method,
      system: isWeb ? "grpc" : "connectrpc",
      header: (name) => header.get(name) ?? undefined,
    });
    try {
      const response = await next(request);
      span?.end("OK");
      return response;
    } catch (error) {
      span?.end(statusNames.get(ConnectError.from(error).code) ?? "UNKNOWN");
      throw error;
    }
  };
}

/** Refusals keep their status and their words; anything else is an id that is in the log. */
export function refusing(refusals: Refusals): Interceptor {
  return (next) => async (request) => {
    const call = `${request.service.typeName}/${request.method.name}`;
    const translated = (error: unknown) => {
      const refused = { call, peer: peerOf(request.contextValues) };
      if (error instanceof ConnectError) {
        // Not its words, which may be the caller's.
        refusals.tellUnread(refused, `answered with ${statusNames.get(error.code)}`);
        return error;
      }
      const refusal = refusals.of(error, refused);
      const metadata = { "heartbeat-error": refusal.code, ...refusal.refusal.metadata };
      return new ConnectError(refusal.message, grpcStatus[refusal.status] as Code, metadata);
    };
    try {
      const response = await next(request);
      if (!response.stream) return response;
      return { ...response, message: guarded(response.message, translated) };
    } catch (error) {
      throw translated(error);
    }
  };
}

async function* guarded<Message>(
  messages: AsyncIterable<Message>,
  translated: (error: unknown) => Error,
): AsyncGenerator<Message> {
  try {
    yield* messages;
  } catch (error) {
    throw translated(error);
  }
}
