import type { Socket } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import { type ContextValues, createContextKey, createContextValues } from "@connectrpc/connect";
import type { Clock, Timer } from "../clock.ts";
import type { IdentifiedCall } from "../services/call-context.ts";
import { identityKey } from "./identity.ts";

/** How long the reader of a stream that has to end may take to read that it has, in ms. */
const LAST_READING_MS = 10_000;

type Connection = Pick<Socket, "destroy" | "remoteAddress" | "remotePort">;

const socketKey = createContextKey<Connection | undefined>(undefined);

/** What a call must know of its request to be ended. */
export function valuesOf(request: { readonly socket: Connection }): ContextValues {
  return createContextValues().set(socketKey, request.socket);
}

/** Where a call comes from. */
export function peerOf(values: ContextValues): string | undefined {
  const socket = values.get(socketKey);
  return socket && addressOf(socket);
}

/** Where a connection comes from; undefined when it has gone. */
export function addressOf({ remoteAddress, remotePort }: Connection): string | undefined {
  return remoteAddress && `${remoteAddress}:${remotePort}`;
}

type Streaming = (request: unknown, context: IdentifiedCall) => AsyncIterable<unknown>;

/**
 * Lets a service end its streams although the reader takes nothing. Over HTTP/1.1 a status comes after
 * all data, so the reader has a while to come to it; one that does not loses its connection.
 */
export function endable<Methods extends object>(
  service: DescService,
  methods: Methods,
  clock: Clock,
): Methods {
  const streams = service.methods.filter(
    ({ methodKind, localName }) => methodKind === "server_streaming" && localName in methods,
  );
  const ended = streams.map(({ localName }) => {
    const stream = methods[localName as keyof Methods] as Streaming;
    return [localName, withEnd(stream, clock)];
  });
  return { ...methods, ...Object.fromEntries(ended) };
}

function withEnd(stream: Streaming, clock: Clock) {
  return async function* (
    request: unknown,
    { signal, values }: { readonly signal: AbortSignal; readonly values: ContextValues },
  ) {
    let timer: Timer | undefined;
    const end = () => {
      timer ??= clock.after(LAST_READING_MS, () => values.get(socketKey)?.destroy());
    };
    try {
      yield* stream(request, { signal, identity: values.get(identityKey), end });
    } finally {
      timer?.cancel();
    }
  };
}
