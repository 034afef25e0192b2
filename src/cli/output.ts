import { type DescMessage, type MessageShape, toJson } from "@bufbuild/protobuf";
import type { CliContext } from "./context.ts";
import { plain } from "./terminal.ts";

/** Writes what a person reads. */
export function say(context: CliContext, text: string): void {
  context.stdout.write(`${text}\n`);
}

/** Writes what is said beside the result, where it does not disturb a pipe. */
export function note(context: CliContext, text: string): void {
  context.stderr.write(`heartbeat: ${text.split("\n").map(plain).join("\nheartbeat: ")}\n`);
}

/** A message as one JSON document, in the canonical JSON of protobuf. */
export function document<Schema extends DescMessage>(
  context: CliContext,
  schema: Schema,
  message: MessageShape<Schema>,
): void {
  say(context, JSON.stringify(toJson(schema, message), undefined, 2));
}

/** A message as one line of JSON, for streams. */
export function line<Schema extends DescMessage>(
  context: CliContext,
  schema: Schema,
  message: MessageShape<Schema>,
): void {
  say(context, JSON.stringify(toJson(schema, message)));
}
