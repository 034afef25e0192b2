import { once } from "node:events";
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import {
  Metadata,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { HeartbeatError } from "../errors.ts";
import type { IdentifiedCall } from "../services/call-context.ts";
import type { ServiceParts } from "../services/parts.ts";
import type { Refused } from "../services/refusals.ts";
import { type Arrived, write } from "./definition.ts";
import { statusFor } from "./status.ts";

/** A service's methods by their local names, in the form that both protocols' adapters take. */
// biome-ignore lint/suspicious/noExplicitAny: each method has its own request; the descriptor says which.
export type Methods = Readonly<Record<string, (request: any, context: IdentifiedCall) => unknown>>;

/** What every call passes on its way in and out. */
export type Door = Pick<ServiceParts, "authenticator" | "refusals" | "tracing">;

/**
 * Gives a service's unary and server-streaming methods to grpc-js. What `methods` does not have
 * answers UNIMPLEMENTED.
 */
export function adapt(
  service: DescService,
  methods: Methods,
  door: Door,
): UntypedServiceImplementation {
  const handlers: UntypedServiceImplementation = {};
  for (const method of service.methods) {
    const implementation = methods[method.localName] ?? notOffered(method);
    if (method.methodKind === "unary") {
      handlers[method.name] = (call: UnaryCall, callback: sendUnaryData<Buffer>) =>
        answer(method, implementation, call, callback, door);
    } else if (method.methodKind === "server_streaming") {
      const responses = implementation as Responses<unknown, never>;
      handlers[method.name] = (call: StreamingCall) =>
        serveStream(call, door, responses, (gone) => (response) => {
          const isFull = !call.write(write(method.output, response));
          return isFull ? drained(call, gone) : undefined;
        });
    } else {
      handlers[method.name] = (call: StreamingCall) =>
        call.emit("error", statusFor(door.refusals.of(notOfferedError(method), refused(call))));
    }
  }
  return handlers;
}

type Implementation = Methods[string];
type UnaryCall = ServerUnaryCall<Arrived<unknown>, Buffer>;
type StreamingCall = ServerWritableStream<Arrived<unknown>, Buffer>;

async function answer(
  method: DescMethod,
  implementation: Implementation,
  call: UnaryCall,
  callback: sendUnaryData<Buffer>,
  { authenticator, refusals, tracing }: Door,
): Promise<void> {
  const span = tracing.begin({ method, system: "grpc", header: (name) => headerOf(call, name) });
  try {
    const { signal } = goneOf(call);
    const identity = await authenticator.identify(authorizationOf(call));
    const response = await implementation(arrived(call.request), { signal, identity });
    callback(null, write(method.output, response as never));
    span?.end("OK");
  } catch (error) {
    const refusal = refusals.of(error, refused(call));
    callback(statusFor(refusal));
    span?.end(refusal.status);
  }
}

type Responses<Request, Item> = (request: Request, context: IdentifiedCall) => AsyncIterable<Item>;

/** Sends an item; a promise where the caller has to be waited for before the next one. */
type Send<Item> = (item: Item) => Promise<void> | undefined;

/** Answers a call with all items that there are, sent by what `sending` gives until the caller has gone. */
export async function serveStream<Request, Item>(
  call: ServerWritableStream<Arrived<Request>, unknown>,
  { authenticator, refusals }: Door,
  responses: Responses<Request, Item>,
  sending: (gone: AbortSignal) => Send<Item>,
): Promise<void> {
  const gone = goneOf(call);
  const fail = (error: unknown) => {
    if (gone.signal.aborted) return;
    gone.abort(left);
    call.emit("error", statusFor(refusals.of(error, refused(call))));
  };
  try {
    const identity = await authenticator.identify(authorizationOf(call));
    const context = { signal: gone.signal, identity, end: fail };
    const iterator = responses(arrived(call.request), context)[Symbol.asyncIterator]();
    const first = iterator.next();
    // Otherwise headers would wait for the first message, and a watch may have none for hours. By now it has
    // begun: from its headers on nothing is missed.
    call.sendMetadata(new Metadata());
    const send = sending(gone.signal);
    for await (const item of from(first, iterator)) {
      if (gone.signal.aborted) return;
      const sent = send(item);
      if (sent) await sent;
    }
    if (!gone.signal.aborted) call.end();
  } catch (error) {
    fail(error);
  }
}

/** An iteration whose first step has been taken. */
async function* from<Item>(
  first: Promise<IteratorResult<Item>>,
  rest: AsyncIterator<Item>,
): AsyncGenerator<Item> {
  try {
    for (let next = await first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The header with which a caller proves who it is. */
export function authorizationOf(call: { readonly metadata: Metadata }): string | undefined {
  return headerOf(call, "authorization");
}

function headerOf({ metadata }: { readonly metadata: Metadata }, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === "string" ? value : undefined;
}

/** What the log is told of a call that is refused. */
export function refused(call: { getPath(): string; getPeer(): string }): Refused {
  return { call: call.getPath().slice(1), peer: call.getPeer() };
}

function arrived<Message>(message: Arrived<Message>): Message {
  if (message instanceof HeartbeatError) throw message;
  return message;
}

/** Each call ends so, also a good one: made anew, as an error with its stack, it would cost 3 % of each. */
const left = new Error("the caller has left");

/** Aborts when the caller has gone. */
function goneOf(call: {
  readonly cancelled: boolean;
  once(event: "cancelled", listener: () => void): unknown;
}): AbortController {
  const gone = new AbortController();
  if (call.cancelled) gone.abort(left);
  call.once("cancelled", () => gone.abort(left));
  return gone;
}

/** Waits until the caller reads again, or has gone. A write after a cancel never calls back. */
async function drained(call: ServerWritableStream<unknown, Buffer>, signal: AbortSignal) {
  await once(call, "drain", { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

function notOffered(method: DescMethod): Implementation {
  return () => {
    throw notOfferedError(method);
  };
}

function notOfferedError(method: DescMethod): HeartbeatError {
  return new HeartbeatError("not_offered", {
    value: `${method.parent.typeName}.${method.name}`,
    problem: "is not offered by this version",
  });
}
