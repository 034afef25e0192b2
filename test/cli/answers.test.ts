import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import {
  AgentState,
  EventType,
  Severity,
  TaskSchema,
  TaskState,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { BeatRequest } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type {
  ListAgentsRequest,
  ListEventsRequest,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { FakeWorld } from "./support/fake-context.ts";
import { anAgent, anEvent, serverThat } from "./support/fake-service.ts";

const worldOf = (answers: Parameters<typeof serverThat>[0], parts = {}) =>
  new FakeWorld({ transport: serverThat(answers), ...parts });

describe("status ID", () => {
  const inState = (state: AgentState) =>
    worldOf({ status: { getAgent: () => ({ agent: anAgent({ state }) }) } });

  it.each([
    [AgentState.ALIVE, 0],
    [AgentState.SUSPECT, 1],
    [AgentState.DOWN, 1],
    [AgentState.LEFT, 1],
    [AgentState.EXPECTED, 1],
  ])("of an agent in state %i exits with %i", async (state, code) => {
    expect(await inState(state).run("status", "web-1")).toBe(code);
  });

  it("prints the agent as JSON also when it is not ALIVE", async () => {
    const world = inState(AgentState.DOWN);
    expect(await world.run("status", "web-1", "--json")).toBe(1);
    expect(JSON.parse(world.out)).toMatchObject({ agentId: "web-1", state: "AGENT_STATE_DOWN" });
  });

  it.each([
    [Code.NotFound, 3],
    [Code.Unavailable, 4],
    [Code.DeadlineExceeded, 4],
    [Code.InvalidArgument, 2],
    [Code.PermissionDenied, 1],
  ])("exits by the table when the server answers with code %i", async (code, expected) => {
    const getAgent = () => {
      throw new ConnectError("the server's own words", code);
    };
    expect(await worldOf({ status: { getAgent } }).run("status", "web-1")).toBe(expected);
  });

  it("shows the server's own message, in one line, without a stack", async () => {
    const getAgent = () => {
      throw new ConnectError('agent_id "web-1" is unknown; check it', Code.NotFound);
    };
    const world = worldOf({ status: { getAgent } });
    await world.run("status", "web-1");
    expect(world.err).toBe('heartbeat: agent_id "web-1" is unknown; check it\n');
    expect(world.out).toBe("");
  });

  it("shows control characters of a reason instead of obeying them", async () => {
    const agent = anAgent({ stateReason: "\u001b[2J\nowned" });
    const world = worldOf({ status: { getAgent: () => ({ agent }) } });
    await world.run("status", "web-1");
    expect(world.out).toContain("\\u001b[2J\\u000aowned");
    expect(world.out).not.toContain("\u001b");
  });
});

describe("status", () => {
  it("shows the monitor as a whole and exits with 0", async () => {
    const getStatus = () => ({
      serverId: "box",
      version: "9",
      registeredCount: 3n,
      healthyCount: 2n,
      agentsByState: { ALIVE: 2n, DOWN: 1n },
      uptime: durationFromMs(200_000),
      journalHealthy: true,
      firstSequence: 11n,
      lastSequence: 1_250n,
    });
    const world = worldOf({ status: { getStatus } });
    expect(await world.run("status")).toBe(0);
    expect(world.out).toContain("2 ALIVE, 1 DOWN");
    expect(world.out).toContain("2 of 3");
    expect(world.out).toContain("3m 20s ago");
    expect(world.out).toMatch(/^history +1,240 events, 11 to 1250$/m);
    expect(world.out).not.toMatch(unusual);
  });

  const unusual =
    /^(draining|journal|lost|protection|awaited|stalls|deferred|slow|conflicts) +(.*)$/gm;

  it("tells what is out of the ordinary, and nothing else of that kind", async () => {
    const getStatus = () => ({
      draining: true,
      journalHealthy: false,
      journalTrouble: "the disk is full",
      journalBacklog: 7n,
      unkeptEventsTotal: 1n,
      protectionActive: true,
      protectionsTotal: 2n,
      heldCount: 12n,
      awaitedCount: 3n,
      stallsTotal: 2n,
      heldBackTotal: durationFromMs(3_200),
      admissionsDeferredTotal: 1_000n,
      slowWatchersTotal: 2n,
      conflictsTotal: 1n,
    });
    const world = worldOf({ status: { getStatus } });
    expect(await world.run("status")).toBe(0);
    expect([...world.out.matchAll(unusual)].map(([, name, what]) => `${name}: ${what}`)).toEqual([
      "draining: it is about to stop",
      "journal: in trouble: the disk is full; 7 events not kept yet, and told to nobody",
      "lost: 1 event since the start, for want of room",
      "protection: many fell silent at once: 12 agents held from DOWN",
      "awaited: 3 agents since a restart or a stall",
      "stalls: 2 since the start, the clock was held back for 3.2s in all",
      "deferred: 1,000 streams asked to come back later",
      "slow: 2 watches ended, their readers fell behind",
      "conflicts: 1 since the start: two processes fight for one id",
    ]);
  });

  it.each([
    [5, "over: 5 agents held from DOWN so far, given up one after another"],
    [0, "none now, began 1 time since the start"],
  ])("tells of a protection that is over, and of %i that are still held", async (held, words) => {
    const heldCount = BigInt(held);
    const getStatus = () => ({ journalHealthy: true, protectionsTotal: 1n, heldCount });
    const world = worldOf({ status: { getStatus } });
    await world.run("status");
    expect(world.out).toMatch(new RegExp(`^protection +${words}$`, "m"));
  });
});

describe("list", () => {
  const asked: ListAgentsRequest[] = [];
  const listing = (total: number) => ({
    status: {
      listAgents(request: ListAgentsRequest) {
        asked.push(request);
        const from = Number(request.pageToken || "0");
        const to = Math.min(total, from + request.pageSize);
        const agents = Array.from({ length: to - from }, (_, index) =>
          anAgent({ agentId: `agent-${from + index}` }),
        );
        return { agents, nextPageToken: to < total ? String(to) : "", totalSize: BigInt(total) };
      },
    },
  });

  it("sends its filters as the contract has them", async () => {
    asked.length = 0;
    const flags = ["--state", "down,suspect", "--state", "EXPECTED", "--type", "worker"];
    const labels = [
      "--label",
      "zone=eu",
      "--label",
      "a=b=c",
      "--prefix",
      "w",
      "--order",
      "state desc",
    ];
    await worldOf(listing(0)).run("list", ...flags, ...labels, "--organization", "acme");
    expect(asked[0]).toMatchObject({
      organizationId: "acme",
      states: [AgentState.DOWN, AgentState.SUSPECT, AgentState.EXPECTED],
      agentType: "worker",
      labels: { zone: "eu", a: "b=c" },
      idPrefix: "w",
      orderBy: "state desc",
      pageSize: 100,
    });
  });

  it("shows one page, and says that there are more", async () => {
    const world = worldOf(listing(250));
    expect(await world.run("list")).toBe(0);
    expect(world.out.trimEnd().split("\n")).toHaveLength(101);
    expect(world.err).toContain("100 of 250 agents");
  });

  it("with --all asks for page after page and prints one JSON document", async () => {
    const world = worldOf(listing(2_345));
    expect(await world.run("list", "--all", "--json")).toBe(0);
    const { agents, totalSize } = JSON.parse(world.out);
    expect(agents).toHaveLength(2_345);
    expect(new Set(agents.map(({ agentId }: { agentId: string }) => agentId)).size).toBe(2_345);
    expect(totalSize).toBe("2345");
    expect(world.err).toBe("");
  });

  it("with --limit stops in the middle of a page", async () => {
    const world = worldOf(listing(2_345));
    await world.run("list", "--limit", "1200", "--json");
    expect(JSON.parse(world.out).agents).toHaveLength(1_200);
  });

  it("marks agents that are held", async () => {
    const agents = [anAgent({ state: AgentState.SUSPECT, held: true })];
    const world = worldOf({ status: { listAgents: () => ({ agents }) } });
    await world.run("list");
    expect(world.out).toContain("SUSPECT (held)");
  });

  it("aligns its columns", async () => {
    const agents = [anAgent({ agentId: "a" }), anAgent({ agentId: "a-long-name" })];
    const world = worldOf({ status: { listAgents: () => ({ agents }) } });
    await world.run("list");
    const [head, first, second] = world.out.split("\n");
    expect(first?.indexOf("ALIVE")).toBe(head?.indexOf("STATE"));
    expect(second?.indexOf("ALIVE")).toBe(head?.indexOf("STATE"));
  });

  it("paints states on a terminal only, and not when NO_COLOR is set", async () => {
    const outputs = [];
    for (const parts of [
      { isTTY: true },
      { isTTY: false },
      { isTTY: true, env: { NO_COLOR: "1" } },
    ]) {
      const world = worldOf(listing(1), parts);
      await world.run("list");
      outputs.push(world.out.includes("\u001b[32mALIVE"));
    }
    expect(outputs).toEqual([true, false, false]);
  });
});

describe("events", () => {
  const asked: ListEventsRequest[] = [];
  const history = {
    status: {
      listEvents(request: ListEventsRequest) {
        asked.push(request);
        return { events: [anEvent(1), anEvent(2)] };
      },
    },
  };

  it("sends its filters as the contract has them", async () => {
    asked.length = 0;
    const world = worldOf(history);
    const flags = [
      "--type",
      "down,task-stale",
      "--severity",
      "warning",
      "--after",
      "7",
      "--newest",
    ];
    const times = ["--since", "1h", "--until", "2026-01-01T00:30:00Z", "--agent", "web-1"];
    expect(await world.run("events", ...flags, ...times, "--limit", "5")).toBe(0);
    expect(asked[0]).toMatchObject({
      agentId: "web-1",
      types: [EventType.DOWN, EventType.TASK_STALE],
      minSeverity: Severity.WARNING,
      afterSequence: 7n,
      newestFirst: true,
      pageSize: 5,
      since: timestampFromMs(world.clock.now().wall - 3_600_000),
      until: timestampFromMs(Date.UTC(2026, 0, 1, 0, 30)),
    });
  });

  it("prints a line for each, or one JSON document", async () => {
    const people = worldOf(history);
    await people.run("events");
    expect(people.out.split("\n")[0]).toMatch(
      /^ +1 {2}2026-01-01T00:00:00.001Z {2}DOWN +web-1 +reason 1$/,
    );
    const program = worldOf(history);
    await program.run("events", "--json");
    expect(JSON.parse(program.out).events).toHaveLength(2);
  });
});

describe("tasks", () => {
  it("lists tasks with state and progress", async () => {
    const task = create(TaskSchema, {
      agentId: "web-1",
      taskId: "import",
      state: TaskState.STALE,
      progress: 0.4,
      idleFor: durationFromMs(301_000),
    });
    const world = worldOf({ status: { listTasks: () => ({ tasks: [task], totalSize: 1n }) } });
    expect(await world.run("tasks")).toBe(0);
    expect(world.out).toMatch(/web-1 +import +STALE +40 % +- +5m 1s/);
  });
});

describe("beat", () => {
  const beatOf = async (...flags: string[]): Promise<BeatRequest | undefined> => {
    let received: BeatRequest | undefined;
    const sendBeat = ({ beat }: { beat?: BeatRequest }) => {
      received = beat;
      return { ack: {} };
    };
    const world = worldOf({ beats: { sendBeat } });
    expect(await world.run("beat", "web-1", ...flags), world.err).toBe(0);
    return received;
  };

  it("alone carries no registration, which would wipe out what the agent has declared", async () => {
    const beat = await beatOf();
    expect(beat).toMatchObject({ agentId: "web-1", tasks: [] });
    expect(beat?.registration).toBeUndefined();
  });

  it("declares type, labels and policy when asked to", async () => {
    const flags = ["--type", "cron", "--label", "a=b", "--interval", "24h"];
    expect((await beatOf(...flags))?.registration).toMatchObject({
      agentType: "cron",
      labels: { a: "b" },
      policy: { interval: durationFromMs(86_400_000) },
    });
  });

  it("tells a task's progress", async () => {
    const beat = await beatOf("--task", "t", "--progress", "0.4", "--task-state", "running");
    expect(beat?.tasks[0]).toMatchObject({ taskId: "t", progress: 0.4, state: TaskState.RUNNING });
  });

  it("says Goodbye, with or without a reason", async () => {
    expect((await beatOf("--goodbye"))?.goodbye).toMatchObject({ reason: "", failed: false });
    expect((await beatOf("--goodbye", "done"))?.goodbye).toMatchObject({ reason: "done" });
  });

  it("tells a failure", async () => {
    const goodbye = (await beatOf("--failed", "disk full"))?.goodbye;
    expect(goodbye).toMatchObject({ reason: "disk full", failed: true });
  });
});

describe("pause, resume and unregister", () => {
  it("send what they were told and print the agent as it then is", async () => {
    const asked: Record<string, unknown>[] = [];
    const answer = (request: object) => {
      asked.push({ ...request });
      return { agent: anAgent({ paused: true }) };
    };
    const control = { pauseAgent: answer, resumeAgent: answer, unregisterAgent: answer };
    const world = worldOf({ control });
    expect(await world.run("pause", "web-1", "--for", "10m", "--reason", "update")).toBe(0);
    expect(await world.run("pause", "web-1")).toBe(0);
    expect(await world.run("resume", "web-1")).toBe(0);
    expect(await world.run("unregister", "web-1", "--reason", "gone")).toBe(0);
    expect(asked[0]).toMatchObject({ pauseFor: durationFromMs(600_000), reason: "update" });
    // The default is the server's to give.
    expect(asked[1]).not.toHaveProperty("pauseFor");
    expect(asked[3]).toMatchObject({ agentId: "web-1", reason: "gone" });
    expect(world.out).toContain("ALIVE (paused)");
  });
});
