import { isIP } from "node:net";
import ms from "ms";
import { z } from "zod";

/**
 * The kinds of value that a setting can have: how its text is read, what its limit is called, and how
 * it is shown. Flags of the other commands are read with the same kinds.
 */
export interface Kind<T, Suffix extends string = ""> {
  /** Text to value. An issue's message is the end of a sentence that begins with the text. */
  readonly schema: z.ZodType<T, string>;
  /** What is taken, in words: "100ms to 1d". */
  readonly limit: string;
  /** What to do about a text that is not taken, where the issue has no better advice. */
  readonly remedy: string;
  /** Stands for the value in a usage line. */
  readonly placeholder: string;
  /** The unit, in words; empty when there is none. */
  readonly unit: string;
  /** What a program's name for such a value ends in. */
  readonly suffix: Suffix;
  /** A flag of this kind may stand without a value, and then means this. */
  readonly bare?: string;
  show(value: T): string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

/** Reads a text; says what is wrong with it and what to do. */
export function parse<T>(kind: Kind<T, string>, text: string): Parsed<T> {
  const result = kind.schema.safeParse(text);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0] as { message: string; params?: { remedy?: string } };
  return { ok: false, problem: issue.message, remedy: issue.params?.remedy ?? kind.remedy };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** A span as it is written in settings: exact, in the largest unit that divides it. */
export function showDuration(spanMs: number): string {
  if (spanMs === 0) return "0s";
  const units = Object.entries(UNITS_MS);
  const [unit, size] = units.find(([, size]) => spanMs % size === 0) ?? ["ms", 1];
  return `${spanMs / size}${unit}`;
}

/** Spans that a message may advise: none is outside the limit that the text has just been told of. */
function advice({ min, max }: Range) {
  const within = (text: string) => {
    const spanMs = ms(text as ms.StringValue);
    return spanMs >= min && spanMs <= max;
  };
  const examples = ["250ms", "30s", "5m", "1h", "2d"].filter(within);
  if (examples.length === 0) examples.push(showDuration(min));
  return {
    remedy: `write a number and its unit: ${examples.join(", ")}`,
    /** For a number without a unit. */
    asMeant(text: string): string | undefined {
      if (text.length > 12) return undefined;
      const meant = [
        ...(within(`${text}s`) ? [`${text}s for seconds`] : []),
        ...(within(`${text}ms`) ? [`${text}ms for milliseconds`] : []),
      ];
      return meant.length === 0 ? undefined : `write ${meant.join(" or ")}`;
    },
  };
}

function readSpan(
  text: string,
  context: z.RefinementCtx,
  asMeant: (text: string) => string | undefined,
): number {
  const refuse = (message: string, remedy?: string) => {
    context.addIssue({ code: "custom", message, params: { remedy } });
    return z.NEVER;
  };
  if (/^\d+(\.\d+)?$/.test(text)) return refuse("has no unit", asMeant(text));
  if (!/^\d+(\.\d+)?\s*(ms|s|m|h|d)$/i.test(text)) return refuse("is no duration");
  // Rounded where only floating point is to blame: 1.005s is 1004.9999999999999 ms.
  const span = ms(text as ms.StringValue);
  const whole = Math.round(span);
  return Math.abs(span - whole) < 1e-6 ? whole : refuse("is no whole number of milliseconds");
}

/** A time span in whole milliseconds, written with its unit. */
export function duration({ min, max }: Range): Kind<number, "Ms"> {
  const { remedy, asMeant } = advice({ min, max });
  return {
    schema: z
      .string()
      .trim()
      .transform((text, context) => readSpan(text, context, asMeant))
      .pipe(z.number().min(min, "is too short").max(max, "is too long")),
    limit: `${showDuration(min)} to ${showDuration(max)}`,
    remedy,
    placeholder: "DURATION",
    unit: "a duration",
    suffix: "Ms",
    show: showDuration,
  };
}

function numeric(form: RegExp, message: string, { min, max }: Range) {
  return z
    .string()
    .trim()
    .regex(form, { message, abort: true })
    .transform(Number)
    .pipe(z.number(message).min(min, "is too small").max(max, "is too large"));
}

/** A whole number, optionally of some unit. */
export function count<Suffix extends string = "">(
  range: Range,
  unit: string,
  suffix: Suffix = "" as Suffix,
): Kind<number, Suffix> {
  return {
    schema: numeric(/^-?\d+$/, "is no whole number", range),
    limit: `${range.min} to ${range.max}`,
    remedy: "write a whole number within the limit, without a unit",
    placeholder: "NUMBER",
    unit,
    suffix,
    show: String,
  };
}

/** A number that may have a fraction. */
export function ratio(range: Range, unit: string): Kind<number> {
  return {
    schema: numeric(/^-?\d+(\.\d+)?$/, "is no number", range),
    limit: `${range.min} to ${range.max}`,
    remedy: "write a number within the limit, such as 2.5",
    placeholder: "NUMBER",
    unit,
    suffix: "",
    show: String,
  };
}

/** Yes or no. As a flag it may stand alone and then means yes. */
export const toggle: Kind<boolean> = {
  schema: z.stringbool({
    truthy: ["true", "yes", "on", "1"],
    falsy: ["false", "no", "off", "0"],
    error: "is neither true nor false",
  }),
  limit: "true or false",
  remedy: "write true or false",
  placeholder: "true|false",
  unit: "",
  suffix: "",
  bare: "true",
  show: String,
};

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    schema: z.enum(words, { error: "is none of the words that are known" }),
    limit: words.join(", "),
    remedy: "write one of these words",
    placeholder: "WORD",
    unit: "",
    suffix: "",
    show: String,
  };
}

/** A file's path; taken relative to the directory in which the command runs. */
export const file: Kind<string> = {
  schema: z.string().min(1, "is empty"),
  limit: "a path",
  remedy: "name a file, or leave the setting out",
  placeholder: "FILE",
  unit: "",
  suffix: "",
  show: String,
};

/** A directory's path; taken relative to the directory in which the command runs. */
export const folder: Kind<string> = {
  ...file,
  remedy: "name a directory",
  placeholder: "DIRECTORY",
};

/** A name that is shown to people. */
export function name(maxBytes: number): Kind<string> {
  return {
    schema: z
      .string()
      .min(1, "is empty")
      .refine((text) => Buffer.byteLength(text) <= maxBytes, "is too long"),
    limit: `1 to ${maxBytes} bytes`,
    remedy: "write a shorter name",
    placeholder: "NAME",
    unit: "",
    suffix: "",
    show: String,
  };
}

/** Web origins, as browsers write them: SCHEME://HOST[:PORT]. */
export const origins: Kind<readonly string[]> = {
  schema: z
    .string()
    .transform((text) => text.split(",").map((origin) => origin.trim()))
    .refine((listed) => listed.every(isOrigin), "is no list of origins"),
  limit: "origins with http or https, commas between them",
  remedy: "write them as browsers do, such as https://dash.example.org,http://localhost:3000",
  placeholder: "ORIGINS",
  unit: "",
  suffix: "",
  show: (listed) => listed.join(","),
};

/** Whether it is what a browser sends: without a path, not even a slash at the end. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.parse(text)?.origin === text;
}

/** An address of the web with nothing secret in it: settings are shown. */
export const webAddress: Kind<string> = {
  schema: z
    .string()
    .trim()
    .refine(isWebAddress, "is no address of the web without a user in it")
    .refine((text) => URL.parse(text)?.search === "", "has a query, which may be secret"),
  limit: "http:// or https://, a host, a path",
  remedy: "write it as https://host/path; who we are is said with headers, in a file",
  placeholder: "URL",
  unit: "",
  suffix: "",
  show: String,
};

/** Whether a text is an address of the web without a user or a password in it. */
export function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === "";
}

export interface HostPort {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** Parts a HOST:PORT that a setting has already accepted, or undefined when it is none. */
export function splitAddress(address: string): HostPort | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(address);
  if (match === null) return undefined;
  const [, bracketed, plain, port] = match;
  if (bracketed !== undefined && isIP(bracketed) !== 6) return undefined;
  return Number(port) > 65_535
    ? undefined
    : { host: bracketed ?? (plain as string), port: Number(port) };
}

/** Says what a text lacks to be HOST:PORT; undefined when it lacks nothing. */
function addressFault(text: string): { problem: string; remedy?: string } | undefined {
  if (splitAddress(text) !== undefined) return undefined;
  if (/^:\d+$/.test(text)) {
    return {
      problem: "names no host",
      remedy: `write 127.0.0.1${text} for this machine only, or 0.0.0.0${text} for every interface`,
    };
  }
  if (isIP(text) === 6 || /^[^[]*:.*:\d+$/.test(text)) {
    return { problem: "is ambiguous", remedy: "write an IPv6 address in brackets: [::1]:50051" };
  }
  if (/^[^:\s]+$/.test(text)) {
    return { problem: "names no port", remedy: `write ${text}:PORT; port 0 picks a free one` };
  }
  return { problem: "is no HOST:PORT" };
}

/** Where to listen, or whom to call. Port 0 picks a free one. */
export const address: Kind<string> = {
  schema: z
    .string()
    .trim()
    .superRefine((text, context) => {
      const fault = addressFault(text);
      if (fault === undefined) return;
      context.addIssue({
        code: "custom",
        message: fault.problem,
        params: { remedy: fault.remedy },
      });
    }),
  limit: "HOST:PORT, port 0 to 65535",
  remedy: "write HOST:PORT, such as 127.0.0.1:50051 or [::1]:0",
  placeholder: "HOST:PORT",
  unit: "",
  suffix: "",
  show: String,
};
