import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { LivenessEvent, RecordedEvent } from "../../src/events/event.ts";
import type { EventQuery } from "../../src/events/log.ts";
import { type Document, noDocuments } from "../../src/journal/documents.ts";
import { decodeDocuments, decodeEvents, encodeBatch } from "../../src/journal/sqlite/batch.ts";
import { configure, connect, openForReading } from "../../src/journal/sqlite/database.ts";
import { Finder } from "../../src/journal/sqlite/finder.ts";
import { openFile } from "../../src/journal/sqlite/opening.ts";
import { SqliteFile } from "../../src/journal/sqlite/store.ts";
import type { Batch, Mark, Row } from "../../src/journal/store.ts";

/** 2026-01-31T12:00:00.000Z */
export const NOW = Date.UTC(2026, 0, 31, 12);

export const mark: Mark = { seenAt: { mono: 1_234.5, wall: NOW }, epochFloor: 7 };

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "heartbeat-journal-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function missed(agentId: string, wall = NOW): LivenessEvent {
  return {
    type: "missed",
    at: { mono: 0, wall },
    reason: "no beat for 10 s",
    organizationId: "default",
    agentId,
    agentType: "worker",
    epoch: 1,
    missedBeats: 1,
    silenceMs: 10_000,
  };
}

export function recordedFrom(
  sequence: number,
  events: readonly LivenessEvent[],
): readonly RecordedEvent[] {
  return events.map((event, index) => ({ sequence: sequence + index, event }));
}

export function missedFrom(sequence: number, count: number): readonly RecordedEvent[] {
  const events = Array.from({ length: count }, (_, i) => missed(`agent-${(sequence + i) % 100}`));
  return recordedFrom(sequence, events);
}

export function row(agentId: string, taskId = "", body = "{}"): Row {
  return { organizationId: "default", agentId, taskId, body };
}

export function batch(parts: Partial<Batch>): Batch {
  return { events: [], changed: [], removed: [], documents: noDocuments, mark, ...parts };
}

export const everything: EventQuery = {
  filter: {},
  after: 0,
  before: Number.POSITIVE_INFINITY,
  newestFirst: false,
  limit: Number.POSITIVE_INFINITY,
};

/** A file in this thread, with its path. */
export class TestFile {
  readonly path: string;
  readonly file: SqliteFile;
  readonly setAside: string | undefined;

  constructor(path = join(temporaryDirectory(), "heartbeat.db"), now = NOW) {
    const { file, setAside } = openFile(path, { synchronous: "normal", now });
    this.path = path;
    this.file = file;
    this.setAside = setAside;
  }

  commit(parts: Partial<Batch>): void {
    this.file.commit(encodeBatch(batch(parts)));
  }

  rows(): readonly string[][] {
    return rowsOf(this.file);
  }

  /** "collection/id=body" of each document. */
  documents(): readonly string[] {
    const documents: Document[] = [];
    for (;;) {
      const page = decodeDocuments(this.file.documents(documents.at(-1)));
      if (page.length === 0) break;
      documents.push(...page);
    }
    return documents.map(({ collection, id, body }) => `${collection}/${id}=${body}`);
  }

  /** What a query finds, and in how many steps. */
  search(query: Partial<EventQuery>): { found: readonly RecordedEvent[]; steps: number } {
    const database = openForReading(this.path);
    try {
      const search = new Finder(database).find({ ...everything, ...query });
      for (let steps = 0; ; steps++) {
        const step = search.next();
        if (step.done) return { found: decodeEvents(step.value), steps };
      }
    } finally {
      database.close();
    }
  }

  find(query: Partial<EventQuery> = {}): readonly RecordedEvent[] {
    return this.search(query).found;
  }

  sequences(query: Partial<EventQuery> = {}): readonly number[] {
    return this.find(query).map(({ sequence }) => sequence);
  }

  /** The same file, opened once more. */
  reopen(now = NOW): TestFile {
    return new TestFile(this.path, now);
  }
}

/** A file over a connection that the test may set up. */
export function connected(path: string) {
  const database = connect(path);
  configure(database, "normal");
  return { database, file: new SqliteFile(database, "normal") };
}

/** Organization, agent, task and body of everything that is kept. */
export function rowsOf(file: SqliteFile): readonly string[][] {
  const rows: string[][] = [];
  for (;;) {
    const [organizationId = "", agentId = "", taskId = ""] = rows.at(-1) ?? [];
    const page = file.rows(rows.length === 0 ? undefined : { organizationId, agentId, taskId });
    if (page.length === 0) return rows;
    for (let i = 0; i < page.length; i += 4) rows.push(page.slice(i, i + 4));
  }
}
