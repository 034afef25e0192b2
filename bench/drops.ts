/**
 * From the kill of a process to DROPPED at somebody who watches.
 *
 * Each victim is a process of its own that holds a stream and beats; it gets SIGKILL, and the clock
 * runs from before the call until the event has been read.
 */
import type { ChildProcess } from "node:child_process";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Bench } from "./effort.ts";
import { BEAT_PATH, firstBeatFrame } from "./messages.ts";
import { forkProgram, nextMessage, sleep, within } from "./processes.ts";
import { bounded, type Finding, type Row } from "./report.ts";
import { directoryFor, type Keeping, keepingsOf, type Server, startHeartbeat } from "./servers.ts";
import { percentile } from "./stats.ts";
import { Watcher } from "./watcher.ts";

const BUDGET_MS = 50;
const INTERVAL_MS = 1_000;
/** Victims started together; they are killed one after the other. */
const GROUP = 10;
const READY_TIMEOUT_MS = 15_000;
const DROP_TIMEOUT_MS = 5_000;
/** So that no start or other death falls into a measured span. */
const QUIET_MS = 30;

export async function measureDrops(bench: Bench): Promise<Finding> {
  const rows: Row[] = [];
  const figures: Record<string, unknown> = {};
  for (const keeping of keepingsOf(bench.entry)) {
    const delays = await delaysOf(bench, keeping);
    const p50 = percentile(delays, 0.5);
    const p99 = percentile(delays, 0.99);
    const max = Math.max(...delays);
    const measured = `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms`;
    bench.say(`drops, ${keeping}: ${delays.length} kills, ${measured}`);
    const what = `process killed -> DROPPED at a watcher, ${keeping}`;
    const budget = `p99 <= ${BUDGET_MS} ms`;
    rows.push(bounded(what, budget, p99, BUDGET_MS, measured, `${delays.length} kills`));
    figures[keeping] = { kills: delays.length, p50Ms: p50, p99Ms: p99, maxMs: max };
  }
  return { rows, figures };
}

/** How late DROPPED came at each of the kills. */
async function delaysOf({ entry, effort }: Bench, keeping: Keeping): Promise<number[]> {
  const server = await startHeartbeat({ entry, dataDirectory: directoryFor(keeping) });
  const droppedAt = new Map<string, (at: number) => void>();
  let watcher: Watcher | undefined;
  try {
    watcher = await Watcher.open(server.address, (event, at) => {
      if (event.type === EventType.DROPPED) droppedAt.get(event.agentId)?.(at);
    });
    const delays: number[] = [];
    while (delays.length < effort.kills) {
      const victims = await startVictims(server, delays.length);
      for (const victim of victims) {
        await sleep(QUIET_MS * (1 + Math.random()));
        delays.push(await kill(victim, droppedAt));
      }
    }
    if (watcher.failure !== undefined) throw new Error(watcher.failure);
    return delays;
  } finally {
    watcher?.close();
    await server.stop();
  }
}

interface Victim {
  readonly agentId: string;
  readonly process: ChildProcess;
}

function startVictims(server: Server, from: number): Promise<Victim[]> {
  const ids = Array.from({ length: GROUP }, (_, i) => `bench/victim-${from + i}`);
  return Promise.all(
    ids.map(async (agentId) => {
      const first = firstBeatFrame(agentId, INTERVAL_MS).toString("base64");
      const victim = forkProgram("victim.ts", [server.address, BEAT_PATH, first]);
      await nextMessage(victim, readyOrThrow, READY_TIMEOUT_MS);
      return { agentId, process: victim };
    }),
  );
}

function readyOrThrow(message: unknown): true {
  if (message !== "ready") throw new Error(`a victim's stream ${String(message)}`);
  return true;
}

async function kill(victim: Victim, droppedAt: Map<string, (at: number) => void>): Promise<number> {
  const start = performance.now();
  const at = await within<number>(DROP_TIMEOUT_MS, `DROPPED of ${victim.agentId}`, (resolve) => {
    droppedAt.set(victim.agentId, resolve);
    victim.process.kill("SIGKILL");
  });
  droppedAt.delete(victim.agentId);
  return at - start;
}
