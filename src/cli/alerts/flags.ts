import type { Command } from "commander";

/** Those of a command, and those that were written before its name, which are `heartbeat alerts`'s. */
export function flagsOf<Flags>(command: Command): Flags {
  return { ...command.parent?.opts(), ...command.opts() } as Flags;
}
