import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { SettingsError } from "../config/problems.ts";
import { type ReadSettings, readSettings } from "../config/read.ts";
import {
  environmentOf,
  flagOf,
  type SettingName,
  settingNames,
  settingTable,
} from "../config/settings.ts";
import type { CliContext } from "./context.ts";

/** The settings as flags of a command, and the command's flags as settings. */

/** As the parser gives them, by their names in camel case. */
export type SettingFlags = Readonly<Record<string, string | boolean | undefined>>;

export function withSettings(command: Command): Command {
  command.option("--config <FILE>", "a YAML file of settings, or HEARTBEAT_CONFIG");
  for (const name of settingNames) {
    const { placeholder, bare } = settingTable[name].kind;
    const value = bare === undefined ? `<${placeholder}>` : `[${placeholder}]`;
    command.addOption(new Option(`${flagOf(name)} ${value}`, describe(name)));
  }
  return command;
}

/** Default, limit and costs, as they stand below a flag. */
function describe(name: SettingName): string {
  const { meaning, raising, lowering, kind } = settingTable[name];
  return [
    meaning,
    `Default: ${defaultInWords(name)}. Limit: ${kind.limit}.`,
    raising === undefined ? "" : `Raising: ${raising}.`,
    lowering === undefined ? "" : `Lowering: ${lowering}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

export function defaultInWords(name: SettingName): string {
  const entry = settingTable[name];
  return entry.defaultInWords ?? entry.default ?? "";
}

/** Reads the settings from all of their sources. Throws a SettingsError that names every fault. */
export function settingsOf(context: CliContext, flags: SettingFlags): ReadSettings {
  const written: Record<string, string | undefined> = {};
  for (const name of settingNames) {
    const value = flags[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
    // A flag that stands without its value means what its kind says.
    written[name] = value === true ? settingTable[name].kind.bare : (value as string | undefined);
  }
  const { env, hostName } = context;
  const file = readConfigFile(context, flags.config as string | undefined);
  return readSettings({ flags: written, env, hostName, ...(file === undefined ? {} : { file }) });
}

function readConfigFile(context: CliContext, flag: string | undefined) {
  const variable = environmentOf("config");
  const path = flag ?? (context.env[variable] || undefined);
  if (path === undefined) return undefined;
  try {
    return { path, text: readFileSync(path, "utf8") };
  } catch (error) {
    throw new SettingsError([
      {
        subject: "config",
        value: path,
        from: flag === undefined ? `environment ${variable}` : "flag --config",
        problem: `cannot be read: ${(error as Error).message}`,
        remedy: "check the path and its permissions, or leave the file out",
      },
    ]);
  }
}
