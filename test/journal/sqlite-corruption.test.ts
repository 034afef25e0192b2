import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { missedFrom, NOW, row, rowsOf, TestFile, temporaryDirectory } from "./sqlite-support.ts";

const PAGE = 4_096;

/** A file that ended well, of some dozens of pages. */
function written(): TestFile {
  const store = new TestFile();
  for (let from = 1; from < 1_000; from += 100) {
    const changed = Array.from({ length: 50 }, (_, i) =>
      row(`agent-${from + i}`, "", "x".repeat(350)),
    );
    store.commit({ events: missedFrom(from, 100), changed });
  }
  store.file.close(true);
  return store;
}

function overwrite(path: string, bytes: Uint8Array, offset: number): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
}

function garbage(length: number): Uint8Array {
  let state = 12_345;
  return Uint8Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state >> 16;
  });
}

/** The file is set aside as it is, and a new one works in its place. */
function expectSetAside(store: TestFile, files = [""]): void {
  const kept = files.map((end) => readFileSync(store.path + end));
  const again = store.reopen();
  const aside = again.setAside ?? "";
  expect(aside).toBe(`${store.path}.corrupt-2026-01-31T120000.000Z`);
  for (const [index, end] of files.entries()) {
    expect(kept[index]?.equals(readFileSync(aside + end)), `bytes of ${aside}${end}`).toBe(true);
  }
  expect(again.file.opened).toEqual({
    journalId: expect.any(String),
    firstSequence: 1,
    lastSequence: 0,
    mark: undefined,
    endedWell: true,
  });
  expect(again.rows()).toEqual([]);
  again.commit({ events: missedFrom(1, 1), changed: [row("a")] });
  expect(again.sequences()).toEqual([1]);
  again.file.close(true);
  expect(store.reopen().setAside).toBeUndefined();
}

test("a file with a garbage header", () => {
  const store = written();
  overwrite(store.path, garbage(100), 0);
  expectSetAside(store);
});

test("an empty file", () => {
  const store = written();
  truncateSync(store.path, 0);
  expectSetAside(store);
});

test("a file of something else", () => {
  const store = written();
  writeFileSync(store.path, "dear diary\n".repeat(1_000));
  expectSetAside(store);
});

test("a SQLite file of somebody else", () => {
  const path = join(temporaryDirectory(), "heartbeat.db");
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE diary (line TEXT)");
  database.close();
  const { setAside } = new TestFile(path);
  expect(basename(setAside ?? "")).toMatch(/^heartbeat\.db\.corrupt-/);
});

test.each(["events", "kept", "progress"])("a file without its table %s", (table) => {
  const store = written();
  const database = new DatabaseSync(store.path);
  database.exec(`DROP TABLE ${table}`);
  database.close();
  expectSetAside(store);
});

test("a file that does not say how far it has come", () => {
  const store = written();
  const database = new DatabaseSync(store.path);
  database.exec("DELETE FROM progress");
  database.close();
  expectSetAside(store);
});

test("a file whose last event is not the last that it kept", () => {
  const store = written();
  const database = new DatabaseSync(store.path);
  database.exec("DELETE FROM events WHERE sequence = (SELECT max(sequence) FROM events)");
  database.close();
  expectSetAside(store);
});

test("a file that was cut short, anywhere", () => {
  const whole = written();
  const size = statSync(whole.path).size;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: size - 1 }), (length) => {
      const store = new TestFile(join(temporaryDirectory(), "heartbeat.db"));
      store.file.close(true);
      copyFileSync(whole.path, store.path);
      truncateSync(store.path, length);
      expectSetAside(store);
    }),
    { numRuns: 15 },
  );
});

test("a file with a page of garbage, anywhere", () => {
  const whole = written();
  const pages = statSync(whole.path).size / PAGE;
  expect(pages).toBeGreaterThan(50);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: pages - 1 }), (page) => {
      const store = new TestFile(join(temporaryDirectory(), "heartbeat.db"));
      store.file.close(true);
      copyFileSync(whole.path, store.path);
      overwrite(store.path, garbage(PAGE), page * PAGE);
      expectSetAside(store);
    }),
    { numRuns: 15 },
  );
});

test("a last page that is cut short is no loss when the log has it whole", () => {
  const store = written();
  const open = store.reopen();
  open.commit({ events: missedFrom(1_001, 2_000) });
  const copy = join(temporaryDirectory(), "heartbeat.db");
  copyFileSync(store.path, copy);
  copyFileSync(`${store.path}-wal`, `${copy}-wal`);
  // As a crash leaves it while the log is moved into the file, which grows by it.
  writeFileSync(copy, garbage(1_000), { flag: "a" });
  const again = new TestFile(copy);
  expect(again.setAside).toBeUndefined();
  expect(again.sequences()).toHaveLength(3_000);
  expect(statSync(copy).size % PAGE).toBe(0);
});

test("a corrupt file's log goes aside with it, untouched", () => {
  const store = written();
  const open = store.reopen();
  open.commit({ events: missedFrom(1_001, 5) });
  const copy = join(temporaryDirectory(), "heartbeat.db");
  copyFileSync(store.path, copy);
  copyFileSync(`${store.path}-wal`, `${copy}-wal`);
  overwrite(copy, garbage(10 * PAGE), 20 * PAGE);
  const corrupt = { path: copy, reopen: () => new TestFile(copy) } as TestFile;
  expectSetAside(corrupt, ["", "-wal"]);
});

test("a log without its file", () => {
  const store = new TestFile();
  store.commit({ events: missedFrom(1, 50) });
  const copy = join(temporaryDirectory(), "heartbeat.db");
  copyFileSync(`${store.path}-wal`, `${copy}-wal`);
  const again = new TestFile(copy);
  expect(again.file.opened.lastSequence).toBe(0);
  expect(statSync(`${again.setAside}-wal`).size).toBe(statSync(`${store.path}-wal`).size);
});

test("what was set aside before stays, at whatever time", () => {
  const store = written();
  const asides = [1, 2, 3].map((count) => {
    writeFileSync(store.path, `garbage ${count}`);
    const again = store.reopen(NOW);
    again.file.close(true);
    return again.setAside ?? "";
  });
  expect(asides.map((path) => readFileSync(path, "utf8"))).toEqual([
    "garbage 1",
    "garbage 2",
    "garbage 3",
  ]);
  const others = readdirSync(dirname(store.path)).filter((name) => name.includes(".new"));
  expect(others).toEqual([]);
});

test("a half-made new file is no obstacle", () => {
  const path = join(temporaryDirectory(), "heartbeat.db");
  writeFileSync(`${path}.new`, garbage(5_000));
  const store = new TestFile(path);
  expect(store.setAside).toBeUndefined();
  expect(existsSync(`${path}.new`)).toBe(false);
});

test("of a torn log, what was committed before the tear is read, batch by batch", () => {
  const whole = new TestFile();
  for (let from = 1; from <= 400; from += 10) {
    whole.commit({ events: missedFrom(from, 10), changed: [row("a", "", String(from + 9))] });
  }
  const size = statSync(`${whole.path}-wal`).size;
  const tears = fc.record({ at: fc.integer({ min: 0, max: size }), cut: fc.boolean() });
  fc.assert(
    fc.property(tears, ({ at, cut }) => {
      const copy = join(temporaryDirectory(), "heartbeat.db");
      copyFileSync(whole.path, copy);
      copyFileSync(`${whole.path}-wal`, `${copy}-wal`);
      if (cut) truncateSync(`${copy}-wal`, at);
      else overwrite(`${copy}-wal`, garbage(Math.min(300, size - at)), at);
      const torn = new TestFile(copy);
      expect(torn.setAside).toBeUndefined();
      const { lastSequence } = torn.file.opened;
      expect(lastSequence % 10).toBe(0);
      expect(torn.find()).toEqual(missedFrom(1, lastSequence));
      expect(rowsOf(torn.file).map((columns) => columns[3])).toEqual(
        lastSequence === 0 ? [] : [String(lastSequence)],
      );
      // What was torn away is given again by whoever was not told that it was kept.
      torn.commit({ events: missedFrom(lastSequence + 1, 10) });
      expect(torn.sequences()).toHaveLength(lastSequence + 10);
      torn.file.close(true);
    }),
    { numRuns: 30 },
  );
});

test("a server that dies before it has begun with the new file does not hide what was set aside", () => {
  const store = written();
  overwrite(store.path, garbage(512), 0);
  const aside = store.reopen().setAside;
  expect(aside).toBeDefined();
  const again = store.reopen();
  expect(again.setAside).toBe(aside);
  again.file.begin({ seenAt: { mono: 1, wall: NOW }, epochFloor: 7 });
  expect(store.reopen().setAside).toBeUndefined();
});
