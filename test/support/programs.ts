import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { describe } from "vitest";

/** Whether a missing program is a failure rather than a reason to skip: CI installs them all. */
const demanded = process.env.HEARTBEAT_DEMAND_ALL === "1";

/** Where a program is; undefined when it is nowhere. Go installs outside of most PATHs. */
export function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), join(homedir(), "go", "bin")];
  return folders
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A group of tests that need another program: skipped, and listed as such, where it is not found. */
export function describeWith(program: string, title: string, tests: (path: string) => void): void {
  const path = find(program);
  if (path === undefined && demanded) throw new Error(`${program} is demanded and not found`);
  describe.skipIf(path === undefined)(`${title} [${program}]`, () => tests(path ?? program));
}
