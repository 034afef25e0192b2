import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { isoTime } from "../../clock.ts";
import { configure, connect, type Synchronous } from "./database.ts";
import { cannotOpen, StoreError, storeError } from "./errors.ts";
import { migrate, migrations, refuseNewer, versionOf } from "./schema.ts";
import { SqliteFile } from "./store.ts";

export interface OpeningOptions {
  readonly synchronous: Synchronous;
  /** Wall time: names a file that is set aside. */
  readonly now: number;
  /** The file passed SQLite's check and was found wrong all the same: it is set aside unread. */
  readonly distrusted?: boolean;
  /** The steps of the schema; by default those of this version. */
  readonly steps?: readonly string[];
}

/** A file that was opened, and the new name of the one in its place that could not be read. */
export interface OpenedFile {
  readonly file: SqliteFile;
  readonly setAside: string | undefined;
}

/**
 * Opens the file of a journal, or begins a new one.
 *
 * Nothing is read from a file before the whole of it has passed SQLite's check. One that does not pass is
 * set aside under a new name, together with its log, and a new one is begun. Throws a JournalError when
 * neither can be done, or when a later version of this program has written the file.
 */
export function openFile(path: string, options: OpeningOptions): OpenedFile {
  try {
    if (bytesOf(path) === undefined && !bytesOf(logOf(path))) {
      return { file: begin(path, options), setAside: lastAside(path) };
    }
    const read = options.distrusted ? setAside(path, options.now) : readOrSetAside(path, options);
    // A file that no server has begun with yet may stand in the place of one that was set aside.
    if (typeof read !== "string") {
      return { file: read, setAside: read.opened.mark ? undefined : lastAside(path) };
    }
    return { file: begin(path, options), setAside: read };
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/** Opens a file that this process has opened before: it is not checked again, and never set aside. */
export function reopenFile(path: string, synchronous: Synchronous): SqliteFile {
  // SQLite would begin a new file in its place, and say nothing.
  if (!bytesOf(path)) throw new StoreError("io", "the file is gone; start the server anew");
  const database = connect(path);
  try {
    configure(database, synchronous);
    return new SqliteFile(database, synchronous);
  } catch (error) {
    database.close();
    throw storeError(error);
  }
}

/** The file, or the name under which it was set aside. */
function readOrSetAside(path: string, options: OpeningOptions): SqliteFile | string {
  // SQLite takes an empty file for a new one, and deletes its log. But no file of ours is ever empty.
  if (!bytesOf(path)) return setAside(path, options.now);
  const database = connect(path);
  try {
    return read(database, path, options);
  } catch (error) {
    try {
      if (storeError(error).trouble !== "corrupt") throw error;
      // Before it is closed: closing would move the log into the file, and what is set aside is evidence.
      return setAside(path, options.now);
    } finally {
      database.close();
    }
  }
}

function read(database: DatabaseSync, path: string, options: OpeningOptions): SqliteFile {
  const { synchronous, steps = migrations } = options;
  configure(database, synchronous);
  const version = versionOf(database);
  refuseNewer(path, version, steps.length);
  if (version < 1) throw new StoreError("corrupt", "the file has no schema");
  const verdict = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
  if (verdict !== "ok") throw new StoreError("corrupt", String(verdict));
  if (isCut(database, path)) throw new StoreError("corrupt", "the last page is cut short");
  migrate(database, steps);
  return new SqliteFile(database, synchronous);
}

/**
 * Whether the last page is not whole. SQLite reads zeros for what is missing, and its check is content.
 * A crash while the log is moved into the file leaves it so too; then the log still has the page.
 */
function isCut(database: DatabaseSync, path: string): boolean {
  const pageBytes = Number(database.prepare("PRAGMA page_size").get()?.page_size);
  const isWhole = () => (bytesOf(path) ?? 0) % pageBytes === 0;
  if (isWhole()) return false;
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  return !isWhole();
}

/**
 * A new file. It is made under another name and then renamed, so that a process that is killed leaves no
 * half of one, which would look like a file that was torn.
 */
function begin(path: string, { synchronous, steps }: OpeningOptions): SqliteFile {
  const draft = `${path}.new`;
  for (const end of ENDS) rmSync(draft + end, { force: true });
  const database = connect(draft);
  try {
    database.exec("PRAGMA journal_mode = WAL");
    migrate(database, steps);
    database.prepare(FIRST_PROGRESS).run(randomUUID());
  } finally {
    database.close();
  }
  renameSync(draft, path);
  syncDirectory(dirname(path));
  return reopenFile(path, synchronous);
}

const FIRST_PROGRESS =
  "INSERT INTO progress (id, journal_id, last_sequence, ended_well) VALUES (1, ?, 0, 1)";

/** A name alone is not on the disk before its directory is. */
function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** A file, its log, and the index of the log. */
const ENDS = ["", "-wal", "-shm"];

function logOf(path: string): string {
  return `${path}-wal`;
}

/** Renames a file and what belongs to it, the file first: without it its log is never read. */
function setAside(path: string, now: number): string {
  const aside = freeName(`${path}.corrupt-${isoTime(now).replaceAll(":", "")}`);
  for (const end of ENDS) if (existsSync(path + end)) renameSync(path + end, aside + end);
  return aside;
}

/** The file that was set aside last; undefined when none was. */
function lastAside(path: string): string | undefined {
  const begins = `${basename(path)}.corrupt-`;
  const names = readdirSync(dirname(path)).filter(
    (name) => name.startsWith(begins) && !name.endsWith("-wal") && !name.endsWith("-shm"),
  );
  const last = names.sort().at(-1);
  return last === undefined ? undefined : join(dirname(path), last);
}

/** What was set aside before stays, whatever the wall clock says. */
function freeName(name: string): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (ENDS.every((end) => !existsSync(candidate + end))) return candidate;
  }
}

/** Its size in bytes; undefined when there is none. */
function bytesOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
