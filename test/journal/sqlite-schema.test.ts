import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { JournalError } from "../../src/journal/sqlite/errors.ts";
import { openFile } from "../../src/journal/sqlite/opening.ts";
import { migrations } from "../../src/journal/sqlite/schema.ts";
import { missedFrom, NOW, row, rowsOf, TestFile } from "./sqlite-support.ts";

const options = { synchronous: "normal", now: NOW } as const;

function versionOf(path: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true });
  const version = database.prepare("PRAGMA user_version").get()?.user_version;
  database.close();
  return version;
}

function written(): TestFile {
  const store = new TestFile();
  store.commit({ events: missedFrom(1, 10), changed: [row("a", "", "A"), row("a", "t", "T")] });
  store.file.close(true);
  return store;
}

test("old data outlives every step of the schema that is added", () => {
  const store = written();
  const steps = [
    ...migrations,
    "ALTER TABLE progress ADD COLUMN motto TEXT; UPDATE progress SET motto = 'on'",
    "CREATE TABLE more (a TEXT) STRICT; INSERT INTO more SELECT body FROM kept",
  ];
  const { file, setAside } = openFile(store.path, { ...options, steps });
  expect(setAside).toBeUndefined();
  expect(file.opened.lastSequence).toBe(10);
  expect(rowsOf(file).map((columns) => columns[3])).toEqual(["A", "T"]);
  expect(store.sequences()).toHaveLength(10);
  file.close(true);
  expect(versionOf(store.path)).toBe(steps.length);
  openFile(store.path, { ...options, steps }).file.close(true);
});

test("a file from before there were documents gets a place for them, and keeps what it had", () => {
  const before = written();
  const database = new DatabaseSync(before.path);
  database.exec("DROP TABLE documents; PRAGMA user_version = 1");
  database.close();
  const store = before.reopen();
  expect(store.setAside).toBeUndefined();
  expect(store.rows().map((columns) => columns[3])).toEqual(["A", "T"]);
  store.commit({ documents: { changed: [{ collection: "c", id: "1", body: "B" }], removed: [] } });
  expect(store.documents()).toEqual(["c/1=B"]);
});

test("a step that fails is undone as a whole, and the file left as it was", () => {
  const store = written();
  const steps = [...migrations, "CREATE TABLE more (a); INSERT INTO absent VALUES (1)"];
  expect(() => openFile(store.path, { ...options, steps })).toThrow(
    /cannot bring the journal's schema from 2 to 3: no such table: absent; .* report this/,
  );
  expect(versionOf(store.path)).toBe(migrations.length);
  const again = store.reopen();
  expect(again.setAside).toBeUndefined();
  expect(again.sequences()).toHaveLength(10);
});

test("a file of a later version is refused and left alone", () => {
  const store = written();
  const database = new DatabaseSync(store.path);
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  database.close();
  const before = readFileSync(store.path);
  expect(() => openFile(store.path, options)).toThrow(JournalError);
  expect(() => openFile(store.path, options)).toThrow(
    /it was written by a later version of heartbeat \(its schema is 3, this one knows up to 2\)/,
  );
  expect(readFileSync(store.path).equals(before)).toBe(true);
});
