import { expect, test } from "vitest";
import { encodeBatch } from "../../src/journal/sqlite/batch.ts";
import { StoreError } from "../../src/journal/sqlite/errors.ts";
import { batch, connected, mark, missed, missedFrom, row, TestFile } from "./sqlite-support.ts";

test("a new file is empty, ended well and knows of no server before", () => {
  expect(new TestFile().file.opened).toEqual({
    journalId: expect.any(String),
    firstSequence: 1,
    lastSequence: 0,
    mark: undefined,
    endedWell: true,
  });
});

test("what was committed is there again: events, rows and the mark", () => {
  const first = new TestFile();
  first.file.begin({ seenAt: { mono: 1, wall: 2 }, epochFloor: 3 });
  const events = missedFrom(1, 3);
  first.commit({ events, changed: [row("a", "", "A"), row("a", "t", "T"), row("b", "", "B")] });
  first.file.close(true);

  const second = first.reopen();
  expect(second.file.opened).toEqual({ ...first.file.opened, lastSequence: 3, mark });
  expect(second.find()).toEqual(events);
  expect(second.rows().map((columns) => columns.at(-1))).toEqual(["A", "T", "B"]);
});

test("a document is kept with its batch, takes its own place, and goes by its name alone", () => {
  const store = new TestFile();
  const alert = { collection: "alerts", id: "1" };
  const delivery = { collection: "deliveries", id: "1" };
  const changed = [
    { ...alert, body: "fires" },
    { ...delivery, body: "waits" },
  ];
  store.commit({ events: missedFrom(1, 1), documents: { changed, removed: [] } });
  store.commit({ documents: { changed: [{ ...alert, body: "is over" }], removed: [delivery] } });
  expect(store.documents()).toEqual(["alerts/1=is over"]);
  store.file.close(true);
  expect(store.reopen().documents()).toEqual(["alerts/1=is over"]);
});

test("a file has an id of its own, which stays", () => {
  const store = new TestFile();
  const { journalId } = store.file.opened;
  store.file.close(true);
  expect(store.reopen().file.opened.journalId).toBe(journalId);
  expect(new TestFile().file.opened.journalId).not.toBe(journalId);
});

test("a server that has begun and not closed has not ended well, nor one that says so", () => {
  const first = new TestFile();
  first.file.begin(mark);
  const second = first.reopen();
  expect(second.file.opened.endedWell).toBe(false);
  second.file.close(false);
  const third = first.reopen();
  expect(third.file.opened.endedWell).toBe(false);
  third.file.close(true);
  expect(first.reopen().file.opened.endedWell).toBe(true);
});

test("a batch that is given again is kept once, also with more behind it", () => {
  const store = new TestFile();
  const events = missedFrom(1, 5);
  store.commit({ events: events.slice(0, 3), changed: [row("a")] });
  store.commit({ events: events.slice(0, 3), changed: [row("a")] });
  store.commit({ events, changed: [row("a")] });
  expect(store.find()).toEqual(events);
  expect(store.rows()).toHaveLength(1);
});

test("a row that changes takes its own place", () => {
  const store = new TestFile();
  store.commit({ changed: [row("a", "", "1"), row("a", "t", "2")] });
  store.commit({ changed: [row("a", "", "3")] });
  expect(store.rows()).toEqual([
    ["default", "a", "", "3"],
    ["default", "a", "t", "2"],
  ]);
});

test("with an agent its tasks go, and nobody else's; removals come before changes", () => {
  const store = new TestFile();
  store.commit({ changed: [row("a"), row("a", "t"), row("a", "u"), row("ab"), row("ab", "t")] });
  store.commit({ removed: [row("ab", "t")] });
  store.commit({ removed: [row("a")], changed: [row("a", "", "again")] });
  expect(store.rows().map(([, agent, task]) => [agent, task])).toEqual([
    ["a", ""],
    ["ab", ""],
  ]);
});

test("rows come in pages, each agent before its tasks, whatever they are called", () => {
  const store = new TestFile();
  const changed = Array.from({ length: 4_999 }, (_, i) =>
    row(`agent-${i >> 1}`, i % 2 ? "é/1" : ""),
  );
  store.commit({ changed });
  const names = store.rows().map(([, agent, task]) => `${agent} ${task}`);
  expect(new Set(names).size).toBe(4_999);
  expect(names.toSorted()).toEqual(names);
});

test("the oldest events are forgotten in steps: by number", () => {
  const store = new TestFile();
  store.commit({ events: missedFrom(1, 1_000) });
  const step = store.file.trim({ firstSequence: 901, before: 0 });
  expect(step.more).toBe(true);
  expect(step.firstSequence).toBeLessThan(901);
  expect(store.sequences()[0]).toBe(step.firstSequence);
  while (store.file.trim({ firstSequence: 901, before: 0 }).more);
  expect(store.sequences()).toEqual(Array.from({ length: 100 }, (_, i) => 901 + i));
  expect(store.file.trim({ firstSequence: 901, before: 0 })).toEqual({
    firstSequence: 901,
    more: false,
  });
});

test("the oldest events are forgotten by age, up to the first that is young enough", () => {
  const store = new TestFile();
  const events = [10, 20, 90, 30, 40].map((wall, i) => ({
    sequence: i + 1,
    event: missed("a", wall),
  }));
  store.commit({ events });
  expect(store.file.trim({ firstSequence: 1, before: 50 })).toEqual({
    firstSequence: 3,
    more: false,
  });
  expect(store.sequences()).toEqual([3, 4, 5]);
});

test("sequences go on where they were when every event was forgotten", () => {
  const store = new TestFile();
  store.commit({ events: missedFrom(1, 10) });
  expect(store.file.trim({ firstSequence: 99, before: 0 })).toEqual({
    firstSequence: 11,
    more: false,
  });
  store.file.close(true);
  const again = store.reopen();
  expect(again.file.opened).toMatchObject({ firstSequence: 11, lastSequence: 10 });
  again.commit({ events: missedFrom(11, 1) });
  expect(again.sequences()).toEqual([11]);
});

test("a full disk keeps nothing of a batch; once there is room the same batch is kept", () => {
  const store = new TestFile();
  store.commit({ events: missedFrom(1, 5), changed: [row("a", "", "before")] });
  const { database, file } = connected(store.path);
  database.exec("PRAGMA max_page_count = 20");
  const large = encodeBatch(
    batch({ events: missedFrom(6, 5_000), changed: [row("a", "", "after")], removed: [row("b")] }),
  );
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(() => file.commit(large)).toThrow(StoreError);
    expect(() => file.commit(large)).toThrow("the disk is full (SQLITE_FULL)");
    expect(store.sequences()).toHaveLength(5);
    expect(store.rows()[0]?.[3]).toBe("before");
  }
  database.exec("PRAGMA max_page_count = 1000000");
  file.commit(large);
  expect(store.sequences()).toHaveLength(5_005);
  expect(store.rows()[0]?.[3]).toBe("after");
});

test("whoever was found corrupt has not ended well, whatever is said at the end", () => {
  const store = new TestFile();
  store.file.begin(mark);
  store.commit({ events: missedFrom(1, 1) });
  const { database, file } = connected(store.path);
  // A commit that SQLite takes for one into a corrupt file.
  database.function("corrupt", () => {
    throw Object.assign(new Error("malformed"), { errcode: 11 });
  });
  database.exec("CREATE TEMP TRIGGER t BEFORE INSERT ON main.events BEGIN SELECT corrupt(); END");
  expect(() => file.commit(encodeBatch(batch({ events: missedFrom(2, 1) })))).toThrow("corrupt");
  file.close(true);
  expect(store.reopen().file.opened.endedWell).toBe(false);
});
