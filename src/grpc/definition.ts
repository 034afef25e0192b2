import {
  type DescMessage,
  type DescService,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { HeartbeatError } from "../errors.ts";

/** A message as it arrived: read, or why it could not be. Never a throw inside the library. */
export type Arrived<Message> = Message | HeartbeatError;

/** A service's methods as grpc-js wants them. Responses are given to it encoded. */
export function definitionOf(service: DescService): ServiceDefinition {
  const methods = service.methods.map((method): [string, MethodDefinition<unknown, Buffer>] => [
    method.name,
    {
      path: `/${service.typeName}/${method.name}`,
      originalName: method.localName,
      requestStream:
        method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
      responseStream:
        method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
      requestDeserialize: (bytes) => read(method.input, bytes),
      requestSerialize: () => unused(),
      responseSerialize: (bytes) => bytes,
      responseDeserialize: () => unused(),
    },
  ]);
  return Object.fromEntries(methods);
}

/** Reads a message; unknown fields are dropped, since nobody would pass them on. */
export function read<Desc extends DescMessage>(
  desc: Desc,
  bytes: Uint8Array,
): Arrived<MessageShape<Desc>> {
  try {
    return fromBinary(desc, bytes, { readUnknownFields: false });
  } catch (error) {
    return new HeartbeatError("message_unreadable", {
      field: desc.typeName,
      value: `${bytes.length} bytes`,
      problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

/** A message as grpc-js wants it: a Buffer over the same memory. */
export function write<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): Buffer {
  const bytes = toBinary(desc, message);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unused(): never {
  throw new Error("the server side of a definition was used by a client");
}
