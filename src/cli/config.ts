import type { ReadSettings } from "../config/read.ts";
import {
  environmentOf,
  flagOf,
  propertyOf,
  type SettingName,
  settingNames,
  settingTable,
} from "../config/settings.ts";
import { type AddCommand, examples } from "./command.ts";
import { exitCodes, exitCodesHelp } from "./failure.ts";
import { say } from "./output.ts";
import { defaultInWords, type SettingFlags, settingsOf, withSettings } from "./setting-flags.ts";
import { facts, plain, table } from "./terminal.ts";

export const addConfig: AddCommand = (program, context, outcome) => {
  withSettings(program.command("config"))
    .description("Print every setting of serve, its value, and where the value came from.")
    .option("--explain", "also what each setting means, and what raising and lowering it costs")
    .option("--json", "print JSON, for programs")
    .addHelpText(
      "after",
      examples("heartbeat config --config heartbeat.yaml", "heartbeat config --explain"),
    )
    .addHelpText("after", exitCodesHelp)
    .action((flags: SettingFlags) => {
      const entries = settingNames.map((name) => entryOf(name, settingsOf(context, flags)));
      if (flags.json) say(context, JSON.stringify({ settings: entries }, undefined, 2));
      else if (flags.explain) say(context, entries.map(explained).join("\n\n"));
      else say(context, overview(entries));
      outcome.code = exitCodes.done;
    });
};

interface Entry {
  readonly name: SettingName;
  /** As it would be written; null when the setting is unset. */
  readonly value: string | null;
  readonly from: string;
  readonly default: string;
  readonly unit: string;
  readonly limit: string;
  readonly meaning: string;
  readonly raising: string | undefined;
  readonly lowering: string | undefined;
  readonly flag: string;
  readonly environment: string;
}

function entryOf(name: SettingName, { settings, provenance }: ReadSettings): Entry {
  const { kind, meaning, raising, lowering } = settingTable[name];
  const value = settings[propertyOf(name)];
  return {
    name,
    value: value === undefined ? null : (kind.show as (value: unknown) => string)(value),
    from: provenance[name],
    default: defaultInWords(name),
    unit: kind.unit,
    limit: kind.limit,
    meaning,
    raising,
    lowering,
    flag: flagOf(name),
    environment: environmentOf(name),
  };
}

function shownValue({ name, value, unit, default: fallback }: Entry): string {
  if (value === null) return `unset: ${fallback}`;
  // A duration has its unit in it.
  const counted = unit !== "" && settingTable[name].kind.suffix !== "Ms";
  // The table's units are plurals.
  const noun = Number(value) === 1 ? unit.replace(/s$/, "") : unit;
  return plain(counted ? `${value} ${noun}` : value);
}

function overview(entries: readonly Entry[]): string {
  const rows = entries.map((entry) => [entry.name, shownValue(entry), plain(entry.from)]);
  return table(["SETTING", "VALUE", "FROM"], rows);
}

function explained(entry: Entry): string {
  const rows: [string, string][] = [
    ["value", `${shownValue(entry)} (${plain(entry.from)})`],
    ["meaning", entry.meaning],
    ["default", entry.default],
    ["limit", entry.limit],
    ["flag", entry.flag],
    ["environment", entry.environment],
  ];
  if (entry.raising !== undefined) rows.push(["raising", entry.raising]);
  if (entry.lowering !== undefined) rows.push(["lowering", entry.lowering]);
  return `${entry.name}\n${facts(rows).replace(/^/gm, "  ")}`;
}
