import { styleText } from "node:util";
import Table from "cli-table3";
import type { CliContext } from "./context.ts";

type Style = Parameters<typeof styleText>[0];

const styles: Readonly<Record<string, Style>> = {
  ALIVE: "green",
  RECOVERED: "green",
  SUCCEEDED: "green",
  SUSPECT: "yellow",
  SUSPECTED: "yellow",
  DROPPED: "yellow",
  MISSED: "yellow",
  STALE: "yellow",
  TASK_STALE: "yellow",
  OFFERED: "yellow",
  TASK_RETRIED: "yellow",
  WARNING: "yellow",
  DOWN: "red",
  CONFLICT: "red",
  FAILED: "red",
  TIMED_OUT: "red",
  ORPHANED: "red",
  GIVEN_UP: "red",
  FIRING: "red",
  DEAD: "red",
  PENDING: "yellow",
  WAITING: "yellow",
  RESOLVED: "green",
  DELIVERED: "green",
  TASK_TIMED_OUT: "red",
  TASK_ORPHANED: "red",
  TASK_GIVEN_UP: "red",
  ERROR: "red",
  EXPECTED: "cyan",
  LEFT: "gray",
};

/**
 * Text from elsewhere, harmless to a terminal: reasons and labels are anybody's, and an escape sequence
 * in one could repaint the screen of whoever looks at it.
 */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Paints the word of a state or of an event. https://no-color.org rules. */
export function painter(context: CliContext): (word: string) => string {
  const colours = context.isTTY && (context.env.NO_COLOR ?? "") === "";
  return (word) => {
    const style = styles[word];
    return colours && style !== undefined
      ? styleText(style, word, { validateStream: false })
      : word;
  };
}

const noBorders = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid"].flatMap((side) =>
    ["", "-mid", "-left", "-right"].map((part) => [`${side}${part}`, ""]),
  ),
);

/** Aligned columns under a head, without lines. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const grid = new Table({
    head: [...head],
    chars: { ...noBorders, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  grid.push(...rows.map((row) => [...row]));
  return grid.toString().replace(/ +$/gm, "");
}

/** Names and values below one another. */
export function facts(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()).join("\n");
}
