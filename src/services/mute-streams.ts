import type { Clock, Timer } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";

/** How often streams that have said nothing are looked at. */
const PERIOD_MS = 1_000;

/** What can be done to a stream that has said nothing. */
export interface MuteStream {
  dismiss(error: HeartbeatError): void;
}

/** Streams that have said nothing yet: each is ended when it goes on like that. */
export class MuteStreams {
  readonly #clock: Pick<Clock, "now" | "every">;
  readonly #timeoutMs: number;
  /** When each was opened; the oldest first. */
  readonly #openedAt = new Map<MuteStream, number>();
  /** One timer for all of them, and none while there are none. */
  #timer: Timer | undefined;
  #lookedAt = 0;

  constructor(clock: Pick<Clock, "now" | "every">, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  add(stream: MuteStream): void {
    const now = this.#clock.now().mono;
    this.#openedAt.set(stream, now);
    if (this.#timer) return;
    this.#lookedAt = now;
    this.#timer = this.#clock.every(PERIOD_MS, () => this.#look());
  }

  remove(stream: MuteStream): void {
    this.#openedAt.delete(stream);
  }

  dismissAll(error: HeartbeatError): void {
    for (const stream of this.#openedAt.keys()) stream.dismiss(error);
    this.#openedAt.clear();
    this.#rest();
  }

  #look(): void {
    const now = this.#clock.now().mono;
    const late = now - this.#lookedAt >= 2 * PERIOD_MS;
    this.#lookedAt = now;
    if (this.#openedAt.size === 0) return this.#rest();
    // After a stall of ours, what they said may still be in the sockets: it is read first.
    if (late) return;
    for (const [stream, openedAt] of this.#openedAt) {
      if (now - openedAt < this.#timeoutMs) return;
      this.#openedAt.delete(stream);
      stream.dismiss(tooLate(this.#timeoutMs));
    }
  }

  #rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}

function tooLate(timeoutMs: number): HeartbeatError {
  return new HeartbeatError("greeting_late", {
    problem: "nothing was said on this stream",
    limit: `${timeoutMs} ms`,
  });
}
