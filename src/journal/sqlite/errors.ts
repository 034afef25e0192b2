/** The journal cannot be opened. The message is a sentence with its remedy, fit to be printed as it is. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

/** What keeps a store from doing what it was asked. */
export type Trouble = "full" | "read_only" | "io" | "corrupt" | "busy" | "ended" | "other";

/** A store could not do what it was asked; it has done none of it, or all. The message says why. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly trouble: Trouble;

  constructor(trouble: Trouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}

/** SQLite's primary result codes, as far as they tell anything. */
const troubles: Readonly<Record<number, readonly [Trouble, string]>> = {
  3: ["io", "permission to the file was denied (SQLITE_PERM)"],
  5: ["busy", "another process holds the file (SQLITE_BUSY)"],
  8: ["read_only", "the file system is read-only (SQLITE_READONLY)"],
  10: ["io", "the disk failed (SQLITE_IOERR)"],
  11: ["corrupt", "the file is corrupt (SQLITE_CORRUPT)"],
  13: ["full", "the disk is full (SQLITE_FULL)"],
  14: ["io", "the file cannot be opened (SQLITE_CANTOPEN)"],
  24: ["corrupt", "the file is corrupt (SQLITE_FORMAT)"],
  26: ["corrupt", "the file is corrupt (SQLITE_NOTADB)"],
};

/** An I/O error by which the file system says that it is the one that is corrupt. */
const IOERR_CORRUPTFS = 10 | (33 << 8);
/** There is no room for the index of the log. */
const IOERR_SHMSIZE = 10 | (19 << 8);

/** What SQLite threw, in words. */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = sqliteCode(error);
  const cause = { cause: error };
  if (code === IOERR_CORRUPTFS)
    return new StoreError("corrupt", "the file system is corrupt", cause);
  if (code === IOERR_SHMSIZE)
    return new StoreError("full", "the disk is full (SQLITE_IOERR)", cause);
  const known = code === undefined ? undefined : troubles[code & 0xff];
  if (!known) return new StoreError("other", messageOf(error), cause);
  const [trouble, words] = known;
  // The extended code says which system call it was: of use to who mends it.
  return new StoreError(
    trouble,
    code === undefined || code < 256 ? words : `${words}, ${code}`,
    cause,
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

/** Codes of the operating system, as far as an operator can do something about them. */
const obstacles: Readonly<Record<string, string>> = {
  EACCES: "permission is denied; let this user write there",
  EPERM: "permission is denied; let this user write there",
  EROFS: "the file system is read-only; mount it for writing",
  ENOSPC: "the disk is full; make room",
  EDQUOT: "the disk quota is used up; make room",
  ENOTDIR: "a part of the path is not a directory; correct the path",
  ENAMETOOLONG: "the path is too long; shorten it",
};

const obstacleOfTrouble: Readonly<Partial<Record<Trouble, string>>> = {
  full: "the disk is full; make room",
  read_only: "the file system or the file is read-only; let this user write there",
  busy: "another process holds the file; end it",
};

/** "cannot open PATH: …", with what to do about it. */
export function cannotOpen(path: string, error: unknown): JournalError {
  if (error instanceof JournalError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = obstacles[code] ?? obstacleOf(error);
  const otherwise = "or choose another --data-dir, or start with --ephemeral";
  return new JournalError(`cannot keep the journal in ${path}: ${reason}, ${otherwise}`, {
    cause: error,
  });
}

function obstacleOf(error: unknown): string {
  const { trouble, message } = storeError(error);
  return obstacleOfTrouble[trouble] ?? `${message}; mend it`;
}
