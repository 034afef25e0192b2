import type { BeatRequest } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";

/**
 * What the transport pulls messages from: one slot and no queue. A pull means that the message before
 * has been written, so a link that hangs makes beats be skipped, never piled up.
 */
export class Outbox implements AsyncIterable<BeatRequest> {
  readonly #onWritable: () => void;
  #slot: BeatRequest | undefined;
  #pull: ((result: IteratorResult<BeatRequest, undefined>) => void) | undefined;
  #pulled = false;
  #ended = false;

  constructor(onWritable: () => void) {
    this.#onWritable = onWritable;
  }

  /** True when the slot is empty and the transport waits for it, or has not come yet. */
  get writable(): boolean {
    if (this.#ended || this.#slot !== undefined) return false;
    return this.#pull !== undefined || !this.#pulled;
  }

  put(beat: BeatRequest): void {
    if (!this.writable) throw new Error("put() into an outbox that is not writable");
    const pull = this.#takePull();
    if (pull) pull({ done: false, value: beat });
    else this.#slot = beat;
  }

  /** What is in the slot still goes out; then the transport is told that this was all. */
  end(): void {
    this.#ended = true;
    this.#takePull()?.({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<BeatRequest, undefined> {
    const over = async () => {
      this.end();
      return { done: true as const, value: undefined };
    };
    // The transport throws into it when a write fails; the reading side hears of that as well.
    return { next: () => this.#next(), return: over, throw: over };
  }

  #next(): Promise<IteratorResult<BeatRequest, undefined>> {
    this.#pulled = true;
    const value = this.#slot;
    this.#slot = undefined;
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#pull = resolve;
      this.#onWritable();
    });
  }

  #takePull() {
    const pull = this.#pull;
    this.#pull = undefined;
    return pull;
  }
}
