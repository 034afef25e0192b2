import type { RecordedEvent } from "../../events/event.ts";
import type { EventQuery } from "../../events/log.ts";
import type { Document } from "../documents.ts";
import type { Batch, JournalStore, Mark, Opened, Row, TrimBounds } from "../store.ts";
import { decodeDocuments, decodeEvents, decodeRows, encodeBatch } from "./batch.ts";
import type { Caller } from "./calls.ts";
import type { Synchronous } from "./database.ts";
import { DataDirectory } from "./directory.ts";
import { Thread } from "./thread.ts";

export interface StoreOptions {
  /** Made when it is missing; held by one process. */
  readonly directory: string;
  readonly synchronous: Synchronous;
  /** Wall time: names a file that is set aside. */
  readonly now: number;
  /** What is there was found wrong: it is set aside unread, and a new file begun. */
  readonly distrusted?: boolean;
}

/**
 * Opens the journal's file of a directory, in threads: one writes, one reads, so that nothing here waits
 * for the disk and a slow commit delays no reader. Rejects with a JournalError.
 */
export async function openStore(options: StoreOptions): Promise<JournalStore> {
  const { synchronous, now, distrusted = false } = options;
  const directory = new DataDirectory(options.directory);
  const settings = { path: directory.file, synchronous };
  const writer = new Thread("journal-writer", settings);
  const reader = new Thread("journal-reader", settings);
  // The lock is held here: a thread that dies and is replaced does not give it away.
  const release = () => directory.release();
  try {
    const opened = await writer.call("open", { synchronous, now, distrusted });
    return new SqliteStore({ opened, writer, reader, release });
  } catch (error) {
    await writer.end();
    release();
    throw error;
  }
}

/** What a {@link SqliteStore} works with. */
export interface StoreParts {
  readonly opened: Opened;
  readonly writer: Caller;
  readonly reader: Caller;
  /** Called once nobody holds the file. */
  readonly release: () => void;
}

/** The store over two callers: what goes to them is encoded here, and what comes back decoded. */
export class SqliteStore implements JournalStore {
  readonly opened: Opened;
  readonly #parts: StoreParts;

  constructor(parts: StoreParts) {
    this.opened = parts.opened;
    this.#parts = parts;
  }

  rows(): AsyncGenerator<readonly Row[]> {
    const { writer } = this.#parts;
    return pages((after: Row | undefined) => writer.call("rows", after), decodeRows);
  }

  documents(): AsyncGenerator<readonly Document[]> {
    const { writer } = this.#parts;
    return pages((after: Document | undefined) => writer.call("documents", after), decodeDocuments);
  }

  begin(mark: Mark): Promise<void> {
    return this.#parts.writer.call("begin", mark);
  }

  async commit(batch: Batch): Promise<void> {
    await this.#parts.writer.call("commit", encodeBatch(batch));
  }

  async find(query: EventQuery): Promise<readonly RecordedEvent[]> {
    return decodeEvents(await this.#parts.reader.call("find", query));
  }

  trim(bounds: TrimBounds): Promise<{ firstSequence: number; more: boolean }> {
    return this.#parts.writer.call("trim", bounds);
  }

  async close(endedWell: boolean): Promise<void> {
    const { writer, reader, release } = this.#parts;
    try {
      // The last to let go of the file moves the log into it, which a reader cannot.
      await reader.end();
      await writer.call("close", endedWell);
    } finally {
      await writer.end();
      release();
    }
  }
}

/** Page after page, each asked for by the last of the one before; an empty one ends them. */
async function* pages<Item>(
  read: (after: Item | undefined) => Promise<readonly string[]>,
  decode: (flat: readonly string[]) => readonly Item[],
): AsyncGenerator<readonly Item[]> {
  let page = await read(undefined);
  while (page.length > 0) {
    const items = decode(page);
    // Read while this page is worked on.
    const next = read(items.at(-1));
    next.catch(() => {});
    yield items;
    page = await next;
  }
}
