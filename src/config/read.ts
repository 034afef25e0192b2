import { readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { checkTogether } from "./checks.ts";
import { parse } from "./kinds.ts";
import { type SettingProblem, SettingsError } from "./problems.ts";
import {
  HOST_NAME,
  type Provenance,
  propertyOf,
  type SettingName,
  type Settings,
  STATE_DIRECTORY,
  settingNames,
  settingTable,
} from "./settings.ts";
import { fromEnvironment, fromFile, fromFlags, type Source, type Written } from "./sources.ts";

/** All that settings are read from. What is left out says nothing. */
export interface SettingSources {
  /** By the setting's name, without dashes in front. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly file?: { readonly path: string; readonly text: string };
  /** Default: the machine's. */
  readonly hostName?: string;
  /** The text of a file that a setting names; undefined when it cannot be read. Default: asks the file system. */
  readonly readFile?: (path: string) => string | undefined;
}

export interface ReadSettings {
  readonly settings: Settings;
  readonly provenance: Provenance;
}

/** Flags over environment over file over defaults. Throws one {@link SettingsError} for all faults. */
export function readSettings(sources: SettingSources = {}): ReadSettings {
  const ranked: Source[] = [
    fromFlags(sources.flags ?? {}),
    fromEnvironment(sources.env ?? {}),
    ...(sources.file === undefined ? [] : [fromFile(sources.file.path, sources.file.text)]),
  ];
  const problems = ranked.flatMap((source) => source.problems);
  const values: Record<string, unknown> = {};
  const provenance = {} as Record<SettingName, string>;
  for (const name of settingNames) {
    const written = find(ranked, name) ?? defaultOf(name, sources);
    provenance[name] = written?.from ?? "default";
    values[propertyOf(name)] = written === undefined ? undefined : read(name, written, problems);
  }
  const settings = values as Settings;
  const wrong = new Set(problems.map(({ subject }) => subject));
  const readFile = sources.readFile ?? textOf;
  problems.push(...checkTogether({ settings, provenance, wrong, readFile }));
  if (problems.length > 0) throw new SettingsError(problems);
  return { settings: Object.freeze(settings), provenance: Object.freeze(provenance) };
}

function find(ranked: readonly Source[], name: SettingName): Written | undefined {
  return ranked.find((source) => source.values.has(name))?.values.get(name);
}

function defaultOf(name: SettingName, { hostName, env }: SettingSources): Written | undefined {
  const text = settingTable[name].default;
  if (text === undefined) return undefined;
  if (text === HOST_NAME) return { text: hostName ?? hostname(), from: "default" };
  if (text === STATE_DIRECTORY) return { text: stateDirectory(env ?? {}), from: "default" };
  return { text, from: "default" };
}

/** Where this user's programs keep their state: as systemd says, else as the desktop's standard does. */
function stateDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const { STATE_DIRECTORY: given, XDG_STATE_HOME: state, HOME: home } = env;
  // systemd parts several by colons.
  if (given) return given.split(":")[0];
  return join(state || join(home || homedir(), ".local", "state"), "heartbeat");
}

function read(name: SettingName, written: Written, problems: SettingProblem[]): unknown {
  const { kind } = settingTable[name];
  const parsed = parse<unknown>(kind as never, written.text);
  if (parsed.ok) return parsed.value;
  problems.push({
    subject: name,
    value: written.text,
    from: written.from,
    problem: parsed.problem,
    limit: kind.limit,
    remedy: parsed.remedy,
  });
  return undefined;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
