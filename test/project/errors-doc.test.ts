import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorTable } from "../../src/errors.ts";
import { root } from "./support.ts";

interface Documented {
  readonly code: string;
  readonly status: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** The rows of the table: | `code` | STATUS | meaning | remedy | */
function documented(): Documented[] {
  const rows = readFileSync(join(root, "docs/errors.md"), "utf8").matchAll(
    /^\| `([a-z_]+)` +\| ([A-Z_]+) +\| (.+?) +\| (.+?) +\|$/gm,
  );
  return [...rows].map(([, code = "", status = "", meaning = "", remedy = ""]) => ({
    code,
    status,
    meaning,
    remedy,
  }));
}

test("docs/errors.md says of every error what the table says, in its order, and of no other", () => {
  const table = Object.entries(errorTable).map(([code, { status, meaning, remedy }]) => ({
    code,
    status,
    meaning,
    remedy,
  }));
  expect(documented()).toEqual(table);
});
