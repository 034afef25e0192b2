import type { LivenessEvent, RecordedEvent } from "../events/event.ts";
import { type DocumentChanges, DocumentMerge, noDocuments } from "./documents.ts";
import { RowMerge } from "./rows.ts";
import type { Batch, RowChanges } from "./store.ts";

/** What was appended together is kept together: nothing ever without the events that explain it. */
interface Chunk {
  readonly events: readonly RecordedEvent[];
  readonly rows: RowMerge;
  readonly documents: DocumentMerge;
}

/** A batch takes chunks until it has this many events. */
const BATCH_EVENTS = 2_000;

/** What waits to be kept, in order. Bounded in events; the rest is bounded by what there is to keep. */
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
  add(
    events: readonly LivenessEvent[],
    rows: RowChanges,
    documents: DocumentChanges = noDocuments,
  ): readonly RecordedEvent[] {
    const room = Math.max(0, this.#capacity - this.#events);
    const accepted = events.length > room ? events.slice(0, room) : events;
    this.#refused += events.length - accepted.length;
    const recorded = accepted.map((event) => ({ sequence: this.#nextSequence++, event }));
    const chunk = this.#roomFor(recorded);
    chunk.rows.add(rows);
    chunk.documents.add(documents);
    this.#events += recorded.length;
    return recorded;
  }

  /** The next batch: whole chunks, as many as make a batch. */
  take(): Omit<Batch, "mark"> {
    const events: RecordedEvent[] = [];
    const rows = new RowMerge();
    const documents = new DocumentMerge();
    let count = 0;
    while (count < this.#chunks.length && (count === 0 || events.length < BATCH_EVENTS)) {
      const chunk = this.#chunks[count++];
      for (const recorded of chunk.events) events.push(recorded);
      rows.add(chunk.rows.take());
      documents.add(chunk.documents.take());
    }
    this.#chunks = this.#chunks.slice(count);
    this.#taken += count;
    this.#events -= events.length;
    return { events, ...rows.take(), documents: documents.take() };
  }

  /**
   * Where goes what comes with these events. What comes without events joins what came so before it, so
   * that it is bounded also when there is no room for events.
   */
  #roomFor(events: readonly RecordedEvent[]): Chunk {
    const last = this.#chunks.at(-1);
    if (last && events.length === 0 && last.events.length === 0) return last;
    const chunk = { events, rows: new RowMerge(), documents: new DocumentMerge() };
    this.#chunks.push(chunk);
    this.#added++;
    return chunk;
  }
}
