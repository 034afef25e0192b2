/**
 * The monitor's own budgets, at a small and at a large table.
 */
import { fileURLToPath } from "node:url";
import type { Bench } from "./effort.ts";
import type { MonitorFigures } from "./monitor.ts";
import { spawnProgram } from "./processes.ts";
import { bounded, type Finding, type Row, shown } from "./report.ts";

const FEW = 1_000;
const TIMEOUT_MS = 60_000;

/** A tick that costs the same may still differ by this much from one process to another. */
const SAME_TICK_NS = 250;

const HANDLE_NS = 100;
const ID_NS = 1_000;
const BYTES = 300;

export async function measureMonitor(bench: Bench): Promise<Finding> {
  const few = await figuresAt(FEW);
  const many = await figuresAt(bench.effort.monitorAgents);
  const rows = [
    cost("monitor: a beat by handle", few, many, (of) => of.beatByHandleNs, HANDLE_NS),
    shown(
      "monitor: a beat by handle, in the order of slots",
      atBoth(few, many, (of) => of.beatInOrderNs),
    ),
    cost("monitor: a beat by id", few, many, (of) => of.beatByIdNs, ID_NS),
    tick(few, many),
    bounded(
      `memory per agent in the monitor, ${show(many.agents)} agents`,
      `<= ${BYTES} bytes + its strings`,
      many.bytesPerAgent,
      BYTES,
      `${Math.round(many.bytesPerAgent)} bytes`,
    ),
  ];
  for (const row of rows) bench.say(`${row.what}: ${row.measured}`);
  return { rows, figures: { few, many } };
}

async function figuresAt(agents: number): Promise<MonitorFigures> {
  const file = fileURLToPath(new URL("monitor.ts", import.meta.url));
  const program = spawnProgram(process.execPath, ["--expose-gc", file, String(agents)]);
  try {
    return await program.firstLine((line) => JSON.parse(line) as MonitorFigures, TIMEOUT_MS);
  } finally {
    await program.stop();
  }
}

/** Both sizes must keep to the limit. */
function cost(
  what: string,
  few: MonitorFigures,
  many: MonitorFigures,
  pick: (figures: MonitorFigures) => number,
  limitNs: number,
): Row {
  const worse = Math.max(pick(few), pick(many));
  return bounded(what, `<= ${limitNs} ns`, worse, limitNs, atBoth(few, many, pick));
}

function tick(few: MonitorFigures, many: MonitorFigures): Row {
  return bounded(
    "monitor: a tick with nothing to expire",
    `the same (within ${SAME_TICK_NS} ns)`,
    many.idleTickNs - few.idleTickNs,
    SAME_TICK_NS,
    atBoth(few, many, (of) => of.idleTickNs),
  );
}

function atBoth(
  few: MonitorFigures,
  many: MonitorFigures,
  pick: (figures: MonitorFigures) => number,
): string {
  const one = (of: MonitorFigures) => `${Math.round(pick(of))} ns at ${show(of.agents)}`;
  return `${one(few)}, ${one(many)}`;
}

function show(count: number): string {
  return count.toLocaleString("en");
}
