/**
 * `npm run bench:fleet`: a fleet beats for a while, and nobody may be suspected.
 *
 * Ten thousand agents on as many connections beat every ten seconds for two minutes, while somebody
 * watches all events. Reports who was suspected, and what the server used.
 */
import { parseArgs } from "node:util";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { affordable, Generator } from "./generator.ts";
import type { LoadResult } from "./load.ts";
import { describeMachine } from "./machine.ts";
import { rssKiB } from "./processes.ts";
import { type Row, shown, textTable, writeReport } from "./report.ts";
import { type Server, startHeartbeat } from "./servers.ts";
import { Watcher } from "./watcher.ts";

const USAGE = `Usage: npm run bench:fleet -- [options]

  --agents N         default 10000, each on a connection of its own
  --interval-ms N    default 10000
  --seconds N        default 120
  --server FILE      measure this program's "serve" instead
  --help             this text

A run with at least the default agents and seconds writes bench/FLEET.md.
`;

const DEFAULT_AGENTS = 10_000;
const DEFAULT_SECONDS = 120;

/** What nobody should hear of a fleet that beats. */
const alarms = {
  DROPPED: EventType.DROPPED,
  SUSPECTED: EventType.SUSPECTED,
  MISSED: EventType.MISSED,
  DOWN: EventType.DOWN,
} as const;

interface Fleet {
  readonly agents: number;
  readonly intervalMs: number;
  readonly seconds: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      agents: { type: "string", default: String(DEFAULT_AGENTS) },
      "interval-ms": { type: "string", default: "10000" },
      seconds: { type: "string", default: String(DEFAULT_SECONDS) },
      server: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const { connections, note } = affordable(positive("--agents", values.agents));
  const fleet: Fleet = {
    agents: connections,
    intervalMs: positive("--interval-ms", values["interval-ms"]),
    seconds: positive("--seconds", values.seconds),
  };
  if (note !== "") console.log(note);

  const start = performance.now();
  const takenAt = new Date().toISOString();
  const machine = describeMachine();
  const server = await startHeartbeat({ entry: values.server });
  try {
    const rows = await run(server, fleet);
    console.log(`\n${textTable(rows)}\n`);
    if (fleet.agents < DEFAULT_AGENTS || fleet.seconds < DEFAULT_SECONDS) return;
    const seconds = Math.round((performance.now() - start) / 1_000);
    const report = { takenAt, seconds, machine, rows, figures: {} };
    const intro = "Written by `npm run bench:fleet`; do not edit.";
    writeReport(report, { name: "FLEET", title: "A fleet at rest", intro, json: false });
  } finally {
    await server.stop();
  }
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`${option}: "${text}" is no positive whole number\n\n${USAGE}`);
}

async function run(server: Server, { agents, intervalMs, seconds }: Fleet): Promise<Row[]> {
  const heard = new Map<EventType, number>();
  const watcher = await Watcher.open(server.address, ({ type }) => {
    heard.set(type, (heard.get(type) ?? 0) + 1);
  });
  const beforeKiB = rssKiB(server.pid);
  const opening = performance.now();
  const generator = await Generator.open({
    server: server.name,
    address: server.address,
    serverPid: server.pid,
    connections: agents,
    streamsPerConnection: 1,
    firstAgent: 1,
    intervalMs,
    paceMs: intervalMs,
  });
  try {
    const openMs = performance.now() - opening;
    console.log(
      `${agents} agents connected within ${(openMs / 1_000).toFixed(1)} s; they beat now`,
    );
    const result = await generator.run({ warmUpMs: 0, measuredMs: seconds * 1_000 });
    if (watcher.failure !== undefined) throw new Error(watcher.failure);
    const connected = heard.get(EventType.CONNECTED) ?? 0;
    if (connected !== agents) throw new Error(`the watch told of ${connected} CONNECTED only`);
    return rowsOf(server, agents, { beforeKiB, openMs, result, heard });
  } finally {
    watcher.close();
    await generator.close();
  }
}

interface Found {
  readonly beforeKiB: number;
  readonly openMs: number;
  readonly result: LoadResult;
  readonly heard: ReadonlyMap<EventType, number>;
}

function rowsOf(server: Server, agents: number, found: Found): Row[] {
  const { result, heard, beforeKiB } = found;
  const counts = Object.entries(alarms).map(([name, type]) => ({
    name,
    count: heard.get(type) ?? 0,
  }));
  const quiet = counts.every(({ count }) => count === 0);
  const cores = result.serverCpuMs / result.spanMs;
  const afterKiB = rssKiB(server.pid);
  const lag = `the generator was late by ${result.worstLagMs.toFixed(0)} ms at most`;
  const span = `${Math.round(result.spanMs / 1_000)} s`;
  return [
    {
      what: `false alarms, ${agents} agents, ${span}`,
      budget: "none",
      measured: counts.map(({ name, count }) => `${name} ${count}`).join(", "),
      verdict: quiet ? "met" : "missed",
      note: lag,
    },
    shown("beats acknowledged", String(result.done), `${result.late} acks took over an interval`),
    shown("ack", `p50 ${result.p50Ms.toFixed(2)} ms, p99 ${result.p99Ms.toFixed(2)} ms`),
    shown("CPU of the server", `${(cores * 100).toFixed(1)} % of one core`),
    shown(
      "memory of the server (RSS)",
      `${Math.round(afterKiB / 1_024)} MiB`,
      `${Math.round(beforeKiB / 1_024)} MiB before; ${((afterKiB - beforeKiB) / agents).toFixed(1)} KiB an agent`,
    ),
    shown("time to connect all", `${(found.openMs / 1_000).toFixed(1)} s`),
  ];
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
