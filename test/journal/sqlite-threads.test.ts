import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import type { Document } from "../../src/journal/documents.ts";
import type { ThreadSettings } from "../../src/journal/sqlite/calls.ts";
import { openFile } from "../../src/journal/sqlite/opening.ts";
import { Thread } from "../../src/journal/sqlite/thread.ts";
import { openStore, SqliteStore } from "../../src/journal/sqlite/threaded-store.ts";
import type { JournalStore, Row } from "../../src/journal/store.ts";
import { eventually } from "../support/eventually.ts";
import { Program } from "../support/process.ts";
import {
  batch,
  everything,
  mark,
  missed,
  missedFrom,
  NOW,
  recordedFrom,
  row,
  temporaryDirectory,
} from "./sqlite-support.ts";

const open: JournalStore[] = [];

afterEach(async () => {
  for (const store of open.splice(0)) await store.close(false).catch(() => {});
});

async function opened(directory = temporaryDirectory()): Promise<JournalStore> {
  const store = await openStore({ directory, synchronous: "normal", now: NOW });
  open.push(store);
  return store;
}

async function rowsOf(store: JournalStore): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of store.rows()) rows.push(...page);
  return rows;
}

test("100,000 events and 10,000 agents come back as they were", async () => {
  const directory = temporaryDirectory();
  const store = await opened(directory);
  await store.begin(mark);
  const changed = Array.from({ length: 10_000 }, (_, i) => row(`agent-${i}`, "", `body ${i}`));
  for (let from = 1; from < 100_000; from += 10_000) {
    const part = changed.slice((from - 1) / 10, (from + 9_999) / 10);
    await store.commit(batch({ events: missedFrom(from, 10_000), changed: part }));
  }
  await store.close(true);

  const again = await opened(directory);
  expect(again.opened).toEqual({
    journalId: expect.any(String),
    firstSequence: 1,
    lastSequence: 100_000,
    mark,
    endedWell: true,
    setAside: undefined,
  });
  expect(await again.find(everything)).toEqual(missedFrom(1, 100_000));
  const byName = (a: Row, b: Row) => (a.agentId < b.agentId ? -1 : 1);
  expect(await rowsOf(again)).toEqual(changed.toSorted(byName));
  expect(await again.trim({ firstSequence: 50, before: 0 })).toEqual({
    firstSequence: 50,
    more: false,
  });
});

test("5,000 documents come back as they were, in order", async () => {
  const directory = temporaryDirectory();
  const store = await opened(directory);
  const changed = Array.from({ length: 5_000 }, (_, i) => ({
    collection: i % 2 === 0 ? "a" : "b",
    id: String(i).padStart(4, "0"),
    body: `body ${i}`,
  }));
  await store.commit(batch({ documents: { changed, removed: [] } }));
  await store.close(true);

  const read: Document[] = [];
  for await (const page of (await opened(directory)).documents()) read.push(...page);
  const keyOf = ({ collection, id }: Document) => collection + id;
  expect(read).toEqual(changed.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
});

test("what has been committed is found at once", async () => {
  const store = await opened();
  for (let sequence = 1; sequence <= 20; sequence++) {
    await store.commit(batch({ events: missedFrom(sequence, 1) }));
    const found = await store.find({ ...everything, newestFirst: true, limit: 1 });
    expect(found[0]?.sequence).toBe(sequence);
  }
});

test("calls are served in the order in which they are made", async () => {
  const store = await opened();
  const calls = [
    store.commit(batch({ changed: [row("a")] })),
    store.commit(batch({ removed: [row("a")] })),
    store.commit(batch({ changed: [row("b")] })),
    rowsOf(store),
  ];
  expect((await Promise.all(calls)).at(-1)).toEqual([row("b")]);
});

test("several questions are answered at once, each with its own answer", async () => {
  const store = await opened();
  await store.commit(batch({ events: missedFrom(1, 30_000) }));
  await store.commit(batch({ events: recordedFrom(30_001, [missed("rare")]) }));
  const [scan, quick] = await Promise.all([
    store.find({ ...everything, filter: { agentId: "rare" } }),
    store.find({ ...everything, limit: 3 }),
  ]);
  expect(scan.map(({ sequence }) => sequence)).toEqual([30_001]);
  expect(quick.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

test("a thread that dies takes its calls with it; the next call works, and the lock is held", async () => {
  const directory = temporaryDirectory();
  const settings: ThreadSettings = { path: join(directory, "heartbeat.db"), synchronous: "normal" };
  const writer = new Thread("journal-writer", settings);
  const reader = new Thread("journal-reader", settings);
  const told = await writer.call("open", { synchronous: "normal", now: NOW });
  const store = new SqliteStore({ opened: told, writer, reader, release: () => {} });
  open.push(store);
  await store.commit(batch({ events: missedFrom(1, 10), changed: [row("a")] }));
  await store.find(everything);

  const events = missedFrom(11, 20_000);
  const lost = store.commit(batch({ events })).catch((error: Error) => error);
  await Promise.all([writer.end(), reader.end()]);
  expect(await lost).toMatchObject({
    trouble: "ended",
    message: "the thread journal-writer is gone: it ended",
  });

  await store.commit(batch({ events }));
  expect(await store.find(everything)).toHaveLength(20_010);
  expect(await rowsOf(store)).toEqual([row("a")]);
});

test("a file that is gone is not begun anew behind the back of whoever wrote it", async () => {
  const path = join(temporaryDirectory(), "heartbeat.db");
  const writer = new Thread("journal-writer", { path, synchronous: "normal" });
  await expect(writer.call("rows", undefined)).rejects.toThrow("the file is gone");
  await writer.end();
});

test("a second process is refused by name; after kill -9 the directory is free", async () => {
  const directory = temporaryDirectory();
  await using first = writing(directory);
  await eventually("it writes", () => first.stdout.includes("\n"));
  await expect(opened(directory)).rejects.toThrow(
    `another heartbeat server (process ${first.pid}) keeps its own there`,
  );
  await using second = writing(directory);
  const { code, stderr } = await second.done();
  expect(code).not.toBe(0);
  expect(stderr).toContain(`process ${first.pid}`);
  first.child.kill("SIGKILL");
  await first.exited;
  expect((await opened(directory)).opened.lastSequence).toBeGreaterThan(0);
});

test("kill -9 at any instant loses nothing that was told, and leaves no gap", {
  timeout: 60_000,
}, async () => {
  const directory = temporaryDirectory();
  let told = 0;
  for (let life = 0; life < 5; life++) {
    await using program = writing(directory);
    const lines = 5 + life * 31;
    await eventually("it has written for a while", () => program.stdout.split("\n").length > lines);
    program.child.kill("SIGKILL");
    await program.exited;
    told = Math.max(told, Number(program.stdout.trimEnd().split("\n").at(-1)));

    const store = await opened(directory);
    const { firstSequence, lastSequence, setAside, endedWell } = store.opened;
    expect(setAside).toBeUndefined();
    expect(endedWell).toBe(false);
    expect(lastSequence).toBeGreaterThanOrEqual(told);
    const found = await store.find(everything);
    expect(found.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: lastSequence - firstSequence + 1 }, (_, i) => firstSequence + i),
    );
    // Events, rows and mark of a batch are kept together.
    expect((await rowsOf(store))[0]?.body).toBe(String(lastSequence));
    expect(store.opened.mark?.epochFloor).toBe(lastSequence);
    await store.close(false);
  }
});

test("a file that is set aside is told", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "heartbeat.db");
  openFile(path, { synchronous: "normal", now: NOW }).file.close(true);
  writeFileSync(path, "garbage");
  const store = await opened(directory);
  expect(store.opened.setAside).toBe(`${path}.corrupt-2026-01-31T120000.000Z`);
  await store.commit(batch({ events: missedFrom(1, 1) }));
});

test("the lock is given up when the file cannot be opened", async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "heartbeat.db"));
  await expect(opened(directory)).rejects.toMatchObject({ name: "JournalError" });
  rmdirSync(join(directory, "heartbeat.db"));
  await opened(directory);
});

test("nothing but the lock and the owner's name is left beside the file after the end", async () => {
  const directory = temporaryDirectory();
  const store = await opened(directory);
  await store.commit(batch({ events: missedFrom(1, 1) }));
  await store.find(everything);
  await store.close(true);
  expect(readdirSync(directory).toSorted()).toEqual(["heartbeat.db", "lock", "owner"]);
});

/** A small file system in memory, where this machine and user can have one. */
function mount(directory: string, options: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "none", directory], { stdio: "ignore" });
  } catch {
    return false;
  }
  onTestFinished(async () => {
    for (const store of open.splice(0)) await store.close(false).catch(() => {});
    execFileSync("umount", ["-l", directory]);
  });
  return true;
}

test("a full file system: said in words, and the same batch is kept once there is room", async (context) => {
  const directory = temporaryDirectory();
  context.skip(!mount(directory, "size=2m"), "needs root and mount");
  const store = await opened(directory);
  let sequence = 0;
  const next = () =>
    batch({ events: missedFrom(sequence + 1, 500), changed: [row("a", "", String(sequence))] });
  const fill = async () => {
    for (;;) {
      await store.commit(next());
      sequence += 500;
    }
  };
  await expect(fill()).rejects.toMatchObject({
    trouble: "full",
    message: expect.stringContaining("the disk is full"),
  });
  await expect(store.commit(next())).rejects.toMatchObject({ trouble: "full" });
  expect(await store.find(everything)).toHaveLength(sequence);
  execFileSync("mount", ["-o", "remount,size=64m", directory]);
  await store.commit(next());
  expect(await store.find(everything)).toHaveLength(sequence + 500);
  await store.close(true);
});

test("no room for a new file", async (context) => {
  const directory = temporaryDirectory();
  context.skip(!mount(directory, "size=8k"), "needs root and mount");
  await expect(opened(directory)).rejects.toThrow(
    `cannot keep the journal in ${join(directory, "heartbeat.db")}: the disk is full; make room, or choose another --data-dir, or start with --ephemeral`,
  );
});

function writing(directory: string): Program {
  const script = new URL("sqlite-writer-process.ts", import.meta.url).pathname;
  return new Program(process.execPath, [script, directory]);
}
