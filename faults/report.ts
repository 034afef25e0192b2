/**
 * The table, for a terminal and for docs/RELIABILITY.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { Machine } from "../bench/machine.ts";
import { alignedTable, markdownTable } from "../bench/report.ts";
import type { Fault, Row } from "./fault.ts";

/** A fault and what it found. */
export interface Tried {
  readonly fault: Fault;
  readonly rows: readonly Row[];
  readonly seconds: number;
}

const INTRO = `Written by \`npm run faults\`; do not edit. Real servers and real agents are done real harm: killed, stopped,
cut off, put on a full disk. Each line is a promise of [semantics.md](semantics.md) and what was seen of it.
\`kept\` and \`BROKEN\` are verdicts; \`shown\` is a figure without a promise; \`skipped\` says what this machine lacks.

The load, the server and whoever watches share one machine, so times are upper bounds. Of the agents of a large
fleet one in ten is \`heartbeat/agent\` itself; the others obey the same rules and are made to be many.`;

const HEAD = ["fault", "how", "promise", "seen", "verdict"];

function lines(tried: readonly Tried[]): string[][] {
  return tried.flatMap(({ fault, rows }) =>
    rows.map((row) => [fault.name, row.how, row.promise, row.seen, row.verdict]),
  );
}

export function textTable(tried: readonly Tried[]): string {
  return alignedTable(HEAD, lines(tried));
}

/** A whole run. */
export interface Report {
  readonly tried: readonly Tried[];
  readonly takenAt: Date;
  readonly seconds: number;
  /** As it was before. */
  readonly machine: Machine;
}

export function writeReport({ tried, takenAt, seconds, machine }: Report): void {
  const markdown = `# Reliability

${INTRO}

${markdownTable(HEAD, lines(tried))}

## What was done

${markdownTable(
  ["fault", "", "took"],
  tried.map(({ fault, seconds }) => [fault.name, fault.what, `${seconds} s`]),
)}

Taken ${takenAt.toISOString()} in ${seconds} s.

${markdownTable(
  ["machine", ""],
  Object.entries(machine)
    .filter(([key]) => key !== "etcd")
    .map(([key, value]) => [key, String(value)]),
)}
`;
  writeFileSync(file, markdown);
}

const file = new URL("../docs/RELIABILITY.md", import.meta.url);

/** Puts the rows of faults that were tried again in the place of their old ones. */
export function amendReport({ tried, takenAt }: Pick<Report, "tried" | "takenAt">): void {
  let text = readFileSync(file, "utf8");
  const again = takenAt.toISOString();
  for (const one of tried) {
    const { fault, seconds } = one;
    const done = [[fault.name, fault.what, `${seconds} s, again ${again}`]];
    text = replaceRows(text, fault.name, [
      markdownTable(HEAD, lines([one])),
      markdownTable(["", "", ""], done),
    ]);
  }
  writeFileSync(file, text);
}

/** Replaces the rows of a name in each table of a text in turn by those of a new table. */
function replaceRows(text: string, name: string, tables: readonly string[]): string {
  let at = 0;
  const old = new RegExp(`(?:^\\| ${name} \\|.*\\n)+`, "gm");
  return text.replace(old, () => `${tables[at++].split("\n").slice(2).join("\n").trimEnd()}\n`);
}
