/**
 * `npm run bench`: measures every budget of the design, prints a table, writes RESULTS.md and
 * RESULTS.json. It is no test: it ends with 0 when a budget is missed, and says so in the table.
 */
import { parseArgs } from "node:util";
import { measureAsking } from "./asking.ts";
import { measureCpu } from "./cpu.ts";
import { measureDrops } from "./drops.ts";
import { type Bench, full, quick } from "./effort.ts";
import { measureJournal } from "./journal.ts";
import { describeMachine } from "./machine.ts";
import { measureMassDown } from "./mass-down.ts";
import { measureMemory } from "./memory.ts";
import { measureMonitor } from "./monitor-part.ts";
import { measurePage } from "./page.ts";
import { cleanUp } from "./processes.ts";
import { measureRearm } from "./rearm.ts";
import { type Finding, type Report, textTable, unmeasured, writeReport } from "./report.ts";
import { findEtcd } from "./servers.ts";
import { measureSilence } from "./silence.ts";
import { measureWatchers } from "./watchers.ts";

interface Part {
  readonly name: string;
  /** A part that takes longer than this has hung. */
  readonly timeoutMs: number;
  measure(bench: Bench): Promise<Finding>;
}

const parts: readonly Part[] = [
  { name: "monitor", timeoutMs: 90_000, measure: measureMonitor },
  { name: "drops", timeoutMs: 180_000, measure: measureDrops },
  { name: "silence", timeoutMs: 120_000, measure: measureSilence },
  { name: "memory", timeoutMs: 200_000, measure: measureMemory },
  { name: "rearm", timeoutMs: 240_000, measure: measureRearm },
  { name: "mass-down", timeoutMs: 180_000, measure: measureMassDown },
  { name: "asking", timeoutMs: 240_000, measure: measureAsking },
  { name: "watchers", timeoutMs: 120_000, measure: measureWatchers },
  { name: "page", timeoutMs: 120_000, measure: measurePage },
  { name: "journal", timeoutMs: 120_000, measure: measureJournal },
  { name: "cpu", timeoutMs: 300_000, measure: measureCpu },
];

const USAGE = `Usage: npm run bench -- [options]

  --quick          a minute or so, to try the bench; its figures are not worth keeping
  --only PARTS     some of ${parts.map((part) => part.name).join(", ")}; parted by commas
  --no-etcd        leave etcd out even where it is found
  --server FILE    measure this program's "serve" instead, to compare an older build
  --help           this text

A whole run takes about eight minutes and writes bench/RESULTS.md and bench/RESULTS.json; other runs
only print.
`;

const INTRO = `Written by \`npm run bench\`; do not edit. Times of the processor are taken in rounds in which the servers take
turns, and ratios within a round; given is the median, with the least and the greatest in parentheses.
The load generator is a process of its own, and everything goes over loopback.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      etcd: { type: "boolean", default: true },
      server: { type: "string" },
      help: { type: "boolean", default: false },
    },
    allowNegative: true,
  });
  if (values.help) return void process.stdout.write(USAGE);
  const names = values.only?.split(",") ?? parts.map((part) => part.name);
  const stranger = names.find((name) => !parts.some((part) => part.name === name));
  if (stranger !== undefined) throw new Error(`--only: there is no part "${stranger}"\n\n${USAGE}`);

  const bench: Bench = {
    effort: values.quick ? quick : full,
    entry: values.server,
    etcd: values.etcd ? findEtcd() : undefined,
    say: (line) => console.log(line),
  };
  const report = await measure(
    parts.filter((part) => names.includes(part.name)),
    bench,
  );
  console.log(`\n${textTable(report.rows)}\n`);
  const whole = !values.quick && values.only === undefined && values.server === undefined;
  if (whole) writeReport(report, { name: "RESULTS", title: "Results", intro: INTRO, json: true });
  else console.log("Only a whole run is written to bench/RESULTS.md.");
}

/** One part after the other; what fails is a row of the table and stops nobody else. */
async function measure(chosen: readonly Part[], bench: Bench): Promise<Report> {
  const start = performance.now();
  const takenAt = new Date().toISOString();
  const machine = describeMachine();
  const rows = [];
  const figures: Record<string, unknown> = {};
  for (const part of chosen) {
    try {
      const finding = await inTime(part, bench);
      rows.push(...finding.rows);
      figures[part.name] = finding.figures;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      rows.push(unmeasured(part.name, "failed", reason.replaceAll(/\s+/g, " ")));
      cleanUp();
    }
  }
  const seconds = Math.round((performance.now() - start) / 1_000);
  return { takenAt, seconds, machine, rows, figures };
}

async function inTime(part: Part, bench: Bench): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`not done within ${part.timeoutMs / 1_000} s`));
    timer = setTimeout(fail, part.timeoutMs);
  });
  try {
    return await Promise.race([part.measure(bench), late]);
  } finally {
    clearTimeout(timer);
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
