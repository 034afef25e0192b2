/**
 * From an agent's deadline to DOWN at somebody who watches.
 *
 * Agents beat, fall silent with the stream held open, are told DOWN, and begin again. The deadline is
 * counted from when the last beat was handed to the socket, so the beat's own way is in the figure.
 */
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { openSession, openStream } from "./client.ts";
import type { Bench } from "./effort.ts";
import { BEAT_PATH, firstBeatFrame, TIMEOUT_MULTIPLIER } from "./messages.ts";
import { sleep } from "./processes.ts";
import { bounded, type Finding, type Row } from "./report.ts";
import { directoryFor, type Keeping, keepingsOf, startHeartbeat } from "./servers.ts";
import { percentile } from "./stats.ts";
import { Watcher } from "./watcher.ts";
import { beatFrame } from "./wire.ts";

/** The monitor reads its clock in whole milliseconds: an instant is known no better. */
const RESOLUTION_MS = 1;
const BUDGET_MS = 50;
const AGENTS = 64;
const CONNECTIONS = 4;
const SHORTEST_MS = 100;
const LONGEST_MS = 500;

/** Why an agent stopped waiting. */
type Word = { type: "down"; at: number } | { type: "ended"; reason: string };

class Sleeper {
  readonly id: string;
  readonly intervalMs: number;
  readonly #stream: ClientHttp2Stream;
  #hear: ((word: Word) => void) | undefined;
  #ended: Word | undefined;
  #sequence = 1;

  constructor(session: ClientHttp2Session, number: number) {
    this.id = `bench/sleeper-${number}`;
    // Prime steps: no two agents share a rhythm.
    this.intervalMs = SHORTEST_MS + ((number * 37) % (LONGEST_MS - SHORTEST_MS + 1));
    this.#stream = openStream(session, BEAT_PATH, {
      onMessage: () => {},
      onEnd: (reason) => {
        this.#ended = { type: "ended", reason };
        this.#hear?.(this.#ended);
      },
    });
    this.#stream.write(firstBeatFrame(this.id, this.intervalMs));
  }

  down(at: number): void {
    this.#hear?.({ type: "down", at });
  }

  /** Falls silent again and again; gives how late each DOWN came, in milliseconds. */
  async run(until: number): Promise<number[]> {
    const delays: number[] = [];
    while (performance.now() < until) {
      const beats = 1 + Math.floor(Math.random() * 3);
      for (let i = 0; i < beats; i++) {
        await sleep(this.intervalMs * (0.5 + Math.random() / 2));
        this.#stream.write(beatFrame(++this.#sequence));
      }
      delays.push(await this.#fallSilent());
    }
    return delays;
  }

  async #fallSilent(): Promise<number> {
    const deadline = performance.now() + this.intervalMs * TIMEOUT_MULTIPLIER;
    const word = await new Promise<Word>((resolve, reject) => {
      this.#hear = resolve;
      if (this.#ended !== undefined) resolve(this.#ended);
      const patience = this.intervalMs * TIMEOUT_MULTIPLIER + 5_000;
      setTimeout(() => reject(new Error(`no DOWN of ${this.id}`)), patience).unref();
    });
    this.#hear = undefined;
    if (word.type === "ended") throw new Error(`a stream ended: ${word.reason}`);
    return word.at - deadline;
  }
}

export async function measureSilence(bench: Bench): Promise<Finding> {
  const rows: Row[] = [];
  const figures: Record<string, unknown> = {};
  for (const keeping of keepingsOf(bench.entry)) {
    const delays = await delaysOf(bench, keeping);
    const min = Math.min(...delays);
    const p50 = percentile(delays, 0.5);
    const p99 = percentile(delays, 0.99);
    const max = Math.max(...delays);
    const early = delays.filter((delay) => delay < -RESOLUTION_MS).length;
    const samples = delays.length;
    figures[keeping] = { samples, early, minMs: min, p50Ms: p50, p99Ms: p99, maxMs: max };
    const measured = `p50 ${late(p50)}, p99 ${late(p99)}, max ${late(max)} ms`;
    bench.say(`silence, ${keeping}: ${samples} times DOWN, ${measured}, ${early} early`);
    rows.push(
      bounded(
        `silence -> DOWN at a watcher, ${keeping}`,
        `p99 <= deadline + ${BUDGET_MS} ms, none early by more than ${RESOLUTION_MS} ms`,
        // One that comes before its deadline is a false alarm, whatever the others took.
        early > 0 ? Number.POSITIVE_INFINITY : p99,
        BUDGET_MS,
        measured,
        `${samples} times, intervals of ${SHORTEST_MS} to ${LONGEST_MS} ms, ${early} early`,
      ),
    );
  }
  return { rows, figures };
}

function late(ms: number): string {
  return `${ms < 0 ? "" : "+"}${ms.toFixed(1)}`;
}

/** How late each DOWN came. */
async function delaysOf({ entry, effort }: Bench, keeping: Keeping): Promise<number[]> {
  const server = await startHeartbeat({ entry, dataDirectory: directoryFor(keeping) });
  const sleepers = new Map<string, Sleeper>();
  const sessions: ClientHttp2Session[] = [];
  let watcher: Watcher | undefined;
  try {
    watcher = await Watcher.open(server.address, (event, at) => {
      if (event.type === EventType.DOWN) sleepers.get(event.agentId)?.down(at);
    });
    for (let i = 0; i < CONNECTIONS; i++) sessions.push(await openSession(server.address));
    for (let i = 0; i < AGENTS; i++) {
      const sleeper = new Sleeper(sessions[i % CONNECTIONS], i);
      sleepers.set(sleeper.id, sleeper);
    }
    const until = performance.now() + effort.silenceMs;
    const delays = await Promise.all([...sleepers.values()].map((sleeper) => sleeper.run(until)));
    if (watcher.failure !== undefined) throw new Error(watcher.failure);
    return delays.flat();
  } finally {
    watcher?.close();
    for (const session of sessions) session.destroy();
    await server.stop();
  }
}
