import type { LivenessEvent, RecordedEvent } from "../events/event.ts";
import { RowMerge } from "./rows.ts";
import type { RowChanges } from "./store.ts";

/** What was appended together is kept together: a row never without the events that explain it. */
interface Chunk {
  readonly events: readonly RecordedEvent[];
  readonly rows: RowMerge;
}

/** A batch takes chunks until it has this many events. */
const BATCH_EVENTS = 2_000;

/** What waits to be kept, in order. Bounded in events; rows are bounded by what there is to keep. */
export class Backlog {
  readonly #capacity: number;
  #chunks: Chunk[] = [];
  #nextSequence: number;
  #events = 0;
  #added = 0;
  #taken = 0;
  #refused = 0;

  constructor(capacity: number, nextSequence: number) {
    this.#capacity = capacity;
    this.#nextSequence = nextSequence;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Events that wait. */
  get events(): number {
    return this.#events;
  }

  /** Chunks ever added, and ever taken. */
  get added(): number {
    return this.#added;
  }
  get taken(): number {
    return this.#taken;
  }

  /** Events for which there was no room. */
  get refused(): number {
    return this.#refused;
  }

  /** Gives events their sequences. Those for which there is no room get none. */
  add(events: readonly LivenessEvent[], rows: RowChanges): readonly RecordedEvent[] {
    const room = Math.max(0, this.#capacity - this.#events);
    const accepted = events.length > room ? events.slice(0, room) : events;
    this.#refused += events.length - accepted.length;
    const recorded = accepted.map((event) => ({ sequence: this.#nextSequence++, event }));
    this.#roomFor(recorded).add(rows);
    this.#events += recorded.length;
    return recorded;
  }

  /** The next batch: whole chunks, as many as make a batch. */
  take(): RowChanges & { readonly events: readonly RecordedEvent[] } {
    const events: RecordedEvent[] = [];
    const rows = new RowMerge();
    let count = 0;
    while (count < this.#chunks.length && (count === 0 || events.length < BATCH_EVENTS)) {
      const chunk = this.#chunks[count++];
      for (const recorded of chunk.events) events.push(recorded);
      rows.add(chunk.rows.take());
    }
    this.#chunks = this.#chunks.slice(count);
    this.#taken += count;
    this.#events -= events.length;
    return { events, ...rows.take() };
  }

  /**
   * Where the rows go that come with these events. Rows without events join those before them, so that
   * they are bounded also when there is no room for events.
   */
  #roomFor(events: readonly RecordedEvent[]): RowMerge {
    const last = this.#chunks.at(-1);
    if (last && events.length === 0 && last.events.length === 0) return last.rows;
    const rows = new RowMerge();
    this.#chunks.push({ events, rows });
    this.#added++;
    return rows;
  }
}
