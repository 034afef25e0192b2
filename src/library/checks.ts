import { HeartbeatError, shown } from "../errors.ts";

/** The checks of what a caller hands in: each returns the value or throws `field_invalid`. */

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Names of agents and tasks. */
export const ID = /^[A-Za-z0-9._:/@-]+$/;
/** Names of organizations. */
export const ORGANIZATION = /^[A-Za-z0-9._:@-]+$/;
/** Names of labels. */
export const LABEL_KEY = /^[A-Za-z0-9._/-]+$/;

export function checkNumber(field: string, value: unknown, range: Range): number {
  if (typeof value === "number" && value >= range.min && value <= range.max) return value;
  throw new HeartbeatError("field_invalid", {
    field,
    value: String(value),
    limit: `${range.min} to ${range.max}`,
    problem: typeof value === "number" ? "is out of range" : "is not a number",
  });
}

/** A span or count: a fraction is rounded, since the wire knows whole milliseconds. */
export function checkWhole(field: string, value: unknown, range: Range): number {
  return Math.round(checkNumber(field, value, range));
}

export function checkText(field: string, value: unknown, maxBytes: number): string {
  if (typeof value === "string" && Buffer.byteLength(value) <= maxBytes) return value;
  throw new HeartbeatError("field_invalid", {
    field,
    value: typeof value === "string" ? shown(value) : String(value),
    limit: `${maxBytes} bytes`,
    problem: typeof value === "string" ? "is too long" : "is not a string",
  });
}

export function checkName(field: string, value: unknown, form: RegExp, maxBytes: number): string {
  const text = checkText(field, value, maxBytes);
  if (form.test(text)) return text;
  throw new HeartbeatError("field_invalid", {
    field,
    value: shown(text),
    limit: `1 to ${maxBytes} bytes of ${form.source.slice(1, -2)}`,
    problem: text === "" ? "is empty" : "has a character that is not allowed",
  });
}

/** Cuts a sentence to what the wire takes, without splitting a character. */
export function cut(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let bytes = Buffer.from(text).subarray(0, maxBytes - 3);
  while (bytes.length > 0 && !isWholeUtf8(bytes)) bytes = bytes.subarray(0, -1);
  return `${bytes.toString()}…`;
}

function isWholeUtf8(bytes: Buffer): boolean {
  return !bytes.toString().endsWith("\uFFFD");
}
