import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataDirectory } from "../../src/journal/sqlite/directory.ts";
import { cannotOpen, JournalError } from "../../src/journal/sqlite/errors.ts";
import { temporaryDirectory } from "./sqlite-support.ts";

test("the directory is made, for this user alone", () => {
  const path = join(temporaryDirectory(), "not", "yet");
  const directory = new DataDirectory(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  directory.release();
});

test("a directory that is there keeps its mode", () => {
  const path = join(temporaryDirectory(), "there");
  mkdirSync(path);
  chmodSync(path, 0o750);
  new DataDirectory(path).release();
  expect(statSync(path).mode & 0o777).toBe(0o750);
});

test("a directory is held once, also within a process, until it is let go of", () => {
  const path = temporaryDirectory();
  const first = new DataDirectory(path);
  expect(() => new DataDirectory(path)).toThrow(JournalError);
  expect(() => new DataDirectory(path)).toThrow(
    `cannot keep the journal in ${path}: another heartbeat server (process ${process.pid}) keeps its own there; stop that one, or choose another --data-dir, or start with --ephemeral`,
  );
  first.release();
  new DataDirectory(path).release();
});

test("a file where the directory should be", () => {
  const path = join(temporaryDirectory(), "file");
  writeFileSync(path, "");
  const remedy = "choose a directory as --data-dir, or start with --ephemeral";
  expect(() => new DataDirectory(path)).toThrow(
    `cannot keep the journal in ${path}: it is a file; ${remedy}`,
  );
  expect(() => new DataDirectory(join(path, "below"))).toThrow(
    "a part of the path is not a directory; correct the path, or choose another --data-dir",
  );
});

test("a directory without permission", () => {
  const path = join(temporaryDirectory(), "mine");
  mkdirSync(path, { mode: 0o500 });
  asNobody(() => {
    expect(() => new DataDirectory(path)).toThrow(
      `cannot keep the journal in ${path}: permission is denied; let this user write there, or choose another --data-dir, or start with --ephemeral`,
    );
  });
});

test.each([
  ["EROFS", "the file system is read-only; mount it for writing"],
  ["ENOSPC", "the disk is full; make room"],
  ["EDQUOT", "the disk quota is used up; make room"],
])("%s is said in words, with a remedy", (code, words) => {
  const error = Object.assign(new Error(`${code}: …`), { code });
  expect(cannotOpen("/data", error).message).toBe(
    `cannot keep the journal in /data: ${words}, or choose another --data-dir, or start with --ephemeral`,
  );
});

/** Root may everything: it becomes somebody else for a while. */
function asNobody(work: () => void): void {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    work();
  } finally {
    process.seteuid?.(0);
  }
}
