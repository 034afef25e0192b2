import { appendFileSync, cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, run, temporaryFolder } from "./support.ts";

test("gen/ that is stale, incomplete or littered is found", async () => {
  using folder = temporaryFolder();
  for (const part of ["proto", "gen", "buf.yaml", "buf.gen.yaml"]) {
    cpSync(join(root, part), join(folder.path, part), { recursive: true });
  }
  const check = () => run("node", [join(root, "scripts/gen-check.mjs"), folder.path]);
  const fresh = await check();
  expect(fresh.stderr).toBe("");
  expect(fresh.code).toBe(0);

  const generated = join(folder.path, "gen/typescript/heartbeat/v1");
  appendFileSync(join(generated, "heartbeat_pb.js"), "// edited by hand\n");
  rmSync(join(generated, "heartbeat_service_pb.d.ts"));
  appendFileSync(join(generated, "left_over_pb.js"), "");
  const stale = await check();
  expect(stale.code).toBe(1);
  expect(stale.stderr).toContain("typescript/heartbeat/v1/heartbeat_pb.js");
  expect(stale.stderr).toContain("typescript/heartbeat/v1/heartbeat_service_pb.d.ts");
  expect(stale.stderr).toContain("typescript/heartbeat/v1/left_over_pb.js");
  expect(stale.stderr).not.toContain("status_service_pb");
});

test.runIf(existsSync(join(root, ".plugins/go.installed")))(
  "and so it is in another language, whose plugins are here",
  async () => {
    using folder = temporaryFolder();
    for (const part of ["proto", "gen", "buf.yaml", "buf.gen.yaml"]) {
      cpSync(join(root, part), join(folder.path, part), { recursive: true });
    }
    appendFileSync(join(folder.path, "gen/go/heartbeat/v1/heartbeat.pb.go"), "// by hand\n");
    const stale = await run("node", [join(root, "scripts/gen-check.mjs"), folder.path]);
    expect(stale.code).toBe(1);
    expect(stale.stderr).toContain("gen/ is stale: go/heartbeat/v1/heartbeat.pb.go\n");
  },
);
