import { isMap, isScalar, LineCounter, parseDocument, Scalar } from "yaml";
import { nearest } from "./nearest.ts";
import type { SettingProblem } from "./problems.ts";
import { environmentOf, flagOf, type SettingName, settingNames } from "./settings.ts";

/** A value as somebody wrote it, and where. */
export interface Written {
  readonly text: string;
  /** "flag --interval", "environment HEARTBEAT_INTERVAL", "file heartbeat.yaml:3". */
  readonly from: string;
}

/** What one source says. A setting that it does not mention is absent. */
export interface Source {
  readonly values: ReadonlyMap<SettingName, Written>;
  readonly problems: readonly SettingProblem[];
}

const known: ReadonlySet<string> = new Set(settingNames);
const isSetting = (name: string): name is SettingName => known.has(name);

/** Variables that are read by commands other than serve, or that name the file itself. */
const otherVariables = [
  "config",
  "server",
  "organization",
  "timeout",
  "tls",
  "ca",
  "token",
  "token-file",
].map(environmentOf);
const settingOf = new Map(settingNames.map((name) => [environmentOf(name), name]));
const knownVariables = [...settingOf.keys(), ...otherVariables];
const isKnown = (variable: string) => knownVariables.includes(variable);

/** The prefix is no resemblance: all of them have it. */
function nearestVariable(variable: string): string | undefined {
  const bare = (name: string) => name.slice("HEARTBEAT_".length);
  const best = nearest(bare(variable), knownVariables.map(bare));
  return best === undefined ? undefined : `HEARTBEAT_${best}`;
}

function unknownName(
  subject: string,
  from: string,
  suggestion: string | undefined,
): SettingProblem {
  return {
    subject,
    from,
    problem: "is no setting",
    remedy:
      suggestion === undefined
        ? "see `heartbeat config` for all settings, or remove it"
        : `did you mean ${suggestion}?`,
  };
}

/** Flags, as the parser of the command line found them. It refuses unknown ones itself. */
export function fromFlags(flags: Readonly<Record<string, string | undefined>>): Source {
  const values = new Map<SettingName, Written>();
  for (const name of settingNames) {
    const text = flags[name];
    if (text !== undefined) values.set(name, { text, from: `flag ${flagOf(name)}` });
  }
  return { values, problems: [] };
}

/**
 * Kubernetes hands every pod variables for every Service of its namespace, named after the Service. A
 * Service called "heartbeat", which is the obvious name, or "heartbeat-web" gives HEARTBEAT_SERVICE_HOST,
 * HEARTBEAT_PORT, HEARTBEAT_WEB_PORT_8080_TCP_ADDR and so on: nobody wrote them, so nobody can be told
 * off for them. HEARTBEAT_PORT=50051 however is a person's mistake: Kubernetes writes tcp://… there.
 */
function isInjectedByKubernetes(name: string, text: string): boolean {
  if (/^HEARTBEAT(_[A-Z0-9_]+)?_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(name)) return true;
  if (/^HEARTBEAT(_[A-Z0-9_]+)?_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name))
    return true;
  return /^HEARTBEAT(_[A-Z0-9_]+)?_PORT$/.test(name) && /^(tcp|udp|sctp):\/\//.test(text);
}

/** HEARTBEAT_* variables. An empty one counts as absent: it is what `X=${Y:-}` leaves behind. */
export function fromEnvironment(env: Readonly<Record<string, string | undefined>>): Source {
  const values = new Map<SettingName, Written>();
  for (const [variable, name] of settingOf) {
    const text = env[variable] ?? "";
    if (text !== "") values.set(name, { text, from: `environment ${variable}` });
  }
  return { values, problems: unknownVariables(env) };
}

/** HEARTBEAT_* variables that no command reads. Every command knows those of all the others. */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
): SettingProblem[] {
  return Object.entries(env)
    .filter(([name, text]) => text !== undefined && name.startsWith("HEARTBEAT_"))
    .filter(([name, text = ""]) => !isKnown(name) && !isInjectedByKubernetes(name, text))
    .map(([name]) => unknownName(name, "environment", nearestVariable(name)));
}

/** The text of a scalar as it was written, so that 0x10 or 1e3 is judged by our rules, not YAML's. */
function written(scalar: Scalar): string {
  const plain = scalar.type === Scalar.PLAIN && typeof scalar.value !== "string";
  return plain ? (scalar.source ?? String(scalar.value)) : String(scalar.value);
}

/** A YAML file: a mapping of the settings' names to plain values. */
export function fromFile(path: string, text: string): Source {
  const values = new Map<SettingName, Written>();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeOf = (offset = 0) => `file ${path}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => ({
      subject: placeOf(pos[0]),
      problem: `is no YAML that can be read: ${message}`,
      remedy: "correct the line",
    }));
    return { values, problems };
  }
  const { contents } = document;
  if (contents === null) return { values, problems: [] };
  if (!isMap(contents)) return { values, problems: [notByName(path)] };
  const problems: SettingProblem[] = [];
  for (const { key, value } of contents.items) {
    const name = isScalar(key) ? String(key.value) : String(key);
    const from = placeOf(isScalar(key) ? key.range?.[0] : undefined);
    if (!isSetting(name)) problems.push(unknownName(name, from, nearest(name, settingNames)));
    else if (isScalar(value) && value.value !== null)
      values.set(name, { text: written(value), from });
    else problems.push(noPlainValue(name, from, value));
  }
  return { values, problems };
}

function notByName(path: string): SettingProblem {
  const subject = `file ${path}`;
  const remedy = "write lines such as `interval: 30s`";
  return { subject, problem: "does not hold settings by name", remedy };
}

function noPlainValue(subject: string, from: string, value: unknown): SettingProblem {
  const empty = value === null || isScalar(value);
  const problem = empty ? "has no value" : "is a list or a mapping";
  const remedy = "write one value after the colon, or remove the line to take the default";
  return { subject, from, problem, remedy };
}
