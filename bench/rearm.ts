/**
 * How soon after its start a server awaits all the agents that were alive before, and what memory that
 * takes it: after a good end, and after SIGKILL.
 */
import { fileURLToPath } from "node:url";
import type { Bench } from "./effort.ts";
import { askStatus } from "./messages.ts";
import {
  cpuMs,
  removeDirectory,
  rssKiB,
  spawnProgram,
  temporaryDirectory,
  within,
} from "./processes.ts";
import { bounded, type Finding, type Row, unmeasured } from "./report.ts";
import { keepsJournal, type Server, startHeartbeat } from "./servers.ts";
import { median } from "./stats.ts";

const POPULATE_TIMEOUT_MS = 180_000;
const START_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 30_000;

const ends = ["SIGTERM", "SIGKILL"] as const;
type End = (typeof ends)[number];

interface Start {
  readonly after: End;
  /** From the call that starts the process to its word that it listens: everybody is awaited by then. */
  readonly ms: number;
  /** Processor time until then, all threads: what the machine's other work does not change much. */
  readonly cpuMs: number;
  readonly rssKiB: number;
}

export async function measureRearm(bench: Bench): Promise<Finding> {
  if (!keepsJournal(bench.entry)) {
    return { rows: [unmeasured("restart", "skipped", "this build keeps no journal")], figures: {} };
  }
  const rows: Row[] = [];
  const figures: Record<string, readonly Start[]> = {};
  for (const { agents, times, budgetMs } of bench.effort.restarts) {
    const directory = temporaryDirectory();
    await populate(bench, directory, agents);
    const starts: Start[] = [];
    for (let i = 0; i < times; i++) {
      // What was written ended well; what is killed here is what the next start finds, and that one ends well.
      starts.push(await start(bench, { directory, agents, after: "SIGTERM", next: "SIGKILL" }));
      starts.push(await start(bench, { directory, agents, after: "SIGKILL", next: "SIGTERM" }));
    }
    figures[agents] = starts;
    for (const end of ends) rows.push(judge(agents, end, starts, budgetMs));
    removeDirectory(directory);
  }
  return { rows, figures };
}

/** Writes what a server with so many agents leaves behind. */
export async function populate(
  { say }: Pick<Bench, "say">,
  directory: string,
  agents: number,
): Promise<void> {
  const from = performance.now();
  const file = fileURLToPath(new URL("populate.ts", import.meta.url));
  const program = spawnProgram(process.execPath, [file, directory, String(agents)]);
  const { child } = program;
  await within<void>(POPULATE_TIMEOUT_MS, "a data directory", (resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the data directory was not written: ${program.lastWords}`));
    });
  });
  say(`${show(agents)} agents written in ${seconds(performance.now() - from)}`);
}

interface Restart {
  readonly directory: string;
  readonly agents: number;
  /** How the server before ended, and how this one is to. */
  readonly after: End;
  readonly next: End;
}

async function start(bench: Bench, { directory, agents, after, next }: Restart): Promise<Start> {
  const from = performance.now();
  const server = await startHeartbeat({
    entry: bench.entry,
    dataDirectory: directory,
    startTimeoutMs: START_TIMEOUT_MS,
  });
  const ms = performance.now() - from;
  try {
    const used = { cpuMs: cpuMs(server.pid), rssKiB: rssKiB(server.pid) };
    await allAwaited(server, agents);
    const cost = `${seconds(used.cpuMs)} of processor time`;
    bench.say(`rearm: ${show(agents)} agents awaited in ${seconds(ms)} after ${after}, ${cost}`);
    return { after, ms, ...used };
  } finally {
    await (next === "SIGKILL" ? server.kill() : server.stop(END_TIMEOUT_MS));
  }
}

async function allAwaited(server: Server, agents: number): Promise<void> {
  const { awaitedCount } = await askStatus(server.address);
  if (Number(awaitedCount) === agents) return;
  throw new Error(`${awaitedCount} agents are awaited after a restart, not ${agents}`);
}

function judge(agents: number, end: End, starts: readonly Start[], budgetMs: number): Row {
  const those = starts.filter(({ after }) => after === end);
  // The budget holds for every start, not for the usual one.
  const slowest = Math.max(...those.map(({ ms }) => ms));
  const all = those.map(({ ms }) => (ms / 1_000).toFixed(2)).join(", ");
  const cpu = (median(those.map((one) => one.cpuMs)) / 1_000).toFixed(2);
  const mib = Math.round(median(those.map((one) => one.rssKiB)) / 1_024);
  return bounded(
    `start -> ${show(agents)} agents awaited, after ${end}`,
    `<= ${budgetMs / 1_000} s`,
    slowest,
    budgetMs,
    `${all} s`,
    `${cpu} s of processor time, ${mib} MiB resident then; the file is in the system's cache`,
  );
}

function show(count: number): string {
  return count.toLocaleString("en");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
