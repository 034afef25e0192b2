import type { LivenessEvent, RecordedEvent } from "../events/event.ts";
import type { EventLog } from "../events/log.ts";
import type { DocumentChanges } from "./documents.ts";
import type { RowChanges } from "./store.ts";

/** Whether what is appended is also kept. */
export type Health =
  | { readonly name: "healthy" }
  /** A commit takes longer than it may. Since: monotonic. */
  | { readonly name: "slow"; readonly since: number; readonly trouble: string }
  /** The last commit failed, and is tried again. */
  | { readonly name: "failing"; readonly since: number; readonly trouble: string };

/** The record as its writer sees it: events, and with them the rows and documents that they changed. */
export interface Record extends EventLog {
  /** Whose sequences they are: another record has another one. */
  readonly id: string;
  /** Whether rows are wanted: what forgets everything anyway need not be given them. */
  readonly keepsRows: boolean;
  readonly health: Health;
  /** Events that are appended and not kept yet. */
  readonly backlog: number;
  /** So many wait, though nothing ails the disk, that whoever can wait should. */
  readonly isCrowded: boolean;
  /** Events that were lost, because too many waited to be kept. */
  readonly unkeptTotal: number;
  /**
   * Events, rows and documents are kept together. The events that there is no room for are lost; rows and
   * documents never are.
   */
  append(
    events: readonly LivenessEvent[],
    rows?: RowChanges,
    documents?: DocumentChanges,
  ): readonly RecordedEvent[];
  /**
   * Resolves when everything appended so far is kept. Rejects with journal_unavailable when the record is
   * in trouble: it may be kept later, or not.
   */
  kept(): Promise<void>;
  /** Keeps what waits, if it can be kept, and lets go of the store. */
  close(): Promise<void>;
}
