/**
 * The monitor alone, in this process: what a beat, a tick and an agent cost it.
 *
 * `node --expose-gc bench/monitor.ts AGENTS` prints {@link MonitorFigures} as JSON. A process for each
 * size, so that neither finds the other's garbage.
 */

import type { Hello } from "../src/monitor/lease.ts";
import { Monitor } from "../src/monitor/monitor.ts";
import { defaultPolicy } from "../src/monitor/policy.ts";
import { median } from "./stats.ts";

export interface MonitorFigures {
  agents: number;
  /** Agents in random order, as they beat: what memory costs is in it. */
  beatByHandleNs: number;
  /** Agents in the order of their slots: what the instructions cost. */
  beatInOrderNs: number;
  beatByIdNs: number;
  idleTickNs: number;
  /** Of the heap and of typed arrays, without the agents' own strings. */
  bytesPerAgent: number;
}

const ORGANIZATION = "default";
/** Long enough that no deadline comes up while ticks are timed. */
const INTERVAL_MS = 3_600_000;
const TICK_MS = 10;
const BATCHES = 200;
const BEATS_A_BATCH = 10_000;
const TICKS_A_BATCH = 100;

const count = Number(process.argv[2] ?? 1_000);
const now = { mono: 1_000_000, wall: 1_700_000_000_000 };
const declaration = {
  agentType: "bench",
  labels: {},
  policy: { ...defaultPolicy, intervalMs: INTERVAL_MS },
};

/** The strings exist before memory is looked at: they are the agents', not the monitor's. */
const hellos: Hello[] = Array.from({ length: count }, (_, i) => ({
  organizationId: ORGANIZATION,
  agentId: flat(`bench/agent-${i}`),
  instanceId: flat(`life-of-${i}`),
  epoch: 0,
  stream: true,
  declaration,
  client: undefined,
}));

const before = usedBytes();
const monitor = new Monitor(now, { maxAgents: count, tickMs: TICK_MS });
const slots = new Int32Array(count);
const slotBytes = slots.byteLength;
for (let i = 0; i < count; i++) {
  slots[i] = monitor.attach(hellos[i], now).slot;
  monitor.beat(slots[i], now);
  if (i % 1_000 === 0) monitor.takeEvents();
}
monitor.takeEvents();
const bytesPerAgent = (usedBytes() - before - slotBytes) / count;

const inOrder = Int32Array.from({ length: count }, (_, i) => i);
const order = shuffled(inOrder);

const figures: MonitorFigures = {
  agents: count,
  beatByHandleNs: beatByHandle(order),
  beatInOrderNs: beatByHandle(inOrder),
  beatByIdNs: beatById(),
  idleTickNs: idleTick(),
  bytesPerAgent,
};
console.log(JSON.stringify(figures));

function beatByHandle(indices: Int32Array): number {
  // Whoever beats holds its handle already: finding it is no part of the beat.
  const handles = indices.map((index) => slots[index]);
  let at = 0;
  return medianNs(BEATS_A_BATCH, () => {
    now.mono += 1;
    for (let i = 0; i < BEATS_A_BATCH; i++) {
      monitor.beat(handles[at], now);
      at = at + 1 === count ? 0 : at + 1;
    }
  });
}

/** Each id is a string that nobody has looked up before, as it is when it comes from the wire. */
function beatById(): number {
  let at = 0;
  const ids: string[] = new Array(BEATS_A_BATCH);
  return medianNs(
    BEATS_A_BATCH,
    () => {
      now.mono += 1;
      for (const id of ids) {
        const slot = monitor.find(ORGANIZATION, id);
        if (slot === undefined) throw new Error(`agent ${id} is unknown`);
        monitor.beat(slot, now);
      }
    },
    () => {
      for (let i = 0; i < BEATS_A_BATCH; i++) {
        ids[i] = flat(hellos[order[at]].agentId);
        at = at + 1 === count ? 0 : at + 1;
      }
    },
  );
}

function idleTick(): number {
  const cost = medianNs(TICKS_A_BATCH, () => {
    for (let i = 0; i < TICKS_A_BATCH; i++) {
      now.mono += TICK_MS;
      monitor.advance(now);
    }
  });
  if (monitor.hasEvents) throw new Error("a tick that was to be idle told something");
  return cost;
}

/** What one operation of a batch takes, as the median over batches; the first tenth warms up. */
function medianNs(operations: number, batch: () => void, prepare?: () => void): number {
  const samples: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    prepare?.();
    const start = process.hrtime.bigint();
    batch();
    const took = process.hrtime.bigint() - start;
    if (i >= BATCHES / 10) samples.push(Number(took) / operations);
  }
  return median(samples);
}

function usedBytes(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  // What the first leaves for its finalizers, the second frees.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A string of its own, not a rope of its parts. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

function shuffled(list: Int32Array): Int32Array {
  const copy = list.slice();
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    const kept = copy[i];
    copy[i] = copy[j];
    copy[j] = kept;
  }
  return copy;
}
