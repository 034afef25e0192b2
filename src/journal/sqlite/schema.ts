import type { DatabaseSync } from "node:sqlite";
import { JournalError, messageOf, storeError } from "./errors.ts";

/**
 * The schema, as the steps that lead to it. A step that was released never changes; a new one is added at
 * the end. `PRAGMA user_version` counts the steps that a file has taken.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    -- The running maximum of at: it never shrinks, so an instant is found by halving.
    highest_at REAL NOT NULL,
    severity INTEGER NOT NULL,
    type TEXT NOT NULL,
    organization TEXT,
    agent TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_agent ON events (organization, agent, sequence) WHERE agent IS NOT NULL;

  -- Agents (task is empty) and tasks.
  CREATE TABLE kept (
    organization TEXT NOT NULL,
    agent TEXT NOT NULL,
    task TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (organization, agent, task)
  ) STRICT, WITHOUT ROWID;

  -- How far the server has come: one row, made with the file. The last sequence stands here too, because the events may
  -- all be forgotten, and sequences never begin again.
  CREATE TABLE progress (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    journal_id TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    ended_well INTEGER NOT NULL,
    seen_mono REAL,
    seen_wall REAL,
    epoch_floor INTEGER
  ) STRICT;
  `,
  `
  -- What is kept beside agents and events: alerts, and the messages that tell of them.
  CREATE TABLE documents (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (collection, id)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** How many steps a file has taken. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.user_version);
}

/** Refuses a file that a later program has written: it may hold what this one would lose. */
export function refuseNewer(path: string, version: number, known = migrations.length): void {
  if (version <= known) return;
  throw new JournalError(
    `cannot keep the journal in ${path}: it was written by a later version of heartbeat (its schema is ${version}, this one knows up to ${known}); start that version, or choose another --data-dir`,
  );
}

/** Takes the steps that are missing, each in a transaction of its own. */
export function migrate(database: DatabaseSync, steps: readonly string[] = migrations): void {
  for (let version = versionOf(database); version < steps.length; version++) {
    database.exec("BEGIN IMMEDIATE");
    try {
      database.exec(steps[version] ?? "");
      database.exec(`PRAGMA user_version = ${version + 1}`);
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      // Only what SQLite does not explain is the step's own fault, and no reason to doubt the file.
      if (storeError(error).trouble !== "other") throw error;
      throw new JournalError(
        `cannot bring the journal's schema from ${version} to ${version + 1}: ${messageOf(error)}; the file is as it was, report this and start the version from before`,
        { cause: error },
      );
    }
  }
}
