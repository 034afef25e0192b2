import { inspect } from "node:util";

/** A value that shows itself to nobody by accident: not in a log, not in JSON, not in a message. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}

/** A part of an address that is shorter is a word of its API rather than a secret. */
const SHORTEST_PART = 8;

/** What of a secret address is secret wherever it comes up: other sides like to name the path, or its end. */
export function partsOf(url: Secret): Secret[] {
  const { pathname, search, searchParams } = new URL(url.reveal());
  const parts = [...pathname.split("/"), ...searchParams.values()];
  const long = parts.filter((part) => part.length >= SHORTEST_PART);
  const whole = pathname.length > 1 ? [`${pathname}${search}`, pathname] : [];
  return [url, ...[...whole, ...long].map((part) => new Secret(part))];
}

/** What may be secret in an address that is none: nobody thinks of a query when a file is shown around. */
export function queryOf(url: Secret): Secret[] {
  const values = [...new URL(url.reveal()).searchParams.values()];
  return values.filter((value) => value.length >= SHORTEST_PART).map((value) => new Secret(value));
}

/** A text without the secrets, should another side have put one into its answer. */
export function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  const values = secrets.flatMap((secret) => {
    const value = secret.reveal();
    const quoted = JSON.stringify(value).slice(1, -1);
    return [value, quoted, encodeURIComponent(value), Buffer.from(value).toString("base64")];
  });
  // The longest first: one may be part of another.
  const ordered = [...new Set(values)].sort((a, b) => b.length - a.length);
  return ordered.reduce((safe, value) => safe.replaceAll(value, "[secret]"), text);
}
