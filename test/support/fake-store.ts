import type { RecordedEvent } from "../../src/events/event.ts";
import { matches } from "../../src/events/filter.ts";
import type { EventQuery } from "../../src/events/log.ts";
import type { Document, DocumentName } from "../../src/journal/documents.ts";
import type {
  Batch,
  JournalStore,
  Mark,
  Opened,
  Row,
  RowName,
  TrimBounds,
} from "../../src/journal/store.ts";

/** What lies on the disk. */
interface Kept {
  events: RecordedEvent[];
  readonly rows: Map<string, Row>;
  readonly documents: Map<string, Document>;
  mark: Mark | undefined;
  endedWell: boolean;
  lastSequence: number;
}

const nothing = (): Kept => ({
  events: [],
  rows: new Map(),
  documents: new Map(),
  mark: undefined,
  endedWell: true,
  lastSequence: 0,
});
const keyOf = ({ organizationId, agentId, taskId }: RowName) =>
  JSON.stringify([organizationId, agentId, taskId]);
const nameOf = ({ collection, id }: DocumentName) => JSON.stringify([collection, id]);

/** A disk of which a test says how it fares: quick, stopped, or failing. */
export class FakeStore implements JournalStore {
  readonly opened: Opened;
  readonly #kept: Kept;
  /** Batches in the order in which they were committed. */
  readonly batches: Batch[] = [];
  /** Commits that wait, while the disk is stopped. */
  #waiting: (() => void)[] = [];
  #stopped = false;
  #trouble: string | undefined;
  closed = false;

  constructor(kept: Kept = nothing(), setAside?: string) {
    this.#kept = kept;
    const { events, mark, endedWell, lastSequence } = kept;
    const firstSequence = events.at(0)?.sequence ?? lastSequence + 1;
    this.opened = { journalId: "fake", firstSequence, lastSequence, mark, endedWell, setAside };
  }

  /** The process was killed: what a new one finds. What was not committed is gone. */
  reopened(): FakeStore {
    this.#trouble = "the process is dead";
    const { events, rows, documents } = this.#kept;
    return new FakeStore({
      ...this.#kept,
      events: [...events],
      rows: new Map(rows),
      documents: new Map(documents),
    });
  }

  /** From now on commits wait. */
  stop(): void {
    this.#stopped = true;
  }

  /** Those that wait are served, and later ones at once. */
  go(): void {
    this.#stopped = false;
    for (const serve of this.#waiting.splice(0)) serve();
  }

  /** From now on whatever writes is rejected with this. */
  fail(trouble: string): void {
    this.#trouble = trouble;
  }

  mend(): void {
    this.#trouble = undefined;
  }

  async *rows(): AsyncGenerator<readonly Row[]> {
    yield [...this.#kept.rows.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  async *documents(): AsyncGenerator<readonly Document[]> {
    yield [...this.#kept.documents.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  }

  async begin(mark: Mark): Promise<void> {
    if (this.#trouble !== undefined) throw new Error(this.#trouble);
    this.#kept.mark = mark;
    this.#kept.endedWell = false;
  }

  async commit(batch: Batch): Promise<void> {
    if (this.#stopped) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#trouble !== undefined) throw new Error(this.#trouble);
    this.batches.push(batch);
    this.#kept.events.push(...batch.events);
    this.#kept.lastSequence = batch.events.at(-1)?.sequence ?? this.#kept.lastSequence;
    for (const name of batch.removed) this.#remove(name);
    for (const row of batch.changed) this.#kept.rows.set(keyOf(row), row);
    for (const name of batch.documents.removed) this.#kept.documents.delete(nameOf(name));
    for (const document of batch.documents.changed) {
      this.#kept.documents.set(nameOf(document), document);
    }
    this.#kept.mark = batch.mark;
  }

  async find({ filter, after, before, newestFirst, limit }: EventQuery) {
    const found = this.#kept.events.filter(
      (recorded) =>
        recorded.sequence > after && recorded.sequence < before && matches(filter, recorded),
    );
    return (newestFirst ? found.reverse() : found).slice(0, limit);
  }

  async trim({ firstSequence, before }: TrimBounds) {
    const isOld = ({ sequence, event }: RecordedEvent) =>
      sequence < firstSequence || event.at.wall < before;
    const young = this.#kept.events.findIndex((recorded) => !isOld(recorded));
    const { lastSequence } = this.#kept;
    this.#kept.events = young === -1 ? [] : this.#kept.events.slice(young);
    return {
      firstSequence: this.#kept.events.at(0)?.sequence ?? lastSequence + 1,
      more: false,
    };
  }

  async close(endedWell: boolean): Promise<void> {
    this.#kept.endedWell = endedWell;
    this.closed = true;
  }

  #remove(name: RowName): void {
    if (name.taskId !== "") return void this.#kept.rows.delete(keyOf(name));
    for (const [key, row] of this.#kept.rows) {
      if (row.organizationId === name.organizationId && row.agentId === name.agentId) {
        this.#kept.rows.delete(key);
      }
    }
  }
}
