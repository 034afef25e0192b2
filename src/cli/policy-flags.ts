import type { Command } from "commander";
import { settingTable } from "../config/settings.ts";
import { flag } from "./options.ts";

const declared = [
  "interval",
  "timeout-multiplier",
  "max-missed-beats",
  "grace",
  "drop-grace",
] as const;

/** How the agent asks to be judged: the flags and limits of the server's settings of the same name. */
export function withPolicy(command: Command): Command {
  for (const name of declared) {
    const { kind, meaning } = settingTable[name];
    command.addOption(
      flag(`--${name} <${kind.placeholder}>`, `${meaning} (default: the server's)`, kind),
    );
  }
  return command;
}
