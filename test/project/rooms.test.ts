import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { root, run, temporaryFolder } from "./support.ts";

async function cruise(cwd: string) {
  const tool = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const config = join(root, ".dependency-cruiser.mjs");
  return run("node", [tool, "--config", config, "src", "web/src"], { cwd });
}

test("every room keeps to the import rules", async () => {
  const { code, stdout, stderr } = await cruise(root);
  expect(stdout + stderr).toContain("no dependency violations found");
  expect(code).toBe(0);
});

/** A file, what it holds, and the rule that it breaks. */
const breaks: readonly (readonly [string, string, string])[] = [
  ["services/a.ts", 'import "../grpc/x.ts";', "rooms-in-order-services"],
  ["engine/a.ts", 'import type { X } from "../services/x.ts";', "rooms-in-order-engine"],
  ["monitor/a.ts", 'import "../engine/x.ts";', "rooms-in-order-monitor"],
  ["events/a.ts", 'import "../monitor/x.ts";', "rooms-in-order-events"],
  ["journal/a.ts", 'import "../monitor/x.ts";', "rooms-in-order-journal"],
  ["http/a.ts", 'import "../grpc/x.ts";', "doors-apart"],
  ["monitor/b.ts", 'import "node:fs";', "monitor-is-pure"],
  ["monitor/c.ts", 'import { sleep } from "../clock.ts";', "monitor-reads-no-clock"],
  ["events/b.ts", 'import "../config.ts";', "events-stand-alone"],
  ["events/c.ts", 'import "node:fs";', "events-load-nothing"],
  ["journal/b.ts", 'import "../agent/x.ts";', "journal-keeps-events"],
  ["services/b.ts", 'import "@grpc/grpc-js";', "services-know-no-transport"],
  ["services/c.ts", 'import "../metrics/x.ts";', "metrics-look-on"],
  ["services/d.ts", 'import "../tracing/x.ts";', "tracing-looks-on"],
  ["http/d.ts", 'import "@opentelemetry/api";', "tracing-is-loaded-late"],
  ["alerts/a.ts", 'import "../engine/x.ts";', "alerts-conclude"],
  ["engine/b.ts", 'import type { X } from "../alerts/x.ts";', "nobody-waits-for-alerts"],
  ["agent/b.ts", 'import type { L } from "pino";', "libraries-stay-light"],
  ["embedded/a.ts", 'import "../services/x.ts";', "libraries-stay-light"],
  ["agent/c.ts", 'import "../monitor/x.ts";', "agent-is-a-client"],
  ["orchestrator/a.ts", 'import "../monitor/x.ts";', "orchestrator-runs-agents"],
  ["embedded/b.ts", 'import "../../gen/x.js";', "embedded-speaks-no-wire"],
  ["cli/a.ts", 'import "../engine/x.ts";', "commands-call-the-server"],
  ["cli/b.ts", 'const s = import("../server.ts");', "server-wires-the-rooms"],
  ["cli/serve.ts", 'import "../server.ts";', "serve-loads-the-server-late"],
  ["errors.ts", 'import "./monitor/x.ts";', "ground-floor"],
  ["http/b.ts", 'import type { Y } from "./c.ts";', "no-cycles"],
  ["agent/d.ts", 'import "vitest";', "declared-packages-only"],
  ["agent/e.ts", 'import "../gone.ts";', "resolvable"],
  ["agent/f.ts", 'import "../../test/x.ts";', "src-stands-alone"],
  ["../web/src/a.tsx", 'import "../../src/server.ts";', "page-is-a-client"],
  ["../web/src/b.ts", 'import "node:fs";', "page-asks-no-node"],
];

describe("a broken rule is found", () => {
  let found = "";

  beforeAll(async () => {
    using folder = temporaryFolder();
    const put = (path: string, content: string) => {
      const whole = join(folder.path, path);
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, content);
    };
    put(
      "package.json",
      JSON.stringify({
        dependencies: { "@grpc/grpc-js": "*", "@opentelemetry/api": "*", pino: "*" },
        devDependencies: { vitest: "*" },
      }),
    );
    for (const name of ["@grpc/grpc-js", "@opentelemetry/api", "pino", "vitest"]) {
      put(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0" }));
      put(`node_modules/${name}/index.js`, "");
    }
    const rooms = [
      "grpc",
      "http",
      "services",
      "engine",
      "monitor",
      "events",
      "journal",
      "agent",
      "metrics",
      "tracing",
      "alerts",
    ];
    for (const room of rooms) put(`src/${room}/x.ts`, "export type X = 1;");
    put("src/http/c.ts", 'import type { X } from "./b.ts"; export type Y = X;');
    put("src/server.ts", "export {};");
    put("src/clock.ts", "export const sleep = 1;");
    put("src/config.ts", "export {};");
    put("gen/x.js", "");
    put("test/x.ts", "");
    for (const [file, text] of breaks) put(join("src", file), `${text}\nexport type X = 1;`);
    const { code, stdout } = await cruise(folder.path);
    expect(code).toBeGreaterThan(0);
    found = stdout;
  });

  test.each(breaks)("%s with %s breaks %s", (file, _text, rule) => {
    expect(found).toContain(`error ${rule}: ${join("src", file)} →`);
  });

  test("nothing else is", () => {
    const clean = ["src/server.ts", "src/clock.ts", "src/monitor/x.ts", "src/grpc/x.ts"];
    for (const file of clean) expect(found).not.toMatch(new RegExp(`error \\S+: ${file} `));
  });
});
