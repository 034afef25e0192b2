import type { RecordedEvent } from "../../events/event.ts";
import type { Document, DocumentChanges } from "../documents.ts";
import { decodeEvent, pushColumns } from "../event-codec.ts";
import type { Batch, Mark, Row } from "../store.ts";
import { messageOf, StoreError } from "./errors.ts";

/** A batch as it goes to the thread that writes: flat, because many small objects are slow to hand over. */
export interface EncodedBatch {
  /** {@link EVENT_COLUMNS} for each event. */
  readonly events: readonly (string | number | null)[];
  /** Organization, agent, task and body of each row. */
  readonly changed: readonly string[];
  /** Organization, agent and task of each row. */
  readonly removed: readonly string[];
  /** Collection, id and body of each document. */
  readonly changedDocuments: readonly string[];
  /** Collection and id of each document. */
  readonly removedDocuments: readonly string[];
  readonly mark: Mark;
}

export function encodeBatch({ events, changed, removed, documents, mark }: Batch): EncodedBatch {
  const columns: (string | number | null)[] = [];
  for (const recorded of events) pushColumns(columns, recorded);
  const rows: string[] = [];
  for (const row of changed) rows.push(row.organizationId, row.agentId, row.taskId, row.body);
  const names: string[] = [];
  for (const name of removed) names.push(name.organizationId, name.agentId, name.taskId);
  return { events: columns, changed: rows, removed: names, ...encodeDocuments(documents), mark };
}

function encodeDocuments({ changed, removed }: DocumentChanges) {
  const changedDocuments: string[] = [];
  for (const { collection, id, body } of changed) changedDocuments.push(collection, id, body);
  const removedDocuments: string[] = [];
  for (const { collection, id } of removed) removedDocuments.push(collection, id);
  return { changedDocuments, removedDocuments };
}

/** Documents from collection, id and body of each. */
export function decodeDocuments(flat: readonly string[]): readonly Document[] {
  const documents: Document[] = [];
  for (let i = 0; i < flat.length; i += 3) {
    const [collection = "", id = "", body = ""] = flat.slice(i, i + 3);
    documents.push({ collection, id, body });
  }
  return documents;
}

/** Rows from organization, agent, task and body of each. */
export function decodeRows(flat: readonly string[]): readonly Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < flat.length; i += 4) {
    const [organizationId = "", agentId = "", taskId = "", body = ""] = flat.slice(i, i + 4);
    rows.push({ organizationId, agentId, taskId, body });
  }
  return rows;
}

/** Events from sequence and text of each. */
export function decodeEvents(flat: readonly (string | number)[]): readonly RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const sequence = Number(flat[i]);
    events.push({ sequence, event: decode(sequence, String(flat[i + 1])) });
  }
  return events;
}

function decode(sequence: number, text: string) {
  try {
    return decodeEvent(text);
  } catch (error) {
    const words = `the file is corrupt: event ${sequence} is unreadable (${messageOf(error)})`;
    throw new StoreError("corrupt", words, { cause: error });
  }
}
