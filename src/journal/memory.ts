import { randomUUID } from "node:crypto";
import type { LivenessEvent, RecordedEvent } from "../events/event.ts";
import { matches } from "../events/filter.ts";
import type { EventQuery } from "../events/log.ts";
import type { Health, Record } from "./record.ts";

const healthy: Health = { name: "healthy" };

/** The record kept in memory: a ring of the last `capacity` events. Nothing outlives the process. */
export class MemoryLog implements Record {
  readonly id = randomUUID();
  readonly keepsRows = false;
  readonly health = healthy;
  readonly backlog = 0;
  readonly isCrowded = false;
  readonly unkeptTotal = 0;
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
    if (events.length === 0) return [];
    const recorded = events.map((event) => ({ sequence: ++this.#lastSequence, event }));
    for (const record of recorded) this.#ring[record.sequence % this.#capacity] = record;
    for (const listener of this.#listeners) listener();
    return recorded;
  }

  at(sequence: number): RecordedEvent | undefined {
    if (sequence < this.firstSequence || sequence > this.#lastSequence) return undefined;
    return this.#ring[sequence % this.#capacity];
  }

  async find({ filter, after, before, newestFirst, limit }: EventQuery) {
    const oldest = Math.max(this.firstSequence, after + 1);
    const newest = Math.min(this.#lastSequence, before - 1);
    const step = newestFirst ? -1 : 1;
    const found: RecordedEvent[] = [];
    for (
      let sequence = newestFirst ? newest : oldest;
      sequence >= oldest && sequence <= newest && found.length < limit;
      sequence += step
    ) {
      const recorded = this.at(sequence);
      if (recorded && matches(filter, recorded)) found.push(recorded);
    }
    return found;
  }

  onGrown(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is in memory is as kept as it will ever be. */
  async kept(): Promise<void> {}

  async close(): Promise<void> {}
}
