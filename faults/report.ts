/**
 * The table, for a terminal and for docs/RELIABILITY.md.
 */
import { writeFileSync } from "node:fs";
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
  writeFileSync(new URL("../docs/RELIABILITY.md", import.meta.url), markdown);
}
