import {
  type Agent,
  type Event,
  EventTypeSchema,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { agentFacts, stateOf } from "../agents.ts";
import type { CliContext } from "../context.ts";
import { instant, word } from "../words.ts";
import { cut, wrap } from "./text.ts";

/** Everything about one agent, as far as it has been told. */
export interface Details {
  readonly agent: Agent;
  /** The newest first; undefined while they are asked for. */
  readonly events: readonly Event[] | undefined;
  /** Why there is no news. */
  readonly problem: string;
}

export function detailLines(
  context: CliContext,
  { agent, events, problem }: Details,
  width: number,
  paint: (word: string) => string,
): string[] {
  // Without colours, since lines are broken by what they show.
  const lines = agentFacts({ ...context, isTTY: false }, agent)
    .split("\n")
    .flatMap((line) => wrapFact(line, width));
  const state = stateOf(agent);
  const painted = lines.map((line) =>
    line.startsWith("state") ? line.replace(state, () => paint(state)) : line,
  );
  const history =
    events === undefined
      ? ["asking for its events …"]
      : events.length === 0
        ? ["no event is kept"]
        : events.map((event) => eventLine(event, width, paint));
  return [
    ...painted,
    ...(problem === "" ? [] : ["", ...wrap(problem, width)]),
    "",
    "last events, the newest first",
    ...history,
  ];
}

/** Facts stand as a name and a value in columns: the spaces between them are kept. */
function wrapFact(line: string, width: number): string[] {
  const [, name = "", value = ""] = /^(\S+(?: \S+)?\s{2,})(.*)$/s.exec(line) ?? [];
  if (name === "" || name.length + 10 > width) return wrap(line.replace(/ {2,}/g, " "), width);
  return wrap(value, width - name.length).map((part, index) =>
    index === 0 ? name + part : " ".repeat(name.length) + part,
  );
}

function eventLine(event: Event, width: number, paint: (word: string) => string): string {
  const type = word(EventTypeSchema, event.type);
  const time = instant(event.occurredAt).slice(11, 23);
  const plainLine = cut(`${time}  ${type}  ${event.reason}`, width);
  const whole = plainLine.startsWith(`${time}  ${type} `) || plainLine.endsWith(type);
  return whole ? plainLine.replace(type, () => paint(type)) : plainLine;
}
