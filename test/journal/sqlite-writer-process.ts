/** A process that keeps one batch after the other, and tells the last sequence of each: `DIRECTORY`. */
import { noDocuments } from "../../src/journal/documents.ts";
import { openStore } from "../../src/journal/sqlite/threaded-store.ts";

const [directory = ""] = process.argv.slice(2);
const store = await openStore({ directory, synchronous: "normal", now: 0 });
await store.begin({ seenAt: { mono: 0, wall: 0 }, epochFloor: 0 });
for (let last = store.opened.lastSequence; ; ) {
  const events = Array.from({ length: 1 + (last % 50) }, (_, i) => ({
    sequence: last + 1 + i,
    event: {
      type: "monitor_stalled" as const,
      at: { mono: 0, wall: last },
      reason: "x".repeat(last % 900),
      stalledMs: last,
      heldBackMs: 0,
    },
  }));
  last += events.length;
  const name = { organizationId: "default", agentId: "a", taskId: "" };
  const mark = { seenAt: { mono: last, wall: last }, epochFloor: last };
  const changed = [{ ...name, body: String(last) }];
  await store.commit({ events, changed, removed: [], documents: noDocuments, mark });
  if (last % 5 === 0) await store.trim({ firstSequence: last - 2_000, before: 0 });
  await new Promise((resolve) => process.stdout.write(`${last}\n`, resolve));
}
