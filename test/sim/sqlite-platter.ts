import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordedEvent } from "../../src/events/event.ts";
import type { EventQuery } from "../../src/events/log.ts";
import type { Document } from "../../src/journal/documents.ts";
import {
  decodeDocuments,
  decodeEvents,
  decodeRows,
  encodeBatch,
} from "../../src/journal/sqlite/batch.ts";
import { openForReading } from "../../src/journal/sqlite/database.ts";
import { Finder } from "../../src/journal/sqlite/finder.ts";
import { openFile } from "../../src/journal/sqlite/opening.ts";
import type { SqliteFile } from "../../src/journal/sqlite/store.ts";
import type { Batch, Mark, Opened, Row, TrimBounds } from "../../src/journal/store.ts";
import type { Platter } from "./disk.ts";

/** Where nothing has to reach a real disk, if the machine has such a place. */
const MEMORY = "/dev/shm";

/** The real file of the journal, without the threads around it: what the service keeps things in. */
export class SqlitePlatter implements Platter {
  readonly #folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "heartbeat-sim-"));
  #file: SqliteFile | undefined;

  get #path(): string {
    return join(this.#folder, "journal.db");
  }

  get #opened(): SqliteFile {
    if (!this.#file) throw new Error("the journal is not open");
    return this.#file;
  }

  open(): Opened {
    this.abandon();
    const { file, setAside } = openFile(this.#path, { synchronous: "normal", now: 0 });
    this.#file = file;
    return { ...file.opened, setAside };
  }

  *rows(): Generator<readonly Row[]> {
    let page = decodeRows(this.#opened.rows(undefined));
    while (page.length > 0) {
      yield page;
      page = decodeRows(this.#opened.rows(page.at(-1)));
    }
  }

  *documents(): Generator<readonly Document[]> {
    let page = decodeDocuments(this.#opened.documents(undefined));
    while (page.length > 0) {
      yield page;
      page = decodeDocuments(this.#opened.documents(page.at(-1)));
    }
  }

  begin(mark: Mark): void {
    this.#opened.begin(mark);
  }

  commit(batch: Batch): void {
    this.#opened.commit(encodeBatch(batch));
  }

  find(query: EventQuery): readonly RecordedEvent[] {
    const database = openForReading(this.#path);
    try {
      const search = new Finder(database).find(query);
      let step = search.next();
      while (!step.done) step = search.next();
      return decodeEvents(step.value);
    } finally {
      database.close();
    }
  }

  trim(bounds: TrimBounds): { readonly firstSequence: number; readonly more: boolean } {
    return this.#opened.trim(bounds);
  }

  close(endedWell: boolean): void {
    this.#opened.close(endedWell);
    this.#file = undefined;
  }

  abandon(): void {
    this.#file?.close(false);
    this.#file = undefined;
  }

  remove(): void {
    this.abandon();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
