import type { RecordedEvent } from "../../src/events/event.ts";
import { matches } from "../../src/events/filter.ts";
import type { EventQuery } from "../../src/events/log.ts";
import type { Document, DocumentName } from "../../src/journal/documents.ts";
import type { Batch, Mark, Opened, Row, RowName, TrimBounds } from "../../src/journal/store.ts";
import type { Platter } from "./disk.ts";

const PAGE_ROWS = 1_000;
const TRIM_EVENTS = 500;

/** A platter of maps and lists: what the store promises, and nothing else. Fast, for long histories. */
export class MemoryPlatter implements Platter {
  #events: RecordedEvent[] = [];
  #firstSequence = 1;
  readonly #rows = new Map<string, Row>();
  readonly #documents = new Map<string, Document>();
  #mark: Mark | undefined;
  #endedWell = true;

  get lastSequence(): number {
    return this.#firstSequence + this.#events.length - 1;
  }

  open(): Opened {
    return {
      journalId: "sim",
      firstSequence: this.#firstSequence,
      lastSequence: this.lastSequence,
      mark: this.#mark,
      endedWell: this.#endedWell,
      setAside: undefined,
    };
  }

  *rows(): Generator<readonly Row[]> {
    // In order, so that each agent comes before its tasks.
    const keys = [...this.#rows.keys()].sort();
    for (let at = 0; at < keys.length; at += PAGE_ROWS) {
      yield keys.slice(at, at + PAGE_ROWS).map((key) => this.#rows.get(key)!);
    }
  }

  *documents(): Generator<readonly Document[]> {
    const keys = [...this.#documents.keys()].sort();
    for (let at = 0; at < keys.length; at += PAGE_ROWS) {
      yield keys.slice(at, at + PAGE_ROWS).map((key) => this.#documents.get(key)!);
    }
  }

  begin(mark: Mark): void {
    this.#mark = mark;
    this.#endedWell = false;
  }

  commit({ events, changed, removed, documents, mark }: Batch): void {
    for (const recorded of events) {
      // Reported as failed, kept all the same, and given again.
      if (recorded.sequence <= this.lastSequence) continue;
      if (recorded.sequence !== this.lastSequence + 1) {
        throw new Error(`a gap: ${recorded.sequence} after ${this.lastSequence}`);
      }
      this.#events.push(recorded);
    }
    for (const name of removed) this.#remove(name);
    for (const row of changed) this.#rows.set(keyOf(row), row);
    for (const name of documents.removed) this.#documents.delete(nameOf(name));
    for (const document of documents.changed) this.#documents.set(nameOf(document), document);
    this.#mark = mark;
  }

  find({ filter, after, before, newestFirst, limit }: EventQuery): readonly RecordedEvent[] {
    const from = Math.max(0, after + 1 - this.#firstSequence);
    const to = Math.max(from, before - this.#firstSequence);
    const found: RecordedEvent[] = [];
    const all = this.#events.slice(from, to);
    if (newestFirst) all.reverse();
    for (const recorded of all) {
      if (found.length >= limit) break;
      if (matches(filter, recorded)) found.push(recorded);
    }
    return found;
  }

  trim({ firstSequence, before }: TrimBounds): { firstSequence: number; more: boolean } {
    let forgotten = 0;
    const isOld = ({ sequence, event }: RecordedEvent) =>
      sequence < firstSequence || event.at.wall < before;
    while (forgotten < this.#events.length && isOld(this.#events[forgotten])) {
      if (forgotten === TRIM_EVENTS) break;
      forgotten++;
    }
    this.#events = this.#events.slice(forgotten);
    this.#firstSequence += forgotten;
    const more = this.#events.length > 0 && isOld(this.#events[0]);
    return { firstSequence: this.#firstSequence, more };
  }

  close(endedWell: boolean): void {
    this.#endedWell = endedWell;
  }

  abandon(): void {}

  remove(): void {}

  /** With an agent its tasks go. */
  #remove(name: RowName): void {
    const key = keyOf(name);
    if (name.taskId !== "") return void this.#rows.delete(key);
    for (const other of this.#rows.keys()) if (other.startsWith(key)) this.#rows.delete(other);
  }
}

function keyOf({ organizationId, agentId, taskId }: RowName): string {
  return `${organizationId}\u0000${agentId}\u0000${taskId}`;
}

function nameOf({ collection, id }: DocumentName): string {
  return `${collection}\u0000${id}`;
}
