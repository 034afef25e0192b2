/**
 * The table, for a terminal and for docs/CONFORMANCE.md.
 */
import { writeFileSync } from "node:fs";
import type { Machine } from "../../bench/machine.ts";
import { alignedTable, markdownTable } from "../../bench/report.ts";
import type { Delays } from "./ten-agents.ts";
import type { Language } from "./testees.ts";
import { closingLine, type Row } from "./verdicts.ts";

const INTRO = `Written by \`npm run conformance -- --write\`; do not edit. The agent runtimes of all languages against a real
server, through a network that does harm: each line is a promise of [agents.md](agents.md), seen from outside. The
scenarios are in \`test/conformance/scenarios/\`, and none has an exception for a language.`;

function cells(rows: readonly Row[], languages: readonly Language[]): string[][] {
  return rows.map(({ name, verdicts }) => [
    name,
    ...languages.map((language) => verdicts.get(language) ?? "skipped"),
  ]);
}

export function textTable(rows: readonly Row[], languages: readonly Language[]): string {
  return alignedTable(["scenario", ...languages.map(({ name }) => name)], cells(rows, languages));
}

/** A whole run. */
export interface Report {
  readonly rows: readonly Row[];
  readonly languages: readonly Language[];
  readonly delays: Delays;
  readonly takenAt: Date;
  readonly seconds: number;
  readonly machine: Machine;
}

export function writeReport(report: Report): void {
  const { rows, languages, delays, takenAt, seconds, machine } = report;
  const names = languages.map(({ name }) => name);
  const markdown = `# Conformance

${INTRO}

${markdownTable(
  ["scenario", "promise", ...names],
  cells(rows, languages).map(([name = "", ...verdicts], index) => [
    name,
    rows[index]?.promise ?? "",
    ...verdicts,
  ]),
)}

${closingLine(rows)}.

## From the kill of a process to DROPPED at a watcher

Two agents of each language on one server, killed one after the other; the clock runs from before the call of
\`kill\`.

${markdownTable(
  ["language", "ms"],
  [...delays].map(([{ name }, times]) => [name, times.map((ms) => ms.toFixed(1)).join(", ")]),
)}

## With what

${markdownTable(
  ["language", "toolchain"],
  languages.map((language) => [language.name, language.missing ?? language.version]),
)}

${markdownTable(
  ["machine", ""],
  [
    ["processor", `${machine.processor}, ${machine.cores} cores`],
    ["system", machine.system],
    ["heartbeat", machine.heartbeat],
  ],
)}

Taken ${takenAt.toISOString()} in ${seconds} s.
`;
  writeFileSync(new URL("../../docs/CONFORMANCE.md", import.meta.url), markdown);
}
