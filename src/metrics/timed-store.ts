import type { Clock } from "../clock.ts";
import type { RecordedEvent } from "../events/event.ts";
import type { EventQuery } from "../events/log.ts";
import type { Document } from "../journal/documents.ts";
import type { Batch, JournalStore, Mark, Opened, Row, TrimBounds } from "../journal/store.ts";

/** A store that tells how long each commit took, in milliseconds, whether it succeeded or not. */
export class TimedStore implements JournalStore {
  readonly #store: JournalStore;
  readonly #clock: Clock;
  readonly #onCommit: (tookMs: number) => void;

  constructor(store: JournalStore, clock: Clock, onCommit: (tookMs: number) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onCommit = onCommit;
  }

  get opened(): Opened {
    return this.#store.opened;
  }

  async commit(batch: Batch): Promise<void> {
    const began = this.#clock.preciseMs();
    try {
      await this.#store.commit(batch);
    } finally {
      this.#onCommit(this.#clock.preciseMs() - began);
    }
  }

  rows(): AsyncIterable<readonly Row[]> {
    return this.#store.rows();
  }

  documents(): AsyncIterable<readonly Document[]> {
    return this.#store.documents();
  }

  begin(mark: Mark): Promise<void> {
    return this.#store.begin(mark);
  }

  find(query: EventQuery): Promise<readonly RecordedEvent[]> {
    return this.#store.find(query);
  }

  trim(bounds: TrimBounds): Promise<{ readonly firstSequence: number; readonly more: boolean }> {
    return this.#store.trim(bounds);
  }

  close(endedWell: boolean): Promise<void> {
    return this.#store.close(endedWell);
  }
}
