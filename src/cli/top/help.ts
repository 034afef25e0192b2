import { facts } from "../terminal.ts";
import { cut } from "./text.ts";

/** The keys, as `?` shows them. */
const keys: readonly (readonly [string, string])[] = [
  ["q, Ctrl-C", "quit"],
  ["arrows, PageUp, PageDown, Home, End", "move"],
  ["Escape", "select nothing; go back"],
  ["s or >, <", "order by the next column, by the one before"],
  ["r", "reverse the order"],
  ["/", "filter: words of id, type, state, key=value of a label"],
  ["f", "only agents in trouble: SUSPECT, DOWN, missed beats, a bad task"],
  ["Enter", "everything about the selected agent"],
  ["p", "pause the selected agent for 10 min (asks first)"],
  ["u", "resume the selected agent"],
  ["?", "this help"],
];

export function helpLines(width: number): string[] {
  return [...facts(keys).split("\n"), "", "any key goes back"].map((line) => cut(line, width));
}
