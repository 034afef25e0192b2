/**
 * Very many agents fall silent and are all DOWN at the same instant, with the journal on disk: how long until
 * the last of them is at somebody who watches, and what those who still beat feel of it.
 *
 * Each agent beats once, without a stream, and declares the silence that ends at that instant. From there
 * the clock runs.
 */
import type { ClientHttp2Session } from "node:http2";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { openSession, unary } from "./client.ts";
import type { Bench } from "./effort.ts";
import { Generator } from "./generator.ts";
import type { LoadResult, Sample } from "./load.ts";
import { SEND_BEAT_PATH, singleBeatFrame } from "./messages.ts";
import { cpuMs, sleep, temporaryDirectory, within } from "./processes.ts";
import { bounded, type Finding, unmeasured } from "./report.ts";
import { keepsJournal, type Server, startHeartbeat } from "./servers.ts";
import { percentile } from "./stats.ts";
import { Watcher } from "./watcher.ts";

const BUDGET_MS = 5_000;
const ACK_BUDGET_MS = 100;
/** They go on to beat, each on a connection of its own. */
const BEATING = 100;
const PACE_MS = 50;
/** Nobody is late for a beat of these. */
const INTERVAL_MS = 600_000;
const CONNECTIONS = 4;
const CALLS_AT_ONCE = 64;
const CALL_TIMEOUT_MS = 10_000;
/** A share of the agents shows how fast they can be registered, and never falls silent. */
const PILOT_SHARE = 0.05;
const DAY_MS = 86_400_000;
/** Of nothing but beats, before the instant: what acks take then. */
const BEFORE_MS = 3_000;
/** What registration has left to do must be over by then. */
const REST_MS = 3_000;
const WITHIN_MS = 30_000;
/** How long after the instant latencies are taken: those from the last DOWN on do not count. */
const OBSERVED_MS = 8_000;

export async function measureMassDown(bench: Bench): Promise<Finding> {
  const count = bench.effort.massAgents;
  const what = `${count.toLocaleString("en")} agents silent at once`;
  if (!keepsJournal(bench.entry)) {
    return { rows: [unmeasured(what, "skipped", "this build keeps no journal")], figures: {} };
  }
  const dataDirectory = temporaryDirectory();
  const server = await startHeartbeat({ entry: bench.entry, dataDirectory });
  try {
    return finding(bench, what, await run(server, count));
  } finally {
    await server.stop();
  }
}

/** Wall times in milliseconds, with a fraction: processes have no other clock in common. */
interface Burst {
  readonly deadline: number;
  readonly firstAt: number;
  readonly halfAt: number;
  readonly lastAt: number;
  /** How often the watcher was found too slow, and had to resume. */
  readonly resumed: number;
  /** Processor time of the server, all threads, from the instant to the last DOWN. */
  readonly serverCpuMs: number;
  readonly load: LoadResult;
}

async function run(server: Server, count: number): Promise<Burst> {
  const deadline = await register(server, count);
  const generator = await beating(server);
  const { downs, watcher } = await watchDowns(server, count);
  try {
    await sleep(deadline - BEFORE_MS - now());
    const measuredMs = deadline + OBSERVED_MS - now();
    const observed = generator.run({ warmUpMs: 0, measuredMs, samples: true });
    const told = downs.all(deadline + WITHIN_MS - now(), watcher);
    const used = cpuMsBetween(server.pid, sleep(deadline - now()), told);
    const [load, serverCpuMs] = await Promise.all([observed, used]);
    const { times } = downs;
    return {
      deadline,
      firstAt: times[0]!,
      halfAt: times[times.length >> 1]!,
      lastAt: times.at(-1)!,
      resumed: watcher.resumed,
      serverCpuMs,
      load,
    };
  } finally {
    watcher.close();
    await generator.close();
  }
}

async function cpuMsBetween(
  pid: number,
  start: Promise<unknown>,
  end: Promise<unknown>,
): Promise<number> {
  await start;
  const before = cpuMs(pid);
  await end;
  return cpuMs(pid) - before;
}

/** Every agent says its one beat. Returns the instant at which their silence ends, in wall time. */
async function register(server: Server, count: number): Promise<number> {
  const sessions: ClientHttp2Session[] = [];
  for (let i = 0; i < CONNECTIONS; i++) sessions.push(await openSession(server.address));
  const pilots = Math.ceil(count * PILOT_SHARE);
  const start = now();
  await beatOnce(sessions, pilots, (i) => singleBeatFrame(`bench/pilot-${i}`, DAY_MS));
  const neededMs = ((now() - start) / pilots) * count;
  const deadline = Math.ceil(now() + neededMs + BEFORE_MS + REST_MS);
  await beatOnce(sessions, count, (i) => singleBeatFrame(`bench/silent-${i}`, deadline - now()));
  for (const session of sessions) session.destroy();
  if (now() > deadline - BEFORE_MS) throw new Error("the agents could not be registered in time");
  return deadline;
}

async function beatOnce(
  sessions: readonly ClientHttp2Session[],
  count: number,
  frameOf: (i: number) => Buffer,
): Promise<void> {
  let next = 0;
  const caller = async (session: ClientHttp2Session) => {
    while (next < count) await unary(session, SEND_BEAT_PATH, frameOf(next++), CALL_TIMEOUT_MS);
  };
  const callers = Array.from({ length: CALLS_AT_ONCE }, (_, i) => sessions[i % sessions.length]!);
  await Promise.all(callers.map(caller));
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

/** When each DOWN was read, and a way to wait for all. */
class Downs {
  readonly times: number[] = [];
  readonly #count: number;
  #done: (() => void) | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  add(): void {
    this.times.push(now());
    if (this.times.length === this.#count) this.#done?.();
  }

  async all(timeoutMs: number, watcher: Watcher): Promise<void> {
    try {
      await within<void>(timeoutMs, "DOWN of everybody", (resolve) => {
        this.#done = resolve;
      });
    } catch (error) {
      const seen = `${this.times.length} of ${this.#count} were told`;
      throw new Error(
        `${(error as Error).message}: ${seen}; ${watcher.failure ?? "the watch goes on"}`,
      );
    }
  }
}

async function watchDowns(
  server: Server,
  count: number,
): Promise<{ downs: Downs; watcher: Watcher }> {
  const downs = new Downs(count);
  const watcher = await Watcher.open(server.address, (event) => {
    if (event.type === EventType.DOWN) downs.add();
  });
  return { downs, watcher };
}

function finding(bench: Bench, what: string, burst: Burst): Finding {
  const { deadline, firstAt, halfAt, lastAt, resumed, serverCpuMs, load } = burst;
  const samples = load.samples ?? [];
  const before = latencies(samples, deadline - BEFORE_MS, deadline);
  const during = latencies(samples, deadline, lastAt);
  const lastMs = lastAt - deadline;
  const p99 = percentile(during, 0.99);
  const [first, half, last] = [firstAt, halfAt, lastAt].map((at) => `${Math.round(at - deadline)}`);
  const measured = `first ${first}, half ${half}, last ${last} ms`;
  const acks = showLatencies(during);
  const note = `${during.length} beats of ${BEATING} agents; before: ${showLatencies(before)}`;
  bench.say(
    `mass-down: ${what}: ${measured}, resumed ${resumed} times, ${serverCpuMs} ms of processor time; acks meanwhile ${acks}; ${note}`,
  );
  return {
    rows: [
      bounded(
        `${what}, journaled -> DOWN of all at a watcher`,
        `<= ${BUDGET_MS / 1_000} s`,
        lastMs,
        BUDGET_MS,
        measured,
        `${(serverCpuMs / 1_000).toFixed(1)} s of processor time; the watcher was found too slow ${resumed} times`,
      ),
      bounded(
        `${what}: acks of others meanwhile`,
        `p99 <= ${ACK_BUDGET_MS} ms`,
        p99,
        ACK_BUDGET_MS,
        acks,
        note,
      ),
    ],
    figures: {
      lastMs,
      resumed,
      serverCpuMs,
      during: { p99Ms: p99, maxMs: Math.max(...during) },
      before: { p99Ms: percentile(before, 0.99), maxMs: Math.max(...before) },
    },
  };
}

/**
 * What beats that were due in a span waited for their ack. A stream sends no beat while it waits for an ack:
 * those that were due meanwhile would have waited for the rest of that time, and count as well.
 */
function latencies(samples: readonly Sample[], from: number, to: number): number[] {
  const found: number[] = [];
  for (const [sentAt, latencyMs] of samples) {
    for (let waitedMs = 0; waitedMs <= latencyMs; waitedMs += PACE_MS) {
      const dueAt = sentAt + waitedMs;
      if (dueAt >= from && dueAt < to) found.push(latencyMs - waitedMs);
    }
  }
  return found;
}

function showLatencies(of: readonly number[]): string {
  const [p50, p99] = [percentile(of, 0.5), percentile(of, 0.99)];
  return `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${Math.max(...of).toFixed(1)} ms`;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
