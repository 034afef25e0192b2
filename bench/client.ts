/**
 * gRPC over bare node:http2, client side: the least that can hold a stream open.
 */
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { within } from "./processes.ts";
import { FrameReader } from "./wire.ts";

const CONNECT_TIMEOUT_MS = 20_000;

export function openSession(address: string): Promise<ClientHttp2Session> {
  return within(CONNECT_TIMEOUT_MS, `a connection to ${address}`, (resolve, reject) => {
    const session = connect(`http://${address}`);
    session.once("connect", () => resolve(session));
    session.on("error", reject);
  });
}

export interface StreamHandlers {
  onMessage(message: Buffer): void;
  /** Once, however the stream ended; says with which status or error, and in which trailers. */
  onEnd(reason: string, trailers: Readonly<Record<string, unknown>>): void;
}

export function openStream(
  session: ClientHttp2Session,
  path: string,
  handlers: StreamHandlers,
): ClientHttp2Stream {
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  let reason = "closed";
  let trailers: Record<string, unknown> = {};
  const readStatus = (headers: Record<string, unknown>) => {
    if (headers["grpc-status"] === undefined) return;
    trailers = headers;
    reason = `grpc-status ${headers["grpc-status"]} ${headers["grpc-message"] ?? ""}`.trim();
  };
  stream.on("response", readStatus);
  stream.on("trailers", readStatus);
  stream.on("error", (error) => {
    reason = error.message;
  });
  stream.once("close", () => handlers.onEnd(reason, trailers));
  const reader = new FrameReader((message) => handlers.onMessage(message));
  stream.on("data", (chunk: Buffer) => reader.push(chunk));
  return stream;
}

/** One request, one answer. */
export function unary(
  session: ClientHttp2Session,
  path: string,
  request: Buffer,
  timeoutMs: number,
): Promise<Buffer> {
  return within(timeoutMs, `an answer of ${path}`, (resolve, reject) => {
    let answer: Buffer | undefined;
    const stream = openStream(session, path, {
      onMessage: (message) => {
        answer = message;
      },
      onEnd: (reason) => (answer === undefined ? reject(new Error(reason)) : resolve(answer)),
    });
    stream.end(request);
  });
}
