import type { Command } from "commander";
import {
  type Event,
  EventSchema,
  EventTypeSchema,
  SeveritySchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { CliContext } from "./context.ts";
import { wordFlag, wordsFlag } from "./options.ts";
import { line, say } from "./output.ts";
import { painter, plain } from "./terminal.ts";
import { instant, word } from "./words.ts";

/** Which events are wanted: the flags of `watch` and of `events`. */
export interface EventFilterFlags {
  readonly agent?: string;
  readonly type?: number[];
  readonly severity?: number;
}

export function withEventFilter(command: Command): Command {
  return command
    .option("--agent <ID>", "only this agent's")
    .addOption(wordsFlag("--type <TYPE>", "only events of these types", EventTypeSchema))
    .addOption(wordFlag("--severity <SEVERITY>", "at least this severe", SeveritySchema));
}

export function eventFilter(flags: EventFilterFlags, organizationId: string) {
  return {
    organizationId,
    agentId: flags.agent ?? "",
    types: flags.type ?? [],
    minSeverity: flags.severity ?? 0,
  };
}

/** Columns of fixed width: events come one at a time, so nobody knows the widest. */
const TYPE_WIDTH = 18;
const AGENT_WIDTH = 24;

/** Prints events as they come: a line each, of JSON or for people. */
export function eventPrinter(context: CliContext, json: boolean): (event: Event) => void {
  const paint = painter(context);
  if (json) return (event) => line(context, EventSchema, event);
  return (event) => {
    const type = word(EventTypeSchema, event.type);
    const gap = " ".repeat(Math.max(0, TYPE_WIDTH - type.length));
    const agent = (plain(event.agentId) || "-").padEnd(AGENT_WIDTH);
    const what = `${instant(event.occurredAt)}  ${paint(type)}${gap}  ${agent}  ${plain(event.reason)}`;
    say(context, `${String(event.sequence).padStart(6)}  ${what.trimEnd()}`);
  };
}
