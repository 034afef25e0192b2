import { DatabaseSync } from "node:sqlite";

/** When a commit counts as kept: once the system has it, or once the disk has it. */
export type Synchronous = "normal" | "full";

/** Somebody who copies the file with the sqlite3 program holds it for moments; nobody else does. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * The log is moved into the file each time that it has grown by this many pages (16 MiB), in the commit
 * that reaches it. Fewer would write pages that change often, the agents', to the disk more often; more
 * makes that one commit longer, and the recovery after a crash.
 */
const CHECKPOINT_PAGES = 4_096;

/** What one burst has blown the log up to is given back to the disk down to this. */
const LOG_BYTES = 64 * 1024 * 1024;

/** A connection that reads and writes, to be configured next. It has not looked at the file yet. */
export function connect(path: string): DatabaseSync {
  return new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
}

/** Throws what SQLite throws when the file is none of its own. */
export function configure(database: DatabaseSync, synchronous: Synchronous): void {
  // Agents change all over their table: its inner pages stay at hand.
  database.exec(`
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA journal_size_limit = ${LOG_BYTES};
  `);
  setSynchronous(database, synchronous);
}

export function setSynchronous(database: DatabaseSync, synchronous: Synchronous): void {
  database.exec(`PRAGMA synchronous = ${synchronous}`);
}

/** A connection that only reads. History is read in one direction: a small cache is all it can use. */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
  try {
    database.exec("PRAGMA cache_size = -8192");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
