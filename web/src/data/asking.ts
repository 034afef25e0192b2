import { type CallOptions, Code, ConnectError } from "@connectrpc/connect";
import { effect, type Signal, signal } from "@preact/signals";
import { type Clock, sleep } from "../../../src/clock.ts";
import type { Heard } from "./link.ts";
import type { Live } from "./live.ts";

/** What is known of the answer to a question. */
export type Answer<Value> =
  | { readonly kind: "asking" }
  | { readonly kind: "known"; readonly value: Value; readonly at: Heard }
  /** The server's no. */
  | { readonly kind: "refused"; readonly error: ConnectError };

export interface AskingParts {
  readonly clock: Clock;
  readonly live: Pick<Live, "link" | "isListening">;
}

const ANSWER_WITHIN_MS = 2_500;
/** However often something happens, it is not asked more often than this. */
const REST_MS = 250;

/**
 * Asks the same question again and again, and at once when there is reason to: for what no watch tells.
 * Nothing is asked while nobody looks. An answer stays until there is another one; whether it is still
 * so says the link.
 */
export class Asking<Value> {
  readonly answer: Signal<Answer<Value>> = signal({ kind: "asking" });
  readonly #parts: AskingParts;
  readonly #ask: (options: CallOptions) => Promise<Value>;
  readonly #stopping = new AbortController();
  readonly #forget: () => void;
  #waking = new AbortController();

  constructor(parts: AskingParts, everyMs: number, ask: (options: CallOptions) => Promise<Value>) {
    this.#parts = parts;
    this.#ask = ask;
    // A server that is back may know something else.
    let wasLive = true;
    this.#forget = effect(() => {
      const isLive = parts.live.link.value.kind === "live";
      if (isLive && !wasLive) this.again();
      wasLive = isLive;
    });
    void this.#keepAsking(everyMs);
  }

  /** There is reason to believe that the answer is another one by now. */
  again(): void {
    // Each call makes an error with its stack, even when there is nobody left to tell.
    if (!this.#waking.signal.aborted) this.#waking.abort();
  }

  stop(): void {
    this.#forget();
    this.#stopping.abort();
    this.#waking.abort();
  }

  async #keepAsking(everyMs: number): Promise<void> {
    const { signal } = this.#stopping;
    const { clock, live } = this.#parts;
    while (!signal.aborted) {
      // Before the question: what happens while it is answered is reason for another one.
      this.#waking = new AbortController();
      if (live.isListening) await this.#askOnce(signal);
      await sleep(clock, REST_MS, signal);
      // A no is asked about again only when there is reason to.
      if (this.answer.value.kind === "refused") await abortOf(this.#waking.signal);
      else await sleep(clock, everyMs - REST_MS, this.#waking.signal);
    }
  }

  async #askOnce(signal: AbortSignal): Promise<void> {
    try {
      const value = await this.#ask({ signal, timeoutMs: ANSWER_WITHIN_MS });
      if (signal.aborted) return;
      this.answer.value = { kind: "known", value, at: this.#parts.clock.now() };
    } catch (error) {
      if (signal.aborted || !isNo(error)) return;
      this.answer.value = { kind: "refused", error };
    }
  }
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const passing: readonly Code[] = [
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Canceled,
  Code.Aborted,
  Code.Internal,
  Code.Unknown,
];

function isNo(error: unknown): error is ConnectError {
  return error instanceof ConnectError && !passing.includes(error.code);
}

/** Whether the server knows no such question: an older one, or one that leaves a part out. */
export const isAbsent = (answer: Answer<unknown>): boolean =>
  answer.kind === "refused" && answer.error.code === Code.Unimplemented;
