import type { Command } from "commander";
import type { CliContext } from "./context.ts";

/** Where the command that ran leaves what the process is to exit with. */
export interface Outcome {
  code: number;
}

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: CliContext, outcome: Outcome) => void;

/** Examples below a command's help. */
export function examples(...lines: string[]): string {
  const title = lines.length === 1 ? "Example" : "Examples";
  return `\n${title}:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}
