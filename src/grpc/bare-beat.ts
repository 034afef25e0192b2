/**
 * The two messages of the hot path, read and written by hand: a beat that is nothing but a beat, and
 * the ack of one. Everything else goes through the library. What is done here must give the bytes, and
 * take the bytes, that the library does; the tests hold one against the other.
 */

/** Tags of the contract: field number x 8 + wire type. */
const Tag = { sequence: 0x10, ackedSequence: 0x08, receivedAt: 0x12, seconds: 0x08, nanos: 0x10 };

/** A varint of at most seven bytes is exact as a number. */
const LONGEST_VARINT = 7;

/**
 * The sequence of a beat that carries nothing else, 0 when it carries none; undefined for any other
 * message, which is for the library to read.
 */
export function readBareBeat(bytes: Uint8Array): number | undefined {
  if (bytes.length === 0) return 0;
  if (bytes[0] !== Tag.sequence || bytes.length > 1 + LONGEST_VARINT) return undefined;
  let value = 0;
  let scale = 1;
  for (let at = 1; at < bytes.length; at++) {
    const byte = bytes[at];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return at === bytes.length - 1 ? value : undefined;
    scale *= 0x80;
  }
  return undefined;
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Room for the longest ack: three varints of ten bytes and four bytes of tags and lengths. */
const scratch = Buffer.alloc(40);

/** A response that acknowledges a sequence, received at this wall time, and says nothing else. */
export function writeAck(sequence: bigint, wallMs: number): Buffer {
  const seconds = Math.floor(wallMs / 1000);
  const nanos = (wallMs - seconds * 1000) * 1_000_000;
  let at = 0;
  if (sequence > 0n) at = sequenceVarint(sequence);
  scratch[at++] = Tag.receivedAt;
  const lengthAt = at++;
  if (seconds > 0) at = varint(Tag.seconds, seconds, at);
  if (nanos > 0) at = varint(Tag.nanos, nanos, at);
  scratch[lengthAt] = at - lengthAt - 1;
  return Buffer.from(scratch.subarray(0, at));
}

/** A sequence is a number as long as it can be; the few beyond are written the long way. */
function sequenceVarint(sequence: bigint): number {
  if (sequence <= MAX_SAFE) return varint(Tag.ackedSequence, Number(sequence), 0);
  let at = 0;
  scratch[at++] = Tag.ackedSequence;
  let rest = sequence;
  for (; rest >= 0x80n; rest >>= 7n) scratch[at++] = Number(rest & 0x7fn) | 0x80;
  scratch[at++] = Number(rest);
  return at;
}

function varint(tag: number, value: number, start: number): number {
  let at = start;
  scratch[at++] = tag;
  let rest = value;
  while (rest >= 0x80) {
    scratch[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  scratch[at++] = rest;
  return at;
}
