import type { Duration } from "@bufbuild/protobuf/wkt";
import { limits } from "../../config.ts";
import { HeartbeatError, shown } from "../../errors.ts";
import { span } from "../../monitor/words.ts";
import { durationMs } from "../messages/time.ts";

/**
 * Single fields: each function takes the field's path as the contract spells it, and returns the value
 * or throws field_invalid or field_missing.
 */

const ID = /^[A-Za-z0-9._:/@-]+$/;
const ORGANIZATION = /^[A-Za-z0-9._:@-]+$/;
const LABEL_KEY = /^[A-Za-z0-9._/-]+$/;

export const DEFAULT_ORGANIZATION = "default";

/** An agent's or a task's name. */
export function id(field: string, value: string): string {
  const limit = `1 to ${limits.idBytes} bytes of [A-Za-z0-9._:/@-]`;
  if (value === "")
    throw new HeartbeatError("field_missing", { field, problem: "is empty", limit });
  return named(field, value, ID, limit);
}

/** A tenant; "default" when empty. */
export function organization(field: string, value: string): string {
  if (value === "") return DEFAULT_ORGANIZATION;
  return named(field, value, ORGANIZATION, `1 to ${limits.idBytes} bytes of [A-Za-z0-9._:@-]`);
}

/** A tenant, "default" when empty, or undefined for "*", which is all of them. */
export function organizationOrAll(field: string, value: string): string | undefined {
  return value === "*" ? undefined : organization(field, value);
}

function named(field: string, value: string, pattern: RegExp, limit: string): string {
  if (Buffer.byteLength(value) > limits.idBytes) {
    throw invalid(field, shown(value), `has ${Buffer.byteLength(value)} bytes`, limit);
  }
  if (!pattern.test(value)) {
    throw invalid(field, shown(value), "has a character that is not allowed", limit);
  }
  return value;
}

/** Free text of at most so many bytes. */
export function text(field: string, value: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(value);
  if (bytes <= maxBytes) return value;
  throw invalid(field, shown(value), `has ${bytes} bytes`, `${maxBytes} bytes`);
}

/** Bytes, at most so many. */
export function bytes(field: string, value: Uint8Array, maxBytes: number): Uint8Array {
  if (value.length <= maxBytes) return value;
  throw invalid(field, undefined, `has ${value.length} bytes`, `${maxBytes} bytes`);
}

/** A list of at most so many. */
export function atMost<Item>(field: string, items: readonly Item[], max: number): readonly Item[] {
  if (items.length <= max) return items;
  throw invalid(field, undefined, `has ${items.length} entries`, `at most ${max}`);
}

/** Names and values of an agent. */
export function labels(
  field: string,
  value: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = atMost(field, Object.entries(value), limits.labels);
  for (const [key, label] of entries) {
    const limit = `1 to ${limits.labelKeyBytes} bytes of [A-Za-z0-9._/-]`;
    if (key.length > limits.labelKeyBytes || !LABEL_KEY.test(key)) {
      throw invalid(`${field} key`, shown(key), "is not a label's name", limit);
    }
    text(`${field}[${key}]`, label, limits.labelValueBytes);
  }
  return value;
}

/** A span in whole milliseconds; undefined stays undefined. */
export function spanMs(
  field: string,
  value: Duration | undefined,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  if (!value) return undefined;
  if (Number(value.seconds) * value.nanos < 0 || Math.abs(value.nanos) >= 1e9) {
    throw invalid(field, `${value.seconds} s and ${value.nanos} ns`, "is no duration", "one sign");
  }
  const ms = durationMs(value);
  if (ms >= range.min && ms <= range.max) return Math.round(ms);
  const limit = `${span(range.min)} to ${span(range.max)}`;
  const problem = ms < 0 ? "is negative" : ms < range.min ? "is too short" : "is too long";
  throw invalid(field, `${ms / 1000}s`, problem, limit);
}

/** A number within a range, bounds included; NaN is in none. */
export function number(
  field: string,
  value: number,
  range: { readonly min: number; readonly max: number },
): number {
  if (value >= range.min && value <= range.max) return value;
  throw invalid(field, String(value), "is out of range", `${range.min} to ${range.max}`);
}

/** A number of a 64-bit field that must be exact as a double. */
export function safeInteger(field: string, value: bigint): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw invalid(field, String(value), "is too large", "at most 2^53 - 1");
}

/**
 * The name that stands for an enum's number in the domain. A number that the contract does not know is
 * refused, and so is UNSPECIFIED unless the caller's table has it.
 */
export function choice<Name>(
  field: string,
  value: number,
  names: ReadonlyMap<number, Name>,
  limit: string,
): Name {
  const name = names.get(value);
  if (name !== undefined) return name;
  throw invalid(field, String(value), "is not a value of this field", limit);
}

export function invalid(
  field: string,
  value: string | undefined,
  problem: string,
  limit: string,
): HeartbeatError {
  return new HeartbeatError("field_invalid", {
    field,
    problem,
    limit,
    ...(value !== undefined && { value }),
  });
}
