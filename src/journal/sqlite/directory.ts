import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { cannotOpen, JournalError, storeError } from "./errors.ts";

/** Two servers that start at once do not both give way. */
const LOCK_WITHIN_MS = 250;

/**
 * The directory of a journal, held by this process alone.
 *
 * The lock is SQLite's on an empty file, a lock of the operating system: it ends with the process,
 * whatever its end. Nothing else in this process may open that file: to close it would give up the lock.
 */
export class DataDirectory {
  readonly path: string;
  readonly #lock: DatabaseSync;

  /** Makes the directory when it is missing, for this user alone. Throws a JournalError. */
  constructor(path: string) {
    this.path = path;
    try {
      makeDirectory(path);
      this.#lock = lock(path);
    } catch (error) {
      throw cannotOpen(path, error);
    }
    noteOwner(path);
  }

  /** The file of the journal. */
  get file(): string {
    return join(this.path, "heartbeat.db");
  }

  release(): void {
    this.#lock.close();
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!isExisting(error)) throw error;
    throw new JournalError(
      `cannot keep the journal in ${path}: it is a file; choose a directory as --data-dir, or start with --ephemeral`,
    );
  }
  accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

function lock(path: string): DatabaseSync {
  const database = new DatabaseSync(join(path, "lock"), { timeout: LOCK_WITHIN_MS });
  try {
    // Without a file beside it: a lock is to work on a full disk, and to leave nothing behind.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database.close();
    throw storeError(error).trouble === "busy" ? inUse(path) : error;
  }
}

function inUse(path: string): JournalError {
  return new JournalError(
    `cannot keep the journal in ${path}: another heartbeat server (${ownerOf(path)}) keeps its own there; stop that one, or choose another --data-dir, or start with --ephemeral`,
  );
}

/** Who holds the lock, for whoever is refused. A full disk may leave it unsaid. */
function noteOwner(path: string): void {
  try {
    writeFileSync(join(path, "owner"), `${process.pid}\n`);
  } catch {
    // The lock is what counts.
  }
}

function ownerOf(path: string): string {
  try {
    const pid = Number.parseInt(readFileSync(join(path, "owner"), "utf8"), 10);
    return pid > 0 ? `process ${pid}` : "process unknown";
  } catch {
    return "process unknown";
  }
}
