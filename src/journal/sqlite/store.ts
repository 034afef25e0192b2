import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { DocumentName } from "../documents.ts";
import type { Mark, Opened, RowName, TrimBounds } from "../store.ts";
import type { EncodedBatch } from "./batch.ts";
import { type Synchronous, setSynchronous } from "./database.ts";
import { StoreError, storeError } from "./errors.ts";

/** Rows or documents in a page: some milliseconds of reading, and about a megabyte to hand over. */
const PAGE_ROWS = 2_000;

/** Events forgotten in one step: a commit waits for no more than that, some milliseconds. */
const TRIM_STEP = 200;

/**
 * The journal in a SQLite file whose schema is up to date. Synchronous: whoever may not wait for a disk
 * calls it from a thread of its own. Throws {@link StoreError}, and has then done nothing.
 */
export class SqliteFile {
  readonly opened: Omit<Opened, "setAside">;
  readonly #database: DatabaseSync;
  readonly #synchronous: Synchronous;
  readonly #statements: Statements;
  #lastSequence: number;
  /** Of the last event that is kept; what `highest_at` goes on from. */
  #highestAt: number;
  /** Whether the file was found corrupt: it did not end well then, whatever its user believes. */
  #isCorrupt = false;

  /** Throws a StoreError "corrupt" when the tables are not what they should be. */
  constructor(database: DatabaseSync, synchronous: Synchronous) {
    this.#database = database;
    this.#synchronous = synchronous;
    this.#statements = prepare(database);
    this.opened = this.#readProgress();
    this.#lastSequence = this.opened.lastSequence;
    const newest = this.#statements.newest.get() as unknown as [number, number] | undefined;
    this.#highestAt = newest?.[1] ?? Number.NEGATIVE_INFINITY;
    if (newest !== undefined && newest[0] !== this.#lastSequence) {
      throw new StoreError(
        "corrupt",
        "the file is corrupt: its last event is not the last it kept",
      );
    }
  }

  /** As {@link JournalStore.begin}; on the disk at once, whatever `synchronous` says. */
  begin(mark: Mark): void {
    this.#guard(() => setSynchronous(this.#database, "full"));
    try {
      this.#transaction(() => {
        this.#statements.mark.run(this.#lastSequence, ...columnsOf(mark));
        this.#statements.ended.run(0);
      });
    } finally {
      this.#guard(() => setSynchronous(this.#database, this.#synchronous));
    }
  }

  /** As {@link JournalStore.commit}: an event whose sequence is kept already takes its place. */
  commit(batch: EncodedBatch): void {
    const { events, mark } = batch;
    const statements = this.#statements;
    let highestAt = this.#highestAt;
    let lastSequence = this.#lastSequence;
    this.#transaction(() => {
      for (let i = 0; i < events.length; i += 7) {
        const at = events[i + 1] as number;
        lastSequence = events[i] as number;
        highestAt = Math.max(highestAt, at);
        statements.event.run(
          lastSequence,
          at,
          highestAt,
          events[i + 2] as number,
          events[i + 3] as string,
          events[i + 4] as string | null,
          events[i + 5] as string | null,
          events[i + 6] as string,
        );
      }
      this.#keepRows(batch);
      this.#keepDocuments(batch);
      statements.mark.run(lastSequence, ...columnsOf(mark));
    });
    this.#highestAt = highestAt;
    this.#lastSequence = lastSequence;
  }

  #keepRows({ changed, removed }: EncodedBatch): void {
    const statements = this.#statements;
    for (let i = 0; i < removed.length; i += 3) {
      const [organization = "", agent = "", task = ""] = removed.slice(i, i + 3);
      // With an agent its tasks go.
      if (task === "") statements.removeAgent.run(organization, agent);
      else statements.removeTask.run(organization, agent, task);
    }
    for (let i = 0; i < changed.length; i += 4) {
      const [organization = "", agent = "", task = "", body = ""] = changed.slice(i, i + 4);
      statements.row.run(organization, agent, task, body);
    }
  }

  #keepDocuments({ changedDocuments, removedDocuments }: EncodedBatch): void {
    const { document, removeDocument } = this.#statements;
    for (let i = 0; i < removedDocuments.length; i += 2) {
      const [collection = "", id = ""] = removedDocuments.slice(i, i + 2);
      removeDocument.run(collection, id);
    }
    for (let i = 0; i < changedDocuments.length; i += 3) {
      const [collection = "", id = "", body = ""] = changedDocuments.slice(i, i + 3);
      document.run(collection, id, body);
    }
  }

  /** The next page of rows, flat; empty after the last. */
  rows(after: RowName | undefined): string[] {
    const { organizationId = "", agentId = "", taskId = "" } = after ?? {};
    const pages = this.#guard(
      () =>
        this.#statements.page.all(
          organizationId,
          agentId,
          taskId,
          PAGE_ROWS,
        ) as unknown as string[][],
    );
    return pages.flat();
  }

  /** The next page of documents, flat; empty after the last. */
  documents(after: DocumentName | undefined): string[] {
    const { collection = "", id = "" } = after ?? {};
    const { documents } = this.#statements;
    const pages = this.#guard(
      () => documents.all(collection, id, PAGE_ROWS) as unknown as string[][],
    );
    return pages.flat();
  }

  /** As {@link JournalStore.trim}. */
  trim({ firstSequence, before }: TrimBounds): { firstSequence: number; more: boolean } {
    const oldest = this.#guard(
      () => this.#statements.oldest.all(TRIM_STEP + 1) as unknown as [number, number][],
    );
    const isOld = ([sequence, at]: [number, number]) => sequence < firstSequence || at < before;
    const young = oldest.findIndex((event) => !isOld(event));
    const old = young === -1 ? oldest.length : young;
    const forgotten = Math.min(old, TRIM_STEP);
    const first = oldest[forgotten]?.[0] ?? this.#lastSequence + 1;
    if (forgotten > 0) this.#transaction(() => this.#statements.forget.run(first));
    return { firstSequence: first, more: old > TRIM_STEP };
  }

  /** As {@link JournalStore.close}. Lets go of the file even when it throws. */
  close(endedWell: boolean): void {
    try {
      if (endedWell && !this.#isCorrupt) this.#transaction(() => this.#statements.ended.run(1));
    } finally {
      this.#database.close();
    }
  }

  #readProgress(): Omit<Opened, "setAside"> {
    const row = this.#statements.progress.get() as unknown as [string, ...number[]] | undefined;
    const [journalId, lastSequence, endedWell, mono, wall, epochFloor, oldest] = row ?? [];
    if (journalId === undefined || lastSequence === undefined) {
      throw new StoreError("corrupt", "the file is corrupt: it does not say how far it has come");
    }
    const isMarked = typeof mono === "number" && typeof wall === "number";
    return {
      journalId,
      firstSequence: oldest ?? lastSequence + 1,
      lastSequence,
      mark: isMarked ? { seenAt: { mono, wall }, epochFloor: epochFloor ?? 0 } : undefined,
      endedWell: endedWell === 1,
    };
  }

  #transaction(work: () => void): void {
    this.#guard(() => {
      this.#statements.begin.run();
      try {
        work();
        this.#statements.commit.run();
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  /** SQLite has often rolled back by itself. What went wrong first is what is told. */
  #rollBack(): void {
    try {
      if (this.#database.isTransaction) this.#statements.rollback.run();
    } catch {
      // The next transaction says that this one is still open.
    }
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const trouble = storeError(error);
      if (trouble.trouble === "corrupt") this.#isCorrupt = true;
      throw trouble;
    }
  }
}

type Statements = ReturnType<typeof prepare>;

/** Every statement, once: a table or a column that is missing shows here. */
function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => {
    const prepared = database.prepare(sql);
    prepared.setReturnArrays(true);
    return prepared;
  };
  try {
    return {
      begin: statement("BEGIN IMMEDIATE"),
      commit: statement("COMMIT"),
      rollback: statement("ROLLBACK"),
      event: statement("INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      newest: statement("SELECT sequence, highest_at FROM events ORDER BY sequence DESC LIMIT 1"),
      oldest: statement("SELECT sequence, at FROM events ORDER BY sequence LIMIT ?"),
      forget: statement("DELETE FROM events WHERE sequence < ?"),
      row: statement(
        "INSERT INTO kept VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
      ),
      removeAgent: statement("DELETE FROM kept WHERE organization = ? AND agent = ?"),
      removeTask: statement("DELETE FROM kept WHERE organization = ? AND agent = ? AND task = ?"),
      page: statement(
        "SELECT organization, agent, task, body FROM kept WHERE (organization, agent, task) > (?, ?, ?) ORDER BY organization, agent, task LIMIT ?",
      ),
      document: statement(
        "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
      ),
      removeDocument: statement("DELETE FROM documents WHERE collection = ? AND id = ?"),
      documents: statement(
        "SELECT collection, id, body FROM documents WHERE (collection, id) > (?, ?) ORDER BY collection, id LIMIT ?",
      ),
      progress: statement(
        "SELECT journal_id, last_sequence, ended_well, seen_mono, seen_wall, epoch_floor, (SELECT min(sequence) FROM events) FROM progress WHERE id = 1",
      ),
      mark: statement(
        "UPDATE progress SET last_sequence = ?, seen_mono = ?, seen_wall = ?, epoch_floor = ? WHERE id = 1",
      ),
      ended: statement("UPDATE progress SET ended_well = ? WHERE id = 1"),
    };
  } catch (error) {
    const { trouble, message } = storeError(error);
    if (trouble !== "other") throw error;
    throw new StoreError("corrupt", `the file is corrupt: ${message}`, { cause: error });
  }
}

function columnsOf({ seenAt, epochFloor }: Mark): [number, number, number] {
  return [seenAt.mono, seenAt.wall, epochFloor];
}
