import type { Instant } from "../clock.ts";
import type { RecordedEvent } from "../events/event.ts";
import type { EventQuery } from "../events/log.ts";
import type { Document, DocumentChanges } from "./documents.ts";

/** Names what is kept: an agent, or one of its tasks. */
export interface RowName {
  readonly organizationId: string;
  readonly agentId: string;
  /** Empty for the agent itself. */
  readonly taskId: string;
}

/** An agent or a task as it is kept: its name, and all else in a form that only its writer reads. */
export interface Row extends RowName {
  readonly body: string;
}

/** Rows that changed, and those that are no more. */
export interface RowChanges {
  readonly changed: readonly Row[];
  readonly removed: readonly RowName[];
}

/** What is kept together or not at all. */
export interface Batch extends RowChanges {
  /** Growing by one from the sequence after the last that is kept. */
  readonly events: readonly RecordedEvent[];
  readonly documents: DocumentChanges;
  readonly mark: Mark;
}

/** How far the server has come: kept with every batch. */
export interface Mark {
  /** When it was last known to run, by the monitor's own clock and by the wall's. */
  readonly seenAt: Instant;
  /** No name begins with an epoch at or below this one. */
  readonly epochFloor: number;
}

/** What a store tells when it is opened. */
export interface Opened {
  /** Made with the store, and kept with it. */
  readonly journalId: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Of the server before; undefined for a new store. */
  readonly mark: Mark | undefined;
  /** Whether it ended in good order: what it gave out, it had kept. True for a new store. */
  readonly endedWell: boolean;
  /** The new name of a file that could not be read. */
  readonly setAside: string | undefined;
}

/** Which events are old enough to be forgotten: those below a sequence, and those before an instant. */
export interface TrimBounds {
  readonly firstSequence: number;
  /** Wall time. Only the oldest events are looked at: the first that is young enough ends it. */
  readonly before: number;
}

/**
 * Where the journal keeps things. Whatever rejects has kept nothing of what it was given, or all of it:
 * what was committed before is there again after any end of the process.
 *
 * Calls are served in the order in which they are made, except `find`, which waits for no commit.
 */
export interface JournalStore {
  readonly opened: Opened;
  /** Everything that is kept, some thousands at a time: each agent, and then its tasks. */
  rows(): AsyncIterable<readonly Row[]>;
  /** All documents that are kept, some thousands at a time, by collection and id. */
  documents(): AsyncIterable<readonly Document[]>;
  /** Keeps that a server runs: until `close` it has not ended well. */
  begin(mark: Mark): Promise<void>;
  /** Keeps a batch. One whose commit was reported as failed may be given again, and is kept once. */
  commit(batch: Batch): Promise<void>;
  find(query: EventQuery): Promise<readonly RecordedEvent[]>;
  /** Forgets the oldest events, some hundreds. Resolves with what is left, and whether to go on. */
  trim(bounds: TrimBounds): Promise<{ readonly firstSequence: number; readonly more: boolean }>;
  /** Keeps that the server ended well, if it did, and lets go of everything. */
  close(endedWell: boolean): Promise<void>;
}
