import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { EventFilter } from "../../events/filter.ts";
import type { EventQuery } from "../../events/log.ts";
import { severityRank } from "../event-codec.ts";

/** Sequence and text of each event. */
export type Found = (string | number)[];

/** Events looked at in one go: a few milliseconds. */
const WINDOW = 5_000;

/**
 * Reads the history. Whatever is asked, it is looked through in windows, and whoever runs the generator
 * has a turn between two of them; so no question, however rare its answers, holds a thread.
 */
export class Finder {
  readonly #database: DatabaseSync;
  /** By their text: a few dozen, one for each combination of what a filter may have. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Yields between two windows, and returns what was found. The events of `matches`, no others. */
  *find({ filter, after, before, newestFirst, limit }: EventQuery): Generator<undefined, Found> {
    const { first, last } = this.#bounds();
    let low = Math.max(after, first - 1);
    let high = Math.min(before, last + 1);
    if (filter.since !== undefined) low = this.#lastBefore(filter.since, low, high);
    const scan = new Scan(filter, newestFirst);
    const found: Found = [];
    while (low + 1 < high && found.length < 2 * limit) {
      const edge = this.#edge(scan, low, high);
      const [from, to] = newestFirst ? [edge - 1, high] : [low, edge + 1];
      // No window holds more than WINDOW events, so a limit of any size is within SQLite's reach.
      const rest = Math.min(limit - found.length / 2, WINDOW);
      for (const row of this.#all(scan.rows, [...scan.values, from, to, rest])) {
        found.push(row[0] as number, row[1] as string);
      }
      if (newestFirst) high = edge;
      else low = edge;
      yield;
    }
    return found;
  }

  /** The last sequence of the next window between two sequences. */
  #edge(scan: Scan, low: number, high: number): number {
    if (scan.edge !== undefined) {
      const [edge] = this.#all(scan.edge, [...scan.agent, low, high]);
      return (edge?.[0] as number | undefined) ?? (scan.newestFirst ? low + 1 : high - 1);
    }
    return scan.newestFirst ? Math.max(high - WINDOW, low + 1) : Math.min(low + WINDOW, high - 1);
  }

  /** The last sequence up to which everything between two sequences happened before an instant. */
  #lastBefore(since: number, low: number, high: number): number {
    let before = low;
    let notBefore = high;
    while (before + 1 < notBefore) {
      const middle = Math.floor((before + notBefore) / 2);
      const [row] = this.#all(HIGHEST_AT, [middle]);
      if (row !== undefined && (row[0] as number) < since) before = middle;
      else notBefore = middle;
    }
    return before;
  }

  #bounds(): { first: number; last: number } {
    const [row] = this.#all(BOUNDS, []);
    const [first, last] = (row ?? []) as (number | null)[];
    return { first: first ?? 1, last: last ?? 0 };
  }

  #all(sql: string, values: readonly SQLInputValue[]): readonly unknown[][] {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement.all(...values) as unknown as unknown[][];
  }
}

const BOUNDS = "SELECT (SELECT min(sequence) FROM events), (SELECT max(sequence) FROM events)";

const HIGHEST_AT = "SELECT highest_at FROM events WHERE sequence >= ? ORDER BY sequence LIMIT 1";

/** How a filter is looked for: through an agent's events by their index, or through all. */
class Scan {
  readonly newestFirst: boolean;
  /** Reads a window: takes `values`, the sequences around it, and how many rows. */
  readonly rows: string;
  readonly values: readonly SQLInputValue[];
  /** Finds where a window ends: takes `agent` and two sequences. Undefined where counting tells. */
  readonly edge: string | undefined;
  readonly agent: readonly SQLInputValue[];

  constructor(filter: EventFilter, newestFirst: boolean) {
    const { conditions, values } = conditionsOf(filter);
    const { organizationId, agentId } = filter;
    const order = newestFirst ? "DESC" : "ASC";
    const ofAgent = organizationId !== undefined && agentId !== undefined;
    const how = ofAgent ? "INDEXED BY events_by_agent" : "NOT INDEXED";
    const where = [...conditions, "sequence > ?", "sequence < ?"].join(" AND ");
    this.newestFirst = newestFirst;
    this.rows = `SELECT sequence, body FROM events ${how} WHERE ${where} ORDER BY sequence ${order} LIMIT ?`;
    this.values = values;
    this.agent = ofAgent ? [organizationId, agentId] : [];
    this.edge = ofAgent
      ? `SELECT sequence FROM events ${how} WHERE organization = ? AND agent = ? AND sequence > ? AND sequence < ? ORDER BY sequence ${order} LIMIT 1 OFFSET ${WINDOW - 1}`
      : undefined;
  }
}

/** The filter in SQL: what {@link matches} says of one event. */
function conditionsOf(filter: EventFilter): { conditions: string[]; values: SQLInputValue[] } {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, value: SQLInputValue) => {
    conditions.push(condition);
    values.push(value);
  };
  const { organizationId, agentId, types, minSeverity, since, until } = filter;
  // An event of an agent has an organization, so only without an agent may it be nobody's.
  if (organizationId !== undefined) {
    add(
      agentId === undefined ? "(organization = ? OR organization IS NULL)" : "organization = ?",
      organizationId,
    );
  }
  if (agentId !== undefined) add("agent = ?", agentId);
  if (types) add("type IN (SELECT value FROM json_each(?))", JSON.stringify([...types]));
  if (minSeverity) add("severity >= ?", severityRank[minSeverity]);
  if (since !== undefined) add("at >= ?", since);
  if (until !== undefined) add("at < ?", until);
  return { conditions, values };
}
