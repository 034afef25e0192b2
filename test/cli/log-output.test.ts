import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LogOutput } from "../../src/cli/log-output.ts";
import { systemClock } from "../../src/clock.ts";

const LINE = `${"x".repeat(1023)}\n`;
/** More than may wait, in lines. */
const TOO_MANY = 20_000;

let directory: string;
let pipe: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "heartbeat-log-"));
  const path = join(directory, "pipe");
  execFileSync("mkfifo", [path]);
  // Both ends, so that it is open at once, and a full pipe says so.
  pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
});

afterEach(() => {
  closeSync(pipe);
  rmSync(directory, { recursive: true });
});

function readAvailable(): Buffer {
  const buffer = Buffer.alloc(1024 * 1024);
  try {
    return buffer.subarray(0, readSync(pipe, buffer));
  } catch {
    return buffer.subarray(0, 0);
  }
}

/** Everything, read while it is written. */
async function readAll(output: LogOutput): Promise<string> {
  const pieces: Buffer[] = [];
  let done = false;
  const written = output.written(60_000).then(() => {
    done = true;
  });
  while (!done) {
    pieces.push(readAvailable());
    await new Promise((resolve) => setImmediate(resolve));
  }
  await written;
  return Buffer.concat([...pieces, readAvailable()]).toString();
}

describe("LogOutput", () => {
  it("gives a slow reader every line in order", async () => {
    const output = new LogOutput(pipe, systemClock);
    const lines = Array.from({ length: 2_000 }, (_, i) => `${i} ${"é".repeat(200)}\n`);
    for (const line of lines) output.write(line);
    expect(await readAll(output)).toBe(lines.join(""));
  });

  it("keeps what nobody reads up to a bound, and says how many lines were lost", async () => {
    const output = new LogOutput(pipe, systemClock);
    for (let i = 0; i < TOO_MANY; i++) output.write(LINE);
    const lines = (await readAll(output)).trimEnd().split("\n");
    const told = lines.map((line) => /"lost":(\d+)/.exec(line)?.[1]).find(Boolean);
    expect(Number(told)).toBeGreaterThan(0);
    expect(lines.length - 1 + Number(told)).toBe(TOO_MANY);
  });

  it("does not wait for a reader that has stopped", async () => {
    const output = new LogOutput(pipe, systemClock);
    for (let i = 0; i < 1_000; i++) output.write(LINE);
    await output.written(20);
    output.writeNow();
  });
});
