import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, run, temporaryFolder } from "./support.ts";

/** A copy of the contract that has just landed, where it may be broken. */
async function landedCopy(path: string) {
  cpSync(join(root, "proto"), join(path, "proto"), { recursive: true });
  cpSync(join(root, "buf.yaml"), join(path, "buf.yaml"));
  const contract = (...args: string[]) =>
    run("node", [join(root, "scripts/contract.mjs"), ...args, "--project", path]);
  const landed = await contract("land", "--breaking", "to begin with what is there");
  expect(landed.stderr).toBe("");
  const edit = (from: RegExp, to: string) => {
    const file = join(path, "proto/heartbeat/v1/heartbeat_service.proto");
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(from);
    writeFileSync(file, text.replace(from, to));
  };
  return { contract, edit };
}

test("the contract of this checkout breaks nobody who uses what has landed", async () => {
  const { code, stderr } = await run("node", ["scripts/contract.mjs", "check"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});

test("a removed field is found, and cannot land without a reason", async () => {
  using folder = temporaryFolder();
  const { contract, edit } = await landedCopy(folder.path);
  edit(/^ {2}Goodbye goodbye = 9;$/m, "");
  const checked = await contract("check");
  expect(checked.code).toBe(1);
  expect(checked.stderr).toContain('Previously present field "9" with name "goodbye"');
  expect((await contract("land")).code).toBe(1);
  expect((await contract("check")).code).toBe(1);
});

test("a renamed field is found; with a reason it lands and the reason is kept", async () => {
  using folder = temporaryFolder();
  const { contract, edit } = await landedCopy(folder.path);
  edit(/^ {2}Goodbye goodbye = 9;$/m, "  Goodbye farewell = 9;");
  const checked = await contract("check");
  expect(checked.code).toBe(1);
  expect(checked.stderr).toContain("farewell");
  const landed = await contract("land", "--breaking", "goodbye was taken");
  expect(landed.code).toBe(0);
  const record = readFileSync(join(folder.path, "docs/decisions/contract-breaks.md"), "utf8");
  expect(record).toContain("goodbye was taken");
  expect(record).toContain("farewell");
  expect((await contract("check")).code).toBe(0);
});

test("an addition passes, and is said not to have landed", async () => {
  using folder = temporaryFolder();
  const { contract, edit } = await landedCopy(folder.path);
  edit(
    /^ {2}Goodbye goodbye = 9;$/m,
    "  Goodbye goodbye = 9;\n  // Something new.\n  string news = 99;",
  );
  const checked = await contract("check");
  expect(checked.code).toBe(0);
  expect(checked.stdout).toContain("additions");
});
