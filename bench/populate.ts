/**
 * A data directory as a server leaves it behind whose agents are all alive.
 *
 * `node bench/populate.ts DIRECTORY AGENTS` writes it through the monitor and the store themselves, with the
 * history that such a server keeps, and ends well.
 */
import { rowsOf } from "../src/engine/rows.ts";
import type { LivenessEvent, RecordedEvent } from "../src/events/event.ts";
import { noDocuments } from "../src/journal/documents.ts";
import { openStore } from "../src/journal/sqlite/threaded-store.ts";
import type { Mark } from "../src/journal/store.ts";
import type { Hello } from "../src/monitor/lease.ts";
import { Monitor } from "../src/monitor/monitor.ts";

/** What a server keeps unless it is told otherwise. */
const HISTORY_EVENTS = 1_000_000;
/** Everybody tells REGISTERED and CONNECTED. */
const EVENTS_AN_AGENT = 2;
const AGENTS_A_COMMIT = 1_000;

const [directory = "", agents = "0"] = process.argv.slice(2);
await populate(directory, Number(agents));

async function populate(directory: string, count: number): Promise<void> {
  const now = { mono: 1_000, wall: Date.now() };
  const store = await openStore({ directory, synchronous: "normal", now: now.wall });
  const monitor = new Monitor(now, { maxAgents: count, keepsChanges: true });
  const mark = (): Mark => ({ seenAt: now, epochFloor: monitor.epochFloor });
  await store.begin(mark());
  // A server forgets the oldest events; those that it would have forgotten are not written.
  let forgotten = Math.max(0, count * EVENTS_AN_AGENT - HISTORY_EVENTS);
  let sequence = 0;
  const numbered = (event: LivenessEvent): RecordedEvent => ({ sequence: ++sequence, event });
  for (let from = 0; from < count; from += AGENTS_A_COMMIT) {
    const to = Math.min(count, from + AGENTS_A_COMMIT);
    for (let i = from; i < to; i++) monitor.attach(hello(i), now);
    const told = monitor.takeEvents();
    const events = told.slice(forgotten).map(numbered);
    forgotten -= Math.min(forgotten, told.length);
    const rows = rowsOf(monitor.keeping.take());
    await store.commit({ events, ...rows, documents: noDocuments, mark: mark() });
  }
  await store.close(true);
}

function hello(i: number): Hello {
  return {
    organizationId: "default",
    agentId: `bench/agent-${i}`,
    instanceId: `life-of-${i}`,
    epoch: 0,
    stream: true,
    declaration: {
      agentType: "bench",
      labels: { region: `region-${i % 7}`, version: "1.2.3" },
      policy: {},
    },
    client: { language: "typescript", libraryVersion: "0.1.0", host: `host-${i % 1_000}`, pid: i },
  };
}
