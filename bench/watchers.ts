/**
 * Very many who watch every event, while agents come and go: what those who beat feel of it.
 */
import type { ChildProcess } from "node:child_process";
import type { Bench } from "./effort.ts";
import { Generator } from "./generator.ts";
import type { LoadResult } from "./load.ts";
import {
  cpuMs,
  forkProgram,
  nextMessage,
  removeDirectory,
  sleep,
  stop,
  temporaryDirectory,
} from "./processes.ts";
import { bounded, type Finding, unmeasured } from "./report.ts";
import { keepsJournal, type Server, startHeartbeat } from "./servers.ts";
import { exampleFleet, settle } from "./wall-fleet.ts";

const ACK_BUDGET_MS = 100;
/** Of what happens while it is measured, what has come to all who watch: some of it is under way at both ends. */
const TOLD_BUDGET = 0.98;
const WATCHERS = 100;
const EVENTS_PER_SECOND = 1_000;
/** Agents that come and go. */
const FLEET = 2_000;
const BEATING = 100;
const PACE_MS = 50;
const INTERVAL_MS = 600_000;
const REST_MS = 2_000;
const ANSWER_TIMEOUT_MS = 15_000;

export async function measureWatchers(bench: Bench): Promise<Finding> {
  const what = `${WATCHERS} watchers of ${EVENTS_PER_SECOND.toLocaleString("en")} events a second`;
  if (!keepsJournal(bench.entry)) {
    return { rows: [unmeasured(what, "skipped", "this build keeps no journal")], figures: {} };
  }
  const dataDirectory = temporaryDirectory();
  const server = await startHeartbeat({ entry: bench.entry, dataDirectory });
  try {
    await settle(server.address, exampleFleet(FLEET));
    return finding(bench, what, await run(bench, server));
  } finally {
    await server.stop();
    removeDirectory(dataDirectory);
  }
}

interface Phase {
  readonly load: LoadResult;
  /** What happened and what was read, a second. */
  readonly changesPerSecond: number;
  readonly readPerSecond: number;
  /** Processors that were busy with it. */
  readonly serverCpu: number;
  readonly readersCpu: number;
}

interface Run {
  readonly alone: Phase;
  readonly changing: Phase;
  readonly watched: Phase;
}

async function run({ effort }: Bench, server: Server): Promise<Run> {
  const generator = await beating(server);
  const children: ChildProcess[] = [];
  const start = async (file: string, ...args: (string | number)[]) => {
    const child = forkProgram(file, [server.address, ...args.map(String)]);
    children.push(child);
    await ask(child);
    return child;
  };
  const measure = async (unrest?: ChildProcess, watching?: ChildProcess): Promise<Phase> => {
    await sleep(REST_MS);
    const before = await counts(unrest, watching);
    const cpuBefore = cpuMs(server.pid);
    const readersBefore = watching ? cpuMs(watching.pid!) : 0;
    const load = await generator.run({ warmUpMs: 0, measuredMs: effort.watchersMs });
    const after = await counts(unrest, watching);
    if (after.ended !== "") throw new Error(`a watch ended: ${after.ended}`);
    const seconds = (after.at - before.at) / 1_000;
    return {
      load,
      changesPerSecond: (after.changes - before.changes) / seconds,
      readPerSecond: (after.read - before.read) / seconds,
      serverCpu: (cpuMs(server.pid) - cpuBefore) / 1_000 / seconds,
      readersCpu: watching ? (cpuMs(watching.pid!) - readersBefore) / 1_000 / seconds : 0,
    };
  };
  try {
    const alone = await measure();
    const unrest = await start("unrest.ts", FLEET, EVENTS_PER_SECOND);
    const changing = await measure(unrest);
    const watching = await start("watching.ts", WATCHERS);
    return { alone, changing, watched: await measure(unrest, watching) };
  } finally {
    for (const child of children) await stop(child);
    await generator.close();
  }
}

interface Counts {
  readonly changes: number;
  readonly read: number;
  readonly ended: string;
}

async function counts(unrest?: ChildProcess, watching?: ChildProcess) {
  const { changes = 0 } = unrest ? await ask(unrest) : {};
  const { read = 0, ended = "" } = watching ? await ask(watching) : {};
  return { at: performance.now(), changes, read, ended };
}

/** What a child has counted; it answers once it has begun. */
function ask(child: ChildProcess): Promise<Partial<Counts>> {
  const answer = nextMessage(child, (message) => message as Partial<Counts>, ANSWER_TIMEOUT_MS);
  child.send("count");
  return answer;
}

function beating(server: Server): Promise<Generator> {
  return Generator.open({
    server: server.name,
    address: server.address,
    serverPid: server.pid,
    connections: BEATING,
    streamsPerConnection: 1,
    firstAgent: 1,
    intervalMs: INTERVAL_MS,
    paceMs: PACE_MS,
  });
}

function finding(bench: Bench, what: string, { alone, changing, watched }: Run): Finding {
  const acks = ({ load }: Phase) => `p50 ${load.p50Ms.toFixed(1)}, p99 ${load.p99Ms.toFixed(1)} ms`;
  const busy = (processors: number) => `${processors.toFixed(2)} processors`;
  const perSecond = (count: number) => `${Math.round(count).toLocaleString("en")} a second`;
  const without = `without watchers ${acks(changing)}; without changes either ${acks(alone)}`;
  const told = watched.readPerSecond / (watched.changesPerSecond * WATCHERS);
  const answerUs = ((watched.serverCpu - changing.serverCpu) / watched.readPerSecond) * 1e6;
  const cost = `of ${perSecond(watched.changesPerSecond)} to each; the server ${busy(watched.serverCpu)}, without watchers ${busy(changing.serverCpu)}: ${answerUs.toFixed(1)} us an answer; the readers' own process ${busy(watched.readersCpu)}`;
  bench.say(`watchers: ${what}: acks ${acks(watched)}; ${without}`);
  bench.say(`watchers: answers ${perSecond(watched.readPerSecond)} ${cost}`);
  const rows = [
    bounded(
      `${what}: acks of agents meanwhile`,
      `p99 <= ${ACK_BUDGET_MS} ms`,
      watched.load.p99Ms,
      ACK_BUDGET_MS,
      acks(watched),
      without,
    ),
    {
      what: `${what}: answers`,
      budget: `>= ${TOLD_BUDGET * 100} % of all`,
      measured: `${perSecond(watched.readPerSecond)}, ${(told * 100).toFixed(0)} %`,
      verdict: told >= TOLD_BUDGET ? ("met" as const) : ("missed" as const),
      note: cost,
    },
  ];
  return { rows, figures: { alone, changing, watched } };
}
