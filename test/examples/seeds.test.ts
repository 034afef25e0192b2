import { generateKeyPairSync } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { eventually } from "../support/eventually.ts";
import { Program, type ServerProcess, serve } from "../support/process.ts";
import { RawClient } from "../support/raw-client.ts";

const root = new URL("../../", import.meta.url);
const python = new URL("clients/python/.venv/bin/python", root).pathname;
const missing = !existsSync(python);
if (missing && process.env.HEARTBEAT_DEMAND_ALL === "1") {
  throw new Error(`${python} is demanded and not found: run clients/python/venv.sh`);
}
const example = (file: string) => new URL(`examples/seeds/${file}`, root).pathname;

/** Starting Python, spawning processes and waiting for deadlines takes its time on a busy machine. */
const LONG = 60_000;

describe.skipIf(missing)("the examples of the older systems [clients/python/.venv]", () => {
  let server: ServerProcess;
  let folder: string;
  beforeAll(async () => {
    server = await serve();
    folder = mkdtempSync(join(tmpdir(), "heartbeat-seeds-"));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (file: string, env: object, address = server.grpcAddress, cwd = folder) =>
    new Program("/bin/sh", ["-c", 'cd "$0" && exec "$@"', cwd, python, file], {
      env: { HEARTBEAT_SERVER: address, PYTHONDONTWRITEBYTECODE: "1", ...env },
    });

  const events = async (agentId: string) => {
    using client = new RawClient(server.grpcAddress);
    const page = await client.call(StatusService.method.listEvents, { agentId });
    return page.events.map(({ reason }) => reason);
  };

  it("orchestrator.py works, and closes with its final statistics", { timeout: LONG }, async () => {
    const { code, stderr } = await run(example("orchestrator.py"), { EXAMPLE_SECONDS: "4" }).done();
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /CriticalAgent setup complete[\s\S]*CriticalAgent working\.\.\.[\s\S]*Final Heartbeat Stats: \{'agent_name'/,
    );
    expect(await events("CriticalAgent")).toContain("stopped");
  });

  it("orchestrator.py runs with nothing but its imports changed", { timeout: LONG }, async () => {
    const text = readFileSync(example("orchestrator.py"), "utf8");
    const verbatim = text.replace(/ *# \[added[\s\S]*\[\/added\]\n/, "");
    expect(verbatim).not.toContain("EXAMPLE_SECONDS");
    const file = join(folder, "verbatim.py");
    writeFileSync(file, verbatim);
    await using program = run(file, {});
    await eventually("it works", () => program.stderr.includes("working..."), LONG);
    program.child.kill("SIGTERM");
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.stderr).toContain("Final Heartbeat Stats:");
  });

  it("gateway.py warns of what is stale, and recovers what has timed out", {
    timeout: LONG,
  }, async () => {
    const program = run(example("gateway.py"), { EXAMPLE_SCALE: "0.0035" });
    const { code, stdout, stderr } = await program.done();
    expect(code).toBe(0);
    const [online = "", offline = ""] = stdout.split("\n");
    expect(JSON.parse(online)).toMatchObject({
      success: true,
      status: "online",
      monitor: {
        running: true,
        agents_monitoring: 2,
        agents: ["pm", "dev"],
        config: { check_interval_ms: 105, stale_threshold_ms: 1_050, timeout_threshold_ms: 6_300 },
      },
      in_flight_agents: [
        { agent_id: "pm", task_id: "session_key", status: "running" },
        { agent_id: "dev", task_id: "session-2", status: "running" },
      ],
    });
    expect(JSON.parse(offline)).toMatchObject({ success: true, status: "offline" });
    for (const line of [
      "⏱️ HeartbeatMonitor: started (check interval: 105ms)",
      "✅ Heartbeat monitor initialized and started",
      "⚠️ Stale agent detected: dev idle for 1s",
      "❌ Timeout: agent dev running for 0min (task: session-2)",
      "✅ Recovered: agent dev removed from in-flight, ready for next task",
      "✅ Heartbeat monitor stopped",
    ]) {
      expect(stderr).toContain(line);
    }
    expect(await events("pm")).toContain("task session_key succeeded");
    expect(await events("dev")).toContain("task session-2 has been running for 6.3 s");
  });

  it("sessions.py warns, times out, pauses and resumes", { timeout: LONG }, async () => {
    const { code, stdout, stderr } = await run(example("sessions.py"), {
      EXAMPLE_SCALE: "0.05",
    }).done();
    expect(code).toBe(0);
    expect(stdout.split("\n").filter((line) => !line.startsWith("{"))).toEqual([
      "Paused: True",
      "Warning: session-2 has missed 1",
      "Timeout: session-2 (grader-agent)",
      "Registered: 1 healthy: 1",
      "Resumed: True",
      "All: ['session-3']",
      "",
    ]);
    expect(stdout).toContain("'session_id': 'session-1', 'agent_type': 'tutor-agent'");
    expect(stderr).toContain(
      "Session session-2 (grader-agent) timed out after 3 missed heartbeats",
    );
  });

  describe("artcafe.py", () => {
    let strict: ServerProcess;
    beforeAll(async () => {
      writeKeys(folder, "your-org-id");
      strict = await serve(["--auth-keys", join(folder, "keys")]);
    });
    afterAll(() => strict[Symbol.asyncDispose]());

    it("handles messages, answers them, and prints its health", { timeout: LONG }, async () => {
      const env = { EXAMPLE_SECONDS: "5" };
      const { code, stdout } = await run(example("artcafe.py"), env, strict.grpcAddress).done();
      expect(code).toBe(0);
      for (const line of [
        /^Processing task: \{'id': 1\}$/m,
        /^Connection healthy: True$/m,
        /^Connected: True$/m,
        /^Last heartbeat ACK: \d{4}-\d\d-\d\dT/m,
        /^Seconds since ACK: \d/m,
        /^Reconnect attempts: 0$/m,
        /^health.response: \{'agent_id': 'my-monitor-001', 'healthy': True, /m,
        /^All agents have said Goodbye$/m,
      ]) {
        expect(stdout).toMatch(line);
      }
    });

    it("ends with the server's words when its key is a forger's", { timeout: LONG }, async () => {
      const other = join(folder, "forger");
      writeKeys(other, "your-org-id");
      const program = run(example("artcafe.py"), {}, strict.grpcAddress, other);
      const { code, stderr } = await program.done();
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /AgentRefused: the server refuses agent \S+: UNAUTHENTICATED: .*no key of its organization has signed it/,
      );
    });
  });
});

describe("examples/seeds/README.md", () => {
  it("names every example", () => {
    const readme = readFileSync(example("README.md"), "utf8");
    const files = readdirSync(example("")).filter((file) => file.endsWith(".py"));
    expect(files).toHaveLength(4);
    for (const file of files) expect(readme).toContain(`examples/seeds/${file}`);
  });
});

/** A key pair: the private one where the guide's program looks for it, the public one for the server. */
function writeKeys(folder: string, organization: string): void {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const files: [string, string, string | Buffer][] = [
    ["path/to", "private_key.pem", privateKey.export({ type: "pkcs8", format: "pem" })],
    [`keys/${organization}`, "first.pem", publicKey.export({ type: "spki", format: "pem" })],
  ];
  for (const [directory, name, pem] of files) {
    mkdirSync(join(folder, directory), { recursive: true });
    writeFileSync(join(folder, directory, name), pem);
  }
}
