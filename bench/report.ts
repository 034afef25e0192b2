/**
 * What a measurement says, and how it is shown.
 */
import { writeFileSync } from "node:fs";
import type { Machine } from "./machine.ts";

export type Verdict = "met" | "missed" | "failed" | "skipped" | "shown";

/** One line of the table. */
export interface Row {
  readonly what: string;
  /** As in the design; empty for a figure that is only shown. */
  readonly budget: string;
  readonly measured: string;
  readonly verdict: Verdict;
  readonly note?: string;
}

/** What one part of the bench found. */
export interface Finding {
  readonly rows: readonly Row[];
  /** The figures behind the rows, for programs. */
  readonly figures: unknown;
}

/** A row whose budget is an upper bound. */
export function bounded(
  what: string,
  budget: string,
  value: number,
  limit: number,
  measured: string,
  note?: string,
): Row {
  const verdict = value <= limit ? "met" : "missed";
  return { what, budget, measured, verdict, ...(note ? { note } : {}) };
}

export function shown(what: string, measured: string, note?: string): Row {
  return { what, budget: "", measured, verdict: "shown", ...(note ? { note } : {}) };
}

export function unmeasured(what: string, verdict: "failed" | "skipped", note: string): Row {
  return { what, budget: "", measured: "", verdict, note };
}

export interface Report {
  readonly takenAt: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly figures: Record<string, unknown>;
}

const HEAD = ["", "budget", "measured", "verdict", "note"];

function cells(rows: readonly Row[]): string[][] {
  return rows.map((row) => [row.what, row.budget, row.measured, row.verdict, row.note ?? ""]);
}

/** The table for a terminal. */
export function textTable(rows: readonly Row[]): string {
  return alignedTable(HEAD, cells(rows));
}

export function alignedTable(head: readonly string[], body: readonly string[][]): string {
  const lines = [head, ...body];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column])).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

export function markdownTable(head: readonly string[], lines: readonly string[][]): string {
  const show = (line: readonly string[]) =>
    `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [show(head), show(head.map(() => "---")), ...lines.map(show)].join("\n");
}

/** NAME.md for people and, where programs want it too, NAME.json. */
export function writeReport(
  report: Report,
  { name, title, intro, json }: { name: string; title: string; intro: string; json: boolean },
): void {
  const folder = new URL("./", import.meta.url);
  const { machine, rows } = report;
  const markdown = `# ${title}

${intro}

${markdownTable(HEAD, cells(rows))}

Taken ${report.takenAt} in ${report.seconds} s.

${markdownTable(
  ["machine", ""],
  Object.entries(machine).map(([key, value]) => [key, String(value)]),
)}
`;
  writeFileSync(new URL(`${name}.md`, folder), markdown);
  if (!json) return;
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(report, null, 2)}\n`);
}
