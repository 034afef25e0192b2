/**
 * Bytes on the wire: gRPC's five-byte frame, and the few messages that a measured span sends.
 *
 * Written by hand so that the load generator and the floor pay for nothing else.
 */

const FRAME_BYTES = 5;

/** Puts gRPC's prefix (not compressed, length) before a message. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(FRAME_BYTES + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, FRAME_BYTES);
  return framed;
}

/** Cuts a stream of bytes into messages, however they were split under way. */
export class FrameReader {
  #rest: Buffer | undefined;
  readonly #onMessage: (message: Buffer) => void;

  constructor(onMessage: (message: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  push(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#rest !== undefined) {
      bytes = Buffer.concat([this.#rest, chunk]);
      this.#rest = undefined;
    }
    let at = 0;
    while (bytes.length - at >= FRAME_BYTES) {
      const end = at + FRAME_BYTES + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      this.#onMessage(bytes.subarray(at + FRAME_BYTES, end));
      at = end;
    }
    if (at < bytes.length) this.#rest = bytes.subarray(at);
  }
}

/** A field's number and a varint, as protobuf writes them. Numbers below 2^53, fields below 16. */
export function varintField(field: number, value: number): number[] {
  const bytes = [field << 3];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

const beats: Buffer[] = [];

/** `BeatRequest { sequence }`, framed. The n-th beat of every stream shares its bytes. */
export function beatFrame(sequence: number): Buffer {
  let framed = beats[sequence];
  if (framed === undefined) {
    framed = frame(Uint8Array.from(varintField(2, sequence)));
    beats[sequence] = framed;
  }
  return framed;
}

/** `BeatRequest { goodbye {} }`, framed: the agent leaves, and nobody is alarmed. */
export const goodbyeFrame = frame(Uint8Array.of((9 << 3) | 2, 0));

/** etcd's `LeaseGrantRequest { TTL, ID }`, framed. */
export function leaseGrantFrame(id: number, ttlSeconds: number): Buffer {
  return frame(Uint8Array.from([...varintField(1, ttlSeconds), ...varintField(2, id)]));
}

/** etcd's `LeaseKeepAliveRequest { ID }`, framed. */
export function leaseKeepAliveFrame(id: number): Buffer {
  return frame(Uint8Array.from(varintField(1, id)));
}
