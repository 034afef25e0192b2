/**
 * A reader of one gRPC stream that does nothing but count its messages, over a bare socket: it knows just as
 * much of HTTP/2 as that takes. An HTTP/2 library in its place costs more than the server that it reads from, and
 * readers are other machines as a rule.
 */
import { connect, type Socket } from "node:net";

const Type = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 };
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const ACK = 0x1;

const HEADER_BYTES = 9;
const PREFIX_BYTES = 5;
const STREAM = 1;
const FIRST_WINDOW = 65_535;
/** As much as it lets the server send ahead; said anew when half of it has come. */
const WINDOW = 1 << 20;
const INITIAL_WINDOW_SIZE = 4;

export class CountingReader {
  readonly #socket: Socket;
  /** Bytes of a frame that has not come as a whole. */
  #rest: Buffer = Buffer.alloc(0);
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixBytes = 0;
  /** Of the message that is being passed over. */
  #missing = 0;
  #unreported = 0;
  /** Messages so far. */
  read = 0;
  /** Why the stream ended; empty while it runs. */
  ended = "";

  /** Calls a method with one request, already framed. */
  constructor(address: string, path: string, request: Buffer) {
    const colon = address.lastIndexOf(":");
    this.#socket = connect(Number(address.slice(colon + 1)), address.slice(0, colon));
    this.#socket.setNoDelay();
    this.#socket.on("data", (chunk) => this.#take(chunk));
    this.#socket.on("error", (error) => this.#end(error.message));
    this.#socket.on("close", () => this.#end("closed"));
    this.#socket.write(
      Buffer.concat([
        Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        http2Frame(Type.settings, 0, 0, initialWindow()),
        windowUpdate(0, WINDOW - FIRST_WINDOW),
        http2Frame(Type.headers, END_HEADERS, STREAM, headers(path, address)),
        http2Frame(Type.data, END_STREAM, STREAM, request),
      ]),
    );
  }

  #end(reason: string): void {
    this.ended ||= reason;
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      this.#frame(bytes[at + 3]!, bytes[at + 4]!, bytes.subarray(at + HEADER_BYTES, end));
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }

  #frame(type: number, flags: number, payload: Buffer): void {
    if (type === Type.data) {
      this.#count(payload);
      this.#report(payload.length);
    } else if (type === Type.settings && !(flags & ACK)) {
      this.#socket.write(http2Frame(Type.settings, ACK, 0));
    } else if (type === Type.ping && !(flags & ACK)) {
      this.#socket.write(http2Frame(Type.ping, ACK, 0, payload));
    } else if (type === Type.headers && flags & END_STREAM) this.#end("ended by the server");
    else if (type === Type.reset) this.#end("reset by the server");
    else if (type === Type.goAway) this.#end("sent away by the server");
  }

  /** Passes over messages, however they lie in frames. */
  #count(payload: Buffer): void {
    let at = 0;
    while (at < payload.length) {
      if (this.#missing > 0) {
        const passed = Math.min(this.#missing, payload.length - at);
        this.#missing -= passed;
        at += passed;
      } else {
        const copied = payload.copy(
          this.#prefix,
          this.#prefixBytes,
          at,
          at + PREFIX_BYTES - this.#prefixBytes,
        );
        this.#prefixBytes += copied;
        at += copied;
        if (this.#prefixBytes < PREFIX_BYTES) return;
        this.#prefixBytes = 0;
        this.#missing = this.#prefix.readUInt32BE(1);
      }
      if (this.#missing === 0 && this.#prefixBytes === 0) this.read++;
    }
  }

  /** Lets the server send as much again. */
  #report(bytes: number): void {
    this.#unreported += bytes;
    if (this.#unreported < WINDOW / 2) return;
    this.#socket.write(windowUpdate(0, this.#unreported));
    this.#socket.write(windowUpdate(STREAM, this.#unreported));
    this.#unreported = 0;
  }
}

function http2Frame(type: number, flags: number, stream: number, payload?: Uint8Array): Buffer {
  const length = payload?.length ?? 0;
  const bytes = Buffer.alloc(HEADER_BYTES + length);
  bytes.writeUIntBE(length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  if (payload) bytes.set(payload, HEADER_BYTES);
  return bytes;
}

function initialWindow(): Buffer {
  const setting = Buffer.alloc(6);
  setting.writeUInt16BE(INITIAL_WINDOW_SIZE, 0);
  setting.writeUInt32BE(WINDOW, 2);
  return setting;
}

function windowUpdate(stream: number, bytes: number): Buffer {
  const increment = Buffer.alloc(4);
  increment.writeUInt32BE(bytes);
  return http2Frame(Type.windowUpdate, 0, stream, increment);
}

/** Names and values spelt out: no table, no packing. */
function headers(path: string, authority: string): Buffer {
  const fields = [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", authority],
    ["content-type", "application/grpc"],
    ["te", "trailers"],
  ] as const;
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  return Buffer.from(fields.flatMap(([name, value]) => [0, ...text(name), ...text(value)]));
}
