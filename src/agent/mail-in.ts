import type { Message as WireMessage } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { BeatResponse } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import { messageOf } from "../library/callbacks.ts";
import { checkText } from "../library/checks.ts";
import { matches, problemOfSubscription } from "../messaging/subject.ts";
import { type MessageHandler, readMessage } from "./message.ts";

interface Subscription {
  readonly subject: string;
  readonly handler: MessageHandler;
}

/** Messages that wait for a handler; one more is left out. */
const WAITING = limits.mailbox.messages;

/** Hands messages to their handlers, one after the other: a handler sees them in order, and finishes first. */
export class MailIn {
  readonly #onWarning: (message: string) => void;
  readonly #subscriptions: Subscription[] = [];
  readonly #waiting: WireMessage[] = [];
  #working = false;

  constructor(onWarning: (message: string) => void) {
    this.#onWarning = onWarning;
  }

  /** What a Registration declares, each once. */
  get subjects(): string[] {
    return [...new Set(this.#subscriptions.map(({ subject }) => subject))];
  }

  /** @throws HeartbeatError `field_invalid` for a subject that is none, and for one too many. */
  subscribe(subject: string, handler: MessageHandler): void {
    checkText("subject", subject, limits.subjectBytes);
    const limit = `at most ${limits.subjectTokens} tokens parted by "."; "*" for one, ">" at the end for the rest`;
    const problem = problemOfSubscription(subject);
    const isNew = !this.subjects.includes(subject);
    if (problem !== undefined) throw refused(shown(subject), problem, limit);
    if (isNew && this.subjects.length >= limits.subscriptions) {
      throw refused(shown(subject), "is one too many", `${limits.subscriptions} subjects`);
    }
    this.#subscriptions.push({ subject, handler });
  }

  receive({ messages, skippedCount }: Pick<BeatResponse, "messages" | "skippedCount">): void {
    if (skippedCount > 0n) {
      this.#onWarning(`the server left out ${skippedCount} messages: this agent reads too slowly`);
    }
    for (const message of messages) {
      if (this.#waiting.length < WAITING) this.#waiting.push(message);
      else this.#onWarning(`a message on ${message.subject} is left out: ${WAITING} wait already`);
    }
    if (!this.#working && this.#waiting.length > 0) void this.#work();
  }

  /** What waits is dropped: the agent has ended. */
  stop(): void {
    this.#waiting.length = 0;
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const message = readMessage(next);
      for (const { subject, handler } of this.#subscriptions) {
        if (!matches(subject, message.subject)) continue;
        try {
          await handler(message);
        } catch (error) {
          this.#onWarning(`the handler of ${subject} failed: ${messageOf(error)}`);
        }
      }
    }
    this.#working = false;
  }
}

function refused(value: string, problem: string, limit: string): HeartbeatError {
  return new HeartbeatError("field_invalid", { field: "subject", value, problem, limit });
}
