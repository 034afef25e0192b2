import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { heartbeat, type ServerProcess, serve } from "../support/process.ts";
import { typeOf, View } from "./support/view.ts";

const free = ["--grpc-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0"];
const start = (directory: string, env: object = {}) =>
  heartbeat(["serve", ...free, "--data-dir", directory], { env }).done();

async function stop(server: ServerProcess): Promise<void> {
  server.program.child.kill("SIGTERM");
  expect((await server.program.exited).code).toBe(0);
}

describe("heartbeat serve", { timeout: 60_000 }, () => {
  it("refuses a directory that another server holds, and names that one", async () => {
    using folder = temporaryFolder();
    await using first = await serve(["--data-dir", folder.path]);
    const { code, stderr } = await start(folder.path);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `heartbeat: cannot keep the journal in ${folder.path}: another heartbeat server (process ${first.program.pid}) keeps its own there; stop that one, or choose another --data-dir, or start with --ephemeral\n`,
    );
    using view = new View(first);
    await view.beat("still-served");
  });

  it("twice in the usual place says the same, and names the place", async () => {
    using home = temporaryFolder();
    const env = { STATE_DIRECTORY: undefined, XDG_STATE_HOME: home.path };
    const directory = join(home.path, "heartbeat");
    await using _first = await serve(["--data-dir", directory]);
    const { code, stderr } = await heartbeat(["serve", ...free], { env }).done();
    expect(code).toBe(1);
    expect(stderr).toContain(`cannot keep the journal in ${directory}: another heartbeat server`);
  });

  it.each([
    ["a file", (path: string) => path, /it is a file; choose a directory/],
    ["below a file", (path: string) => join(path, "x"), /is not a directory; correct the path/],
    ["not writable", () => "/sys/heartbeat", /permission is denied|read-only/],
  ])("refuses a directory that is %s, in one line", async (_, place, problem) => {
    using folder = temporaryFolder();
    const file = join(folder.path, "file");
    writeFileSync(file, "");
    const { code, stderr, stdout } = await start(place(file));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^heartbeat: cannot keep the journal in \/.*--ephemeral\n$/);
    expect(stderr).toMatch(problem);
    expect(stdout).toBe("");
  });

  it("refuses a journal that a later version has written, and leaves it as it is", async () => {
    using folder = temporaryFolder();
    await stop(await serve(["--data-dir", folder.path]));
    const path = join(folder.path, "heartbeat.db");
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    const bytes = readFileSync(path);
    const { code, stderr } = await start(folder.path);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^heartbeat: cannot keep the journal in .*: it was written by a later version .*\n$/,
    );
    expect(readFileSync(path)).toEqual(bytes);
  });

  it("sets a corrupted journal aside, says so, and serves with a new one", async () => {
    using folder = temporaryFolder();
    const first = await serve(["--data-dir", folder.path]);
    using before = new View(first);
    await before.beat("forgotten");
    await stop(first);
    const path = join(folder.path, "heartbeat.db");
    const garbled = readFileSync(path).map((byte, index) => (index < 8_192 ? byte ^ 0x55 : byte));
    writeFileSync(path, garbled);

    await using second = await serve(["--data-dir", folder.path]);
    using view = new View(second);
    const [aside = "", ...more] = readdirSync(folder.path).filter((name) => /corrupt/.test(name));
    expect(more).toEqual([]);
    expect(readFileSync(join(folder.path, aside))).toEqual(Buffer.from(garbled));
    // They are shown once they are kept.
    const events = await eventually("it is told", async () => {
      const kept = await view.events();
      return kept.length >= 2 && kept;
    });
    expect(events.map(typeOf)).toEqual(["JOURNAL_SET_ASIDE", "MONITOR_STARTED"]);
    expect(events[0]?.reason).toContain(join(folder.path, aside));
    await view.beat("new");
    const [logged = ""] = second.program.stdout.split("\n");
    expect(JSON.parse(logged)).toMatchObject({ level: "error" });
    expect(logged).toContain(aside);
    await stop(second);
  });
});
