import { isAlias, isNode, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { nearest } from "../../config/nearest.ts";
import type { SettingProblem } from "../../config/problems.ts";
import { Secret } from "../channels/secret.ts";
import { type Fault, type Path, pathText } from "./problems.ts";

/** Where secrets come from, beside the alerts file itself. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A file's text; undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

/** What keeps a secret from being used; without the secret. */
export type SecretFault = Pick<Fault, "problem" | "limit" | "remedy">;

/** What a channel may say of a secret: where it is. */
export type SecretKeys<Name extends string> = {
  readonly [Key in `${Name}-file` | `${Name}-env`]?: string | undefined;
};

/** Reads one alerts file: collects everything that is wrong, and says where. */
export class Reading {
  readonly problems: SettingProblem[] = [];
  readonly root: unknown;
  readonly #path: string;
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #lines = new LineCounter();
  readonly #secrets: SecretSources;

  constructor(path: string, text: string, secrets: SecretSources) {
    this.#path = path;
    this.#secrets = secrets;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { pos, message } of this.#document.errors) {
      const subject = this.#placeOf(pos[0]);
      // The parser's own words may quote the line.
      const problem = `is no YAML that can be read: ${message.split("\n")[0]}`;
      this.problems.push({ subject, problem, remedy: "correct the line" });
    }
    this.root = this.problems.length === 0 ? this.#document.toJS() : undefined;
  }

  fault({ path, value, problem, limit, remedy }: Fault): void {
    this.problems.push({
      subject: path.length === 0 ? "the alerts file" : pathText(path),
      ...(value !== undefined && { value: textOf(value) }),
      from: this.#placeOf(this.#offsetOf(path)),
      problem,
      ...(limit !== undefined && { limit }),
      remedy,
    });
  }

  /** A mapping as its schema has it; undefined when something is wrong with it. */
  check<Schema extends z.ZodObject>(
    schema: Schema,
    value: unknown,
    path: Path,
  ): z.output<Schema> | undefined {
    const result = schema.safeParse(value ?? {});
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.#tell(issue, Object.keys(schema.shape), path);
    return undefined;
  }

  /**
   * A secret, from the file or the variable that is named. Undefined when none is named, or something is
   * wrong with it. What stands at these keys is never repeated: it may be the secret itself, by mistake.
   */
  secret<Name extends string>(
    name: Name,
    keys: SecretKeys<Name>,
    path: Path,
    faultOf: (value: string) => SecretFault | undefined,
  ): Secret | undefined {
    const named = [`${name}-file`, `${name}-env`] as const;
    const [file, variable] = named.map((key) => keys[key]);
    if (file !== undefined && variable !== undefined) {
      const problem = `is there beside ${named[0]}`;
      this.fault({ path: [...path, named[1]], problem, remedy: "remove one of the two" });
      return undefined;
    }
    const at = [...path, file === undefined ? named[1] : named[0]];
    const value =
      file === undefined ? this.#fromEnvironment(variable, at) : this.#fromFile(file, at);
    if (value === undefined) return undefined;
    const fault = faultOf(value);
    if (fault === undefined) return new Secret(value);
    this.fault({ path: at, ...fault });
    return undefined;
  }

  #fromFile(file: string, path: Path): string | undefined {
    const text = this.#secrets.readFile(file)?.replace(/\r?\n$/, "");
    if (text !== undefined && text !== "") return text;
    const problem = text === undefined ? "names a file that cannot be read" : "names an empty file";
    const remedy =
      "check the path, which is relative to where the command runs, and its permissions; the secret itself does not belong here";
    this.fault({ path, problem, remedy });
    return undefined;
  }

  #fromEnvironment(variable: string | undefined, path: Path): string | undefined {
    if (variable === undefined) return undefined;
    const value = this.#secrets.env[variable] ?? "";
    if (variable.startsWith("HEARTBEAT_")) {
      const problem = "names a variable HEARTBEAT_*, and those are settings";
      this.fault({ path, problem, remedy: "give the variable another name" });
      return undefined;
    }
    if (value !== "") return value;
    const problem = "names a variable that is not set";
    const remedy = "set it where the server is started; the secret itself does not belong here";
    this.fault({ path, problem, remedy });
    return undefined;
  }

  #tell(issue: z.core.$ZodIssue, known: readonly string[], path: Path): void {
    const at = [...path, ...(issue.path as (string | number)[])];
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) this.fault({ path: [...at, key], ...unknownKey(key, known) });
      return;
    }
    const value = this.#document.getIn(at);
    const shownValue = isNode(value) || value === undefined || value === null ? {} : { value };
    this.fault({ path: at, ...shownValue, ...wordsOf(issue) });
  }

  #offsetOf(path: Path): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && !isAlias(node) && node.range) return node.range[0];
    }
    return 0;
  }

  #placeOf(offset = 0): string {
    return `file ${this.#path}:${this.#lines.linePos(offset).line}`;
  }
}

function unknownKey(key: string, known: readonly string[]): Omit<Fault, "path"> {
  if (known.includes(`${key}-file`)) {
    return {
      problem: "may be secret, and secrets do not stand in this file",
      remedy: `put it into a file and name that with ${key}-file, or into a variable and name that with ${key}-env`,
    };
  }
  const meant = nearest(key, known);
  return {
    problem: "is unknown",
    limit: known.join(", "),
    remedy: meant === undefined ? "remove it" : `write ${meant}, or remove it`,
  };
}

/** What a schema of ours says itself, or in our words what the library has found. */
function wordsOf(issue: z.core.$ZodIssue): Omit<Fault, "path"> {
  if (issue.code === "custom") {
    const { limit, remedy = "write another value" } = issue.params ?? {};
    return { problem: issue.message, limit, remedy };
  }
  const expected = "expected" in issue ? String(issue.expected) : "";
  if (issue.input === undefined && issue.code === "invalid_type" && /undefined/.test(issue.message))
    return { problem: "is missing", remedy: "add it" };
  if (expected === "array") {
    return { problem: "is no list", remedy: "write a list, such as [first, second]" };
  }
  if (expected === "object" || expected === "record") {
    return {
      problem: "is no mapping",
      remedy: "write names and values, each on a line of its own",
    };
  }
  if (expected === "boolean") return { problem: "is neither true nor false", remedy: "write one" };
  return { problem: issue.message, remedy: "write another value" };
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);
