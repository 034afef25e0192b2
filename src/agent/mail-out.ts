import { create } from "@bufbuild/protobuf";
import {
  MessageSchema,
  type Message as WireMessage,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import { checkText } from "../library/checks.ts";
import { problemOfSubject } from "../messaging/subject.ts";
import { encode, type MessageData, type PublishOptions } from "./message.ts";

interface Outgoing {
  readonly message: WireMessage;
  /** Called once: with how many it was handed to, or with nothing when nobody knows. */
  readonly told: (delivered: number | undefined) => void;
}

/** Bytes of messages on one beat: one of the largest and what little stands beside it. */
const BYTES_PER_BEAT = 60 * 1024;

/**
 * Messages on their way out. At most once: what was written when a stream broke is not written again, and
 * nobody knows what became of it.
 */
export class MailOut {
  readonly #onChange: () => void;
  readonly #onWarning: (message: string) => void;
  #unsent: Outgoing[] = [];
  #unsentBytes = 0;
  /** Written on the present stream; the server tells their counts in this order. */
  #uncounted: Outgoing[] = [];
  #stopped = false;

  constructor(onChange: () => void, onWarning: (message: string) => void) {
    this.#onChange = onChange;
    this.#onWarning = onWarning;
  }

  get hasUnsent(): boolean {
    return this.#unsent.length > 0;
  }

  /** Whether the server is still to tell to how many something was handed. */
  get awaitsCounts(): boolean {
    return this.#uncounted.length > 0;
  }

  /** @throws HeartbeatError `field_invalid` that names the field, its value and its limit. */
  publish(
    subject: string,
    data: MessageData,
    { contentType, replyTo = "" }: PublishOptions,
  ): Promise<number | undefined> {
    const encoded = encode(data);
    const message = create(MessageSchema, {
      subject: checkSubject("subject", subject),
      data: checkData(encoded.bytes),
      contentType: checkText(
        "contentType",
        contentType ?? encoded.contentType,
        limits.contentTypeBytes,
      ),
      replyTo: replyTo === "" ? "" : checkSubject("replyTo", replyTo),
    });
    const problem = this.#problemOfRoom(message);
    if (problem !== undefined) {
      this.#onWarning(`a message on ${subject} is not sent: ${problem}`);
      return Promise.resolve(undefined);
    }
    return new Promise((told) => {
      this.#unsent.push({ message, told });
      this.#unsentBytes += message.data.length;
      this.#onChange();
    });
  }

  /** A stream begins: of what the last one carried, nobody will tell the counts. */
  beginStream(): void {
    const lost = this.#uncounted;
    this.#uncounted = [];
    for (const { told } of lost) told(undefined);
  }

  /** As many messages as one beat carries, oldest first. */
  take(): WireMessage[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of this.#unsent) {
      bytes += sizeOf(message);
      if (bytes > BYTES_PER_BEAT) break;
      count++;
    }
    const taken = this.#unsent.splice(0, count);
    for (const { message } of taken) this.#unsentBytes -= message.data.length;
    this.#uncounted.push(...taken);
    return taken.map(({ message }) => message);
  }

  /** The server has told to how many the next ones were handed. */
  counted(counts: readonly bigint[]): void {
    for (const count of counts) this.#uncounted.shift()?.told(Number(count));
  }

  /** The agent has ended: what was not sent never is. */
  stop(): void {
    this.#stopped = true;
    const lost = [...this.#uncounted, ...this.#unsent];
    this.#uncounted = [];
    this.#unsent = [];
    for (const { told } of lost) told(undefined);
  }

  #problemOfRoom(message: WireMessage): string | undefined {
    const { messages, bytes } = limits.mailbox;
    if (this.#stopped) return "the agent has ended";
    if (this.#unsent.length >= messages) return `${messages} wait already`;
    if (this.#unsentBytes + message.data.length > bytes) return `${bytes} bytes wait already`;
    return undefined;
  }
}

function checkSubject(field: string, subject: string): string {
  checkText(field, subject, limits.subjectBytes);
  const problem = problemOfSubject(subject);
  if (problem === undefined) return subject;
  throw new HeartbeatError("field_invalid", {
    field,
    value: shown(subject),
    problem,
    limit: `at most ${limits.subjectTokens} tokens parted by "."`,
  });
}

function checkData(data: Uint8Array): Uint8Array<ArrayBuffer> {
  // A copy: the program may use its buffer again before this is sent.
  if (data.length <= limits.messageDataBytes) return data.slice() as Uint8Array<ArrayBuffer>;
  throw new HeartbeatError("field_invalid", {
    field: "data",
    problem: `has ${data.length} bytes`,
    limit: `${limits.messageDataBytes} bytes`,
  });
}

/** At least what the message takes on the wire. */
function sizeOf({ subject, data, contentType, replyTo }: WireMessage): number {
  const texts = [subject, contentType, replyTo].map((text) => Buffer.byteLength(text));
  return 32 + data.length + texts.reduce((sum, bytes) => sum + bytes, 0);
}
