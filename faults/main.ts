/**
 * `npm run faults`: does harm to real servers and real agents, and says which promises were kept.
 *
 * Ends with 1 when a promise was broken or a fault could not be tried to its end, unlike a bench.
 */

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine } from "../bench/machine.ts";
import { cleanUp } from "../bench/processes.ts";
import { agentsStopped } from "./agents-stopped.ts";
import { cutLink } from "./cut-link.ts";
import { type Context, type Fault, failed, type Row, skipped } from "./fault.ts";
import { fullDisk } from "./full-disk.ts";
import { halfCut } from "./half-cut.ts";
import { killLoop } from "./kill-loop.ts";
import { missing, run } from "./needs.ts";
import { amendReport, type Tried, textTable, writeReport } from "./report.ts";
import { serverStopped } from "./server-stopped.ts";
import { sickDisk } from "./sick-disk.ts";
import { storm } from "./storm.ts";
import { tornJournal } from "./torn-journal.ts";
import { undoAll } from "./undo.ts";
import { wallClock } from "./wall-clock.ts";

const faults: readonly Fault[] = [
  killLoop,
  serverStopped,
  agentsStopped,
  cutLink,
  halfCut,
  wallClock,
  storm,
  fullDisk,
  sickDisk,
  tornJournal,
];

const root = fileURLToPath(new URL("..", import.meta.url));

/** How many agents a large fleet has. */
const AGENTS = 10_000;
const QUICK_AGENTS = 60;

const USAGE = `Usage: npm run faults -- [options]

  --quick          small counts, to try it; its figures are not worth keeping
  --only FAULTS    some of ${faults.map(({ name }) => name).join(", ")}; parted by commas
  --amend          with --only: puts the rows in the place of their old ones in docs/RELIABILITY.md
  --agents N       how many a large fleet has (server-stopped, storm); default: ${AGENTS}
  --server FILE    the program to start with "serve"; default: dist/main.js, built when it is old
  --help           this text

A whole run takes about a quarter of an hour and writes docs/RELIABILITY.md; others only print. Faults that
need root, a program or a library that is not here are skipped, and listed.
`;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      agents: { type: "string" },
      server: { type: "string" },
      amend: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return true;
  }
  const names = values.only?.split(",") ?? faults.map(({ name }) => name);
  const stranger = names.find((name) => !faults.some((fault) => fault.name === name));
  if (stranger !== undefined) {
    throw new Error(`--only: there is no fault "${stranger}"\n\n${USAGE}`);
  }
  if (values.server === undefined) run(process.execPath, [join(root, "scripts/build.mjs")]);
  const { quick } = values;
  const context: Context = {
    entry: resolve(root, values.server ?? "dist/main.js"),
    quick,
    agents: Number(values.agents ?? (quick ? QUICK_AGENTS : AGENTS)),
    pick: (whole, small) => (quick ? small : whole),
    say: (line) => console.log(line),
  };

  const machine = describeMachine();
  const takenAt = new Date();
  const start = performance.now();
  const tried: Tried[] = [];
  for (const fault of faults.filter(({ name }) => names.includes(name))) {
    tried.push(await tryOne(fault, context));
  }
  console.log(`\n${textTable(tried)}\n`);
  const whole =
    !quick && values.only === undefined && values.server === undefined && !values.agents;
  if (whole) writeReport({ tried, takenAt, seconds: secondsSince(start), machine });
  else if (values.amend) amendReport({ tried, takenAt });
  else console.log("Only a whole run is written to docs/RELIABILITY.md.");
  return !tried.some(({ rows }) => rows.some(({ verdict }) => bad.has(verdict)));
}

const bad: ReadonlySet<Row["verdict"]> = new Set(["BROKEN", "failed"]);

/** What fails is a line of the table, and stops no other fault. */
async function tryOne(fault: Fault, context: Context): Promise<Tried> {
  const start = performance.now();
  const reason = fault.needs.map(missing).find((text) => text !== undefined);
  if (reason !== undefined) return { fault, rows: [skipped(reason)], seconds: 0 };
  let rows: readonly Row[];
  try {
    rows = await inTime(fault, context);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (process.env.FAULTS_STACKS) console.error(error);
    rows = [failed(text.replaceAll(/\s+/g, " "))];
  }
  undoAll();
  cleanUp();
  const seconds = secondsSince(start);
  for (const { verdict, promise, how, seen } of rows) {
    context.say(`${fault.name}: ${verdict}: ${promise || how}: ${seen}`);
  }
  context.say(`${fault.name}: done in ${seconds} s`);
  return { fault, rows, seconds };
}

async function inTime(fault: Fault, context: Context): Promise<readonly Row[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`not done within ${fault.timeoutMs / 1_000} s`));
    timer = setTimeout(fail, fault.timeoutMs);
  });
  try {
    return await Promise.race([fault.run(context), late]);
  } finally {
    clearTimeout(timer);
  }
}

function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 1_000);
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
