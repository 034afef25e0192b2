import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./support.ts";

/** Whatever reads a clock or waits for one. */
const clocks =
  /\bDate\s*\.\s*now\b|\bnew\s+Date\s*\(\s*\)|\bDate\s*\(\s*\)|\bperformance\b|\bhrtime\b|\bset(Timeout|Interval)\b|\brequestAnimationFrame\b|\bnode:timers\b|\bAbortSignal\s*\.\s*timeout\b/;

/** The code of a file: comments become spaces, so that line numbers stay. */
function codeOf(text: string): string {
  const blank = (comment: string) => comment.replace(/[^\n]/g, " ");
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|\s)\/\/.*$/gm, blank);
}

function offences(file: string): string[] {
  const lines = codeOf(readFileSync(join(root, file), "utf8")).split("\n");
  return lines.flatMap((line, index) =>
    clocks.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
  );
}

const allowed = ["src/clock.ts", "web/src/clock.ts"];

test("clock.ts alone reads clocks and sets timers; everybody else takes a Clock", () => {
  const found = globSync(["src/**/*.ts", "web/src/**/*.{ts,tsx}"], { cwd: root });
  const files = found.filter((file) => !allowed.includes(file));
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap(offences)).toEqual([]);
});

test("the search finds what it looks for", () => {
  expect(offences("src/clock.ts").length).toBeGreaterThan(3);
  expect(clocks.test(codeOf("// setTimeout\nconst a = 1; /* Date.now() */"))).toBe(false);
});
