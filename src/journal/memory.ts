import type { LivenessEvent, RecordedEvent } from "../events/event.ts";
import type { EventLog } from "../events/log.ts";

/** The record kept in memory: a ring of the last `capacity` events. */
export class MemoryLog implements EventLog {
  readonly #ring: (RecordedEvent | undefined)[];
  readonly #capacity: number;
  readonly #listeners = new Set<() => void>();
  #lastSequence = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#ring = [];
  }

  get firstSequence(): number {
    return Math.max(1, this.#lastSequence - this.#capacity + 1);
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  append(events: readonly LivenessEvent[]): readonly RecordedEvent[] {
    const recorded = events.map((event) => ({ sequence: ++this.#lastSequence, event }));
    for (const record of recorded) this.#ring[record.sequence % this.#capacity] = record;
    for (const listener of this.#listeners) listener();
    return recorded;
  }

  at(sequence: number): RecordedEvent | undefined {
    if (sequence < this.firstSequence || sequence > this.#lastSequence) return undefined;
    return this.#ring[sequence % this.#capacity];
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
