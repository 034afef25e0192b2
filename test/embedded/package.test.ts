import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const entry = new URL("../../src/index.ts", import.meta.url).href;

/** Runs a module in a process of its own and returns what it printed. */
function run(source: string): string {
  const { stdout, stderr, status, signal } = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", source],
    { encoding: "utf8", timeout: 15_000, cwd: fileURLToPath(new URL("../..", import.meta.url)) },
  );
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: "" });
  return stdout;
}

describe("the entry of the package", () => {
  it("loads nothing but the project's own files and what Node brings", () => {
    const loaded: string[] = JSON.parse(
      run(`
        import { registerHooks } from "node:module";
        const loaded = [];
        registerHooks({
          resolve(specifier, context, next) {
            const resolved = next(specifier, context);
            loaded.push(resolved.url);
            return resolved;
          },
        });
        await import(${JSON.stringify(entry)});
        console.log(JSON.stringify(loaded));
      `),
    );
    expect(loaded).toContain(entry);
    const own = new URL("../../src/", import.meta.url).href;
    expect(loaded.filter((url) => !url.startsWith(own) && !url.startsWith("node:"))).toEqual([]);
  });

  it("has these values", async () => {
    expect(Object.keys(await import("../../src/index.ts")).sort()).toEqual([
      "HeartbeatError",
      "HeartbeatMonitor",
      "getHeartbeatMonitor",
      "initHeartbeatMonitor",
      "stopHeartbeatMonitor",
    ]);
  });

  it("on the system's clock finds a silent agent, and keeps no process alive", () => {
    const printed = run(`
      import { initHeartbeatMonitor } from ${JSON.stringify(entry)};
      const { promise, resolve } = Promise.withResolvers();
      const options = { intervalMs: 100, graceMs: 0, maxMissedBeats: 2, checkIntervalMs: 10 };
      const monitor = initHeartbeatMonitor({ ...options, onTimeout: resolve });
      monitor.register("s1");
      const waiting = setTimeout(() => {}, 10_000);
      const { kind, agentId, missedBeats } = await promise;
      clearTimeout(waiting);
      console.log(kind, agentId, missedBeats, monitor.isRunning);
    `);
    expect(printed).toBe("down s1 2 true\n");
  });
});
