import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, run, temporaryFolder } from "./support.ts";

/** A user's project that has installed the package, as it would be published, and nothing else. */
const folder = temporaryFolder();
const installed = join(folder.path, "node_modules/heartbeat");
const inProject = { cwd: folder.path };

beforeAll(async () => {
  expect((await run("npm", ["run", "build"])).code).toBe(0);
  const packing = ["pack", "--ignore-scripts", "--pack-destination", folder.path];
  const packed = await run("npm", packing);
  const tarball = packed.stdout.trim().split("\n").at(-1) ?? "";
  writeFileSync(
    join(folder.path, "package.json"),
    JSON.stringify({ private: true, type: "module" }),
  );
  const install = ["install", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund"];
  const { code, stderr } = await run("npm", [...install, tarball], inProject);
  expect(code, stderr).toBe(0);
}, 120_000);

afterAll(() => folder[Symbol.dispose]());

test("the command runs", async () => {
  const command = join(folder.path, "node_modules/.bin/heartbeat");
  const help = await run(command, ["--help"], inProject);
  expect(help.stderr).toBe("");
  expect(help.stdout).toContain("Usage: heartbeat");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect((await run(command, ["--version"], inProject)).stdout.trim()).toBe(version);
});

test("every entrance can be imported", async () => {
  const script = `
    const { HeartbeatMonitor } = await import("heartbeat");
    const { HeartbeatAgent } = await import("heartbeat/agent");
    const { Orchestrator } = await import("heartbeat/orchestrator");
    console.log(typeof HeartbeatMonitor, typeof HeartbeatAgent, typeof Orchestrator);
  `;
  const { stdout, stderr } = await run("node", ["--input-type=module", "-e", script], inProject);
  expect(stderr).toBe("");
  expect(stdout.trim()).toBe("function function function");
});

test("what is inside cannot be imported past the entrances", async () => {
  const script = 'await import("heartbeat/dist/monitor/monitor.js")';
  const { stderr } = await run("node", ["--input-type=module", "-e", script], inProject);
  expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
});

test("the types of every entrance are there and check, libraries included", async () => {
  writeFileSync(
    join(folder.path, "user.ts"),
    `import { HeartbeatMonitor } from "heartbeat";
     import { HeartbeatAgent } from "heartbeat/agent";
     import { Orchestrator } from "heartbeat/orchestrator";
     export const monitor: HeartbeatMonitor = new HeartbeatMonitor();
     // @ts-expect-error: without types, anything would do
     export const agent: HeartbeatAgent = 42;
     // @ts-expect-error: likewise
     export const orchestrator: Orchestrator = 42;`,
  );
  const types = join(root, "node_modules/@types");
  const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"];
  const libraries = ["--skipLibCheck", "false", "--typeRoots", types, "--types", "node"];
  const { code, stdout } = await run("tsc", [...flags, ...libraries, "user.ts"], inProject);
  expect(stdout).toBe("");
  expect(code).toBe(0);
});

test("the contract and the generated code come along; sources and tests do not", () => {
  const parts = [
    "proto/heartbeat/v1/heartbeat.proto",
    "gen/typescript",
    "gen/openapi/openapi.json",
    "dist/web/index.html",
  ];
  for (const part of [...parts, "LICENSE", "CHANGELOG.md"])
    expect(existsSync(join(installed, part)), part).toBe(true);
  for (const part of [
    "src",
    "web",
    "test",
    "bench",
    "scripts",
    "dist/.built",
    "proto/landed.binpb",
  ]) {
    expect(existsSync(join(installed, part)), part).toBe(false);
  }
});
