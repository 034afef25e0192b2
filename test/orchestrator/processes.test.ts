import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EventType } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { HeartbeatAgent } from "../../src/agent/index.ts";
import { eventually } from "../support/eventually.ts";
import { Program } from "../support/process.ts";
import { RawClient } from "../support/raw-client.ts";
import { testServer } from "../support/server.ts";
import type { AgentName } from "./support/program.ts";

const entry = fileURLToPath(new URL("support/program.ts", import.meta.url));

/** Each test has a server of its own: agents are known by the names of their classes. */
async function house() {
  const server = await testServer();
  const client = new RawClient(server.grpcAddress);
  return {
    server,
    orchestrate(mode: string, names: AgentName[], { stopTimeoutMs = 5_000, maxAttempts = 5 } = {}) {
      const args = [server.grpcAddress, mode, stopTimeoutMs, maxAttempts, ...names].map(String);
      return new Program(process.execPath, [entry, ...args]);
    },
    /** What the server has recorded of an agent, in order. */
    async events(agentId: string) {
      const { events } = await client.call(StatusService.method.listEvents, { agentId });
      return events.map(({ type, reason }) => ({ type: EventType[type], reason }));
    },
    async labels(agentId: string) {
      const { agents } = await client.call(StatusService.method.listAgents, {});
      return agents.find((agent) => agent.agentId === agentId);
    },
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const types = (events: { type: string | undefined }[]) => events.map(({ type }) => type);
const count = (program: Program, word: string) => program.stdout.split(word).length - 1;
/** What the agents have said, without times and process numbers. */
const said = (program: Program, name: string) =>
  [...program.stdout.matchAll(/INFO (\w+): (\D*?)[ \d]*$/gm)].flatMap(([, who, words]) =>
    who === name ? words : [],
  );

function pidsOf(program: Program): number[] {
  return [...program.stdout.matchAll(/setup (\d+)/g)].map(([, pid]) => Number(pid));
}

/** One that has ended and that nobody has asked about, as after the death of its parent, does not live. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch (error) {
    // Elsewhere than on Linux there is no /proc, and a dead orphan is soon gone.
    return (error as NodeJS.ErrnoException).code === "ENOENT" && !existsSync("/proc/self/stat");
  }
}

describe("an orchestrator of real processes", () => {
  it("runs an agent from its setup to its limit, and ends by itself", async () => {
    await using h = await house();
    await using program = h.orchestrate("once", ["Short"]);
    const { code, stderr } = await program.done();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(said(program, "Short")).toEqual([
      "setup",
      "runner",
      "runner",
      "runner",
      "close Short true true",
    ]);
    expect(program.stdout).toContain("Short completed: runs 3, restarts 0, acked true");
    const events = await h.events("Short");
    expect(types(events)).toEqual(["REGISTERED", "CONNECTED", "LEFT"]);
    expect(events.at(-1)?.reason).toBe("its limit of 3 executions is reached");
  });

  it("gives each agent a lease, with its type and the orchestrator's name", async () => {
    await using h = await house();
    await using program = h.orchestrate("daemon", ["Endless"]);
    const agent = await eventually("the agent is known", () => h.labels("Endless"));
    expect(agent).toMatchObject({ agentType: "periodic", labels: { orchestrator: "night" } });
    program.child.kill("SIGTERM");
    await program.exited;
  });

  it("starts a process again that died, which the server saw drop, until it is given up", async () => {
    await using h = await house();
    await using program = h.orchestrate("once", ["Dying"], { maxAttempts: 2 });
    const { code } = await program.done();
    expect(code).toBe(1);
    expect(program.stdout).toContain("Dying failed: runs 3, restarts 2");
    expect(program.stdout).toContain(
      "joined: agent Dying failed: was killed by SIGKILL; given up after 2 restarts in a row",
    );
    expect(new Set(pidsOf(program)).size).toBe(3);
    const events = await eventually("three drops", async () => {
      const all = await h.events("Dying");
      return types(all).filter((type) => type === "DROPPED").length === 3 && all;
    });
    expect(types(events)).not.toContain("LEFT");
  });

  it("takes what an execution throws for a crash: it closes, and drops", async () => {
    await using h = await house();
    await using program = h.orchestrate("once", ["Throwing"], { maxAttempts: 0 });
    expect((await program.done()).code).toBe(1);
    expect(said(program, "Throwing")).toEqual(["setup", "close Throwing true true"]);
    expect(program.stdout).toContain("joined: agent Throwing failed: no disk; given up");
    await eventually("the drop", async () => types(await h.events("Throwing")).includes("DROPPED"));
  });

  it.each([
    ["SIGTERM", "to itself", () => []],
    ["SIGINT", "to all of its group, as a terminal sends it", pidsOf],
  ] as const)("stops its agents at a %s %s: all of them leave", async (signal, _whom, others) => {
    await using h = await house();
    await using program = h.orchestrate("daemon", ["Endless", "Short"]);
    await eventually("Short is done", async () => types(await h.events("Short")).includes("LEFT"));
    await eventually("Endless works", () => said(program, "Endless").includes("runner"));
    for (const pid of others(program).filter(lives)) process.kill(pid, signal);
    program.child.kill(signal);
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(said(program, "Endless").at(-1)).toBe("close Endless true true");
    expect((await h.events("Endless")).at(-1)).toEqual({ type: "LEFT", reason: signal });
    expect(pidsOf(program).filter(lives)).toEqual([]);
  });

  it("kills an agent that does not stop in time", async () => {
    await using h = await house();
    await using program = h.orchestrate("daemon", ["Deaf"], { stopTimeoutMs: 200 });
    await eventually("it works", () => said(program, "Deaf").includes("runner"));
    program.child.kill("SIGTERM");
    expect(await program.exited).toEqual({ code: 0, signal: null });
    await eventually("the drop", async () => types(await h.events("Deaf")).includes("DROPPED"));
    expect(pidsOf(program).filter(lives)).toEqual([]);
  });

  it("that is killed leaves no agent behind, and the server is told why they are down", async () => {
    await using h = await house();
    await using program = h.orchestrate("daemon", ["Endless", "Deaf"], { stopTimeoutMs: 500 });
    await eventually(
      "both work",
      () => pidsOf(program).length === 2 && count(program, "runner") > 1,
    );
    const pids = pidsOf(program);
    program.child.kill("SIGKILL");
    await eventually("no process is left", () => !pids.some(lives));
    expect(said(program, "Endless").at(-1)).toBe("close Endless true true");
    expect((await h.events("Endless")).at(-1)).toMatchObject({
      type: "DOWN",
      reason: expect.stringContaining("its orchestrator has died"),
    });
  });

  it("leaves an agent down that somebody told to end", async () => {
    await using h = await house();
    await using program = h.orchestrate("once", ["Endless"]);
    const [pid = 0] = await eventually("it works", () => {
      return count(program, "runner") > 0 && pidsOf(program);
    });
    process.kill(pid, "SIGTERM");
    expect((await program.done()).code).toBe(0);
    expect(program.stdout).toContain("Endless stopped:");
    expect((await h.events("Endless")).at(-1)).toEqual({ type: "LEFT", reason: "SIGTERM" });
  });

  it.each([
    ["Endless", 5_000, /^close/],
    ["Deaf", 200, /^runner/],
  ] as const)(
    "leaves an agent down whose name somebody else takes: %s",
    async (name, stopTimeoutMs, last) => {
      await using h = await house();
      await using program = h.orchestrate("once", [name], { stopTimeoutMs });
      await eventually("it works", () => said(program, name).includes("runner"));
      const server = h.server.grpcAddress;
      await using other = new HeartbeatAgent({ agentId: name, server, handleSignals: false });
      other.start();
      expect((await program.done()).code).toBe(1);
      expect(program.stdout).toContain(
        `joined: agent ${name} failed: another process holds its name`,
      );
      expect(said(program, name).at(-1)).toMatch(last);
    },
  );
});

it("is not started again and again by a file that forgets to ask whether it is the program", async () => {
  const file = fileURLToPath(new URL("support/unguarded.ts", import.meta.url));
  await using program = new Program(process.execPath, [file]);
  const { code, stderr } = await program.done();
  expect(code).toBe(1);
  expect(stderr).toContain("put that under `if (import.meta.main)`");
});

describe("the example", () => {
  let h: Awaited<ReturnType<typeof house>>;
  beforeAll(async () => {
    h = await house();
  });
  afterAll(() => h[Symbol.asyncDispose]());

  it("works, and shows its final figures when it is stopped", async () => {
    const file = fileURLToPath(new URL("../../examples/orchestrator.ts", import.meta.url));
    const env = { HEARTBEAT_SERVER: h.server.grpcAddress };
    const flags = ["--conditions=heartbeat-source", file];
    await using program = new Program(process.execPath, flags, { env });
    await eventually("it is known", () => h.labels("CriticalAgent"));
    await eventually("it works", () => count(program, "CriticalAgent working...") > 0);
    program.child.kill("SIGINT");
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe("");
    expect(program.stdout).toContain("CriticalAgent setup complete");
    expect(program.stdout).toContain("Final heartbeat stats: { agentId: 'CriticalAgent'");
    expect((await h.events("CriticalAgent")).at(-1)).toEqual({ type: "LEFT", reason: "SIGINT" });
  });
});
