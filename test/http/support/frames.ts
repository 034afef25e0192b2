/** A message as Connect's streams carry it: flags, length, JSON. */
export function frameOf(json: string): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(json);
  const frame = Buffer.alloc(5 + text.length);
  frame.writeUInt32BE(text.length, 1);
  text.copy(frame, 5);
  return frame;
}

/** The first message of a stream, and the stream's end if there is none. */
export async function firstFrame(answer: Response): Promise<unknown> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of answer.body ?? []) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) break;
  }
  return JSON.parse(bytes.subarray(5, 5 + bytes.readUInt32BE(1)).toString());
}
