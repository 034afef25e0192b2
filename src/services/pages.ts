import { createHash } from "node:crypto";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import type { TaskSnapshot } from "../events/event.ts";
import { number } from "./parse/fields.ts";

/**
 * Pages that stay right while things change: a token holds the key of the last entry told, and the
 * next page begins after that key, wherever it then stands.
 */

/** A sort key: compared part by part. */
export type Key = readonly (string | number)[];

export function compareKeys(a: Key, b: Key): number {
  for (let part = 0; part < a.length; part++) {
    if (a[part] < b[part]) return -1;
    if (a[part] > b[part]) return 1;
  }
  return 0;
}

/** How many entries a page has at most; 0 asks for the default. */
export function pageSize(asked: number): number {
  return asked === 0 ? limits.pageSize.default : number("page_size", asked, limits.pageSize);
}

/** The first of `items` that fit into one answer by their estimated bytes; at least one. */
export function fitting<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
): readonly Item[] {
  let bytes = 0;
  const end = items.findIndex((item, at) => {
    bytes += bytesOf(item);
    return at > 0 && bytes > limits.pageBytes;
  });
  return end === -1 ? items : items.slice(0, end);
}

/** About what a task takes, encoded. */
export function taskBytes(task: TaskSnapshot): number {
  return 400 + task.detail.length + 3 * task.error.length;
}

/** A token to go on after `key`, good for the same question only. */
export function pageToken(question: unknown, key: Key): string {
  return Buffer.from(JSON.stringify([fingerprint(question), ...key])).toString("base64url");
}

/** The key to go on after; undefined for the first page. Throws page_token_invalid. */
export function keyOf(question: unknown, token: string, parts: readonly string[]): Key | undefined {
  if (token === "") return undefined;
  const [print, ...key] = decoded(token);
  if (print !== fingerprint(question) || !fits(key, parts)) throw notOurs(token);
  return key;
}

function decoded(token: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(value)) return value;
  } catch {
    // Not what we made: told below, like everything that is not.
  }
  throw notOurs(token);
}

function fits(key: unknown[], parts: readonly string[]): key is (string | number)[] {
  return key.length === parts.length && key.every((part, at) => typeof part === parts[at]);
}

/** Short, so that tokens are; it guards against mistakes, not against malice. */
function fingerprint(question: unknown): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("base64url").slice(0, 8);
}

function notOurs(token: string): HeartbeatError {
  return new HeartbeatError("page_token_invalid", {
    field: "page_token",
    value: shown(token),
    problem: "is not from an answer to this question",
    limit: "the next_page_token of the answer before, with the same filter and order",
  });
}
