import type { Message } from "./message.ts";

/** What may wait for a receiver that does not read; the first of the two that is reached counts. */
export interface MailboxBounds {
  readonly messages: number;
  /** Of the messages' data. */
  readonly bytes: number;
}

/** A message, and how many were left out just before it. */
export interface Waiting {
  readonly message: Message;
  readonly skipped: number;
}

/** What waits for one receiver. At the bound the newest is left out, so that a count once told stays true. */
export class Mailbox {
  readonly #bounds: MailboxBounds;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  /** Left out since the last one that was put in. */
  #skipped = 0;

  constructor(bounds: MailboxBounds) {
    this.#bounds = bounds;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  hasRoomFor({ data }: Message): boolean {
    const { messages, bytes } = this.#bounds;
    return this.#waiting.length < messages && this.#bytes + data.length <= bytes;
  }

  /** Puts a message in; false when there is no room for it. */
  put(message: Message): boolean {
    if (!this.hasRoomFor(message)) {
      this.#skipped++;
      return false;
    }
    this.#bytes += message.data.length;
    this.#waiting.push({ message, skipped: this.#skipped });
    this.#skipped = 0;
    return true;
  }

  /** Whether some were left out after the last one that waits, and nothing waits that would tell it. */
  get owesSkipped(): boolean {
    return this.#skipped > 0 && this.isEmpty;
  }

  /** How many are owed; from now on none is. */
  takeSkipped(): number {
    if (!this.owesSkipped) return 0;
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }

  /** Takes out the oldest; undefined when nothing waits. */
  take(): Waiting | undefined {
    const oldest = this.#waiting.shift();
    if (oldest) this.#bytes -= oldest.message.data.length;
    return oldest;
  }
}
