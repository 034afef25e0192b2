import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import type {
  PauseAgentRequest,
  ResumeAgentRequest,
} from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import {
  type Agent,
  AgentState,
  EventType,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type {
  GetAgentRequest,
  WatchAgentsRequest,
  WatchAgentsResponse,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { FakeWorld } from "./support/fake-context.ts";
import { anAgent, anEvent, serverThat } from "./support/fake-service.ts";
import { FakeTerminal } from "./support/fake-terminal.ts";

type Change = WatchAgentsResponse["change"];

const change = (agent: Agent): Change => ({ case: "agent", value: agent });
const complete: Change = { case: "snapshotComplete", value: true };
const DOWN = "\u001b[B";

/** A server that tells what a test hands it, and remembers what it was asked. */
class Told {
  agents: Agent[] = [anAgent({ agentId: "web-1" }), anAgent({ agentId: "web-2" })];
  watched: WatchAgentsRequest[] = [];
  asked: GetAgentRequest[] = [];
  paused: PauseAgentRequest[] = [];
  resumed: ResumeAgentRequest[] = [];
  /** Refuses everything with this, once it is set. */
  refusal: ConnectError | undefined;
  /** Refuses watches with this. */
  watchRefusal: ConnectError | undefined;
  #tell: ((step: Change | ConnectError) => void) | undefined;

  readonly transport = serverThat({
    status: {
      getStatus: () => {
        if (this.refusal) throw this.refusal;
        return {
          serverId: "box",
          version: "9",
          journalHealthy: true,
          agentsByState: { ALIVE: 2n },
        };
      },
      getAgent: (request: GetAgentRequest) => {
        this.asked.push(request);
        const agent = this.agents.find(({ agentId }) => agentId === request.agentId);
        if (agent === undefined) throw new ConnectError("unknown", Code.NotFound);
        return { agent };
      },
      listEvents: () => ({ events: [anEvent(7, { type: EventType.RECOVERED })] }),
      watchAgents: (request: WatchAgentsRequest, { signal }: { signal: AbortSignal }) =>
        this.#watch(request, signal),
    },
    control: {
      pauseAgent: (request: PauseAgentRequest) => {
        if (request.agentId === "web-2")
          throw new ConnectError("web-2 is DOWN", Code.FailedPrecondition);
        this.paused.push(request);
        return {};
      },
      resumeAgent: (request: ResumeAgentRequest) => {
        this.resumed.push(request);
        return {};
      },
    },
  });

  /** The next step of the watch: a change, or its end. */
  tell(step: Change | ConnectError): void {
    this.#tell?.(step);
  }

  async *#watch(request: WatchAgentsRequest, signal: AbortSignal) {
    this.watched.push(request);
    const refusal = this.refusal ?? this.watchRefusal;
    if (refusal) throw refusal;
    for (const agent of this.agents) yield { change: change(agent) };
    yield { change: complete };
    while (!signal.aborted) {
      const step = await new Promise<Change | ConnectError | undefined>((resolve) => {
        this.#tell = resolve;
        signal.addEventListener("abort", () => resolve(undefined));
      });
      if (step instanceof ConnectError) throw step;
      if (step !== undefined) yield { change: step };
    }
  }
}

/** `heartbeat top` on a terminal, with all its agents on the screen. */
async function started(argv: string[] = [], terminal = new FakeTerminal(), parts = {}) {
  const server = new Told();
  const world = new FakeWorld({
    transport: server.transport,
    terminal,
    isTTY: true,
    ...parts,
  });
  const exit = world.run("top", ...argv);
  // What it is made of is loaded in real time; the agents are on the screen with the frame after that.
  while (!/ web-1 /.test(terminal.screen)) await world.clock.advanceAsync(100);
  const press = async (keys: string) => {
    terminal.press(keys);
    await world.clock.advanceAsync(0);
  };
  return { server, world, terminal, exit, press };
}

const unavailable = new ConnectError("draining", Code.Unavailable);

describe("top", () => {
  it("shows agents as they are, and gives the terminal back as it was", async () => {
    const { terminal, exit, press, world } = await started();
    expect(terminal).toMatchObject({ isAlternate: true, isRaw: true, isCursorShown: false });
    expect(terminal.screen).toMatch(/^heartbeat 9 {2}server box/);
    expect(terminal.screen).toMatch(/STATE▼ .*AGENT.*\n {2}ALIVE +web-1 .*\n {2}ALIVE +web-2 /);
    await press("q");
    expect(await exit).toBe(0);
    expect(terminal).toMatchObject({ isAlternate: false, isRaw: false, isCursorShown: true });
    expect(world.err).toBe("");
    expect(world.clock.pendingTimers).toBe(0);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const)(
    "gives the terminal back on %s",
    async (signal) => {
      const { terminal, exit, world } = await started();
      expect(world.signal(signal)).toBe(true);
      expect(await exit).toBe(0);
      expect(terminal).toMatchObject({ isAlternate: false, isRaw: false, isCursorShown: true });
    },
  );

  it("ends when the terminal goes away, and on Ctrl-C", async () => {
    const first = await started();
    first.terminal.hangUp();
    expect(await first.exit).toBe(0);
    const second = await started();
    await second.press("\u0003");
    expect(await second.exit).toBe(0);
  });

  it("gives the terminal back before it says why the server refuses it", async () => {
    const { terminal, exit, server, world } = await started();
    server.tell(new ConnectError("not yours", Code.PermissionDenied));
    await world.clock.advanceAsync(100);
    expect(await exit).toBe(1);
    expect(terminal).toMatchObject({ isAlternate: false, isRaw: false });
    expect(world.err).toBe("heartbeat: not yours\n");
    expect(world.clock.pendingTimers).toBe(0);
  });

  it("gives the terminal back when a frame fails, and says what failed", async () => {
    const { terminal, exit, world } = await started();
    terminal.size = () => {
      throw new Error("no size");
    };
    await world.clock.advanceAsync(1_000);
    expect(await exit).toBe(1);
    expect(terminal).toMatchObject({ isAlternate: false, isRaw: false, isCursorShown: true });
    expect(world.err).toBe("heartbeat: unexpected: no size; please report it with what you ran\n");
  });

  it("does not take the terminal when there is no server", async () => {
    const terminal = new FakeTerminal();
    const getStatus = () => {
      throw unavailable;
    };
    const world = new FakeWorld({ transport: serverThat({ status: { getStatus } }), terminal });
    expect(await world.run("top")).toBe(4);
    expect(terminal.written).toBe("");
    expect(world.err).toContain("draining");
  });

  it("shows a change with the next frame, and who is gone no more", async () => {
    const { terminal, server, world } = await started(["--interval", "200ms"]);
    server.tell(
      change(anAgent({ agentId: "web-2", state: AgentState.DOWN, stateReason: "silent" })),
    );
    await world.clock.advanceAsync(200);
    expect(terminal.screen).toMatch(/\n {2}DOWN +web-2 .* silent\n {2}ALIVE +web-1/);
    server.tell({ case: "removedAgentId", value: "web-2" });
    await world.clock.advanceAsync(200);
    expect(terminal.screen).not.toContain("web-2");
    world.signal("SIGTERM");
  });

  it("asks anew about the agents on the screen, and about no others", async () => {
    const { server, world, terminal } = await started([], new FakeTerminal(100, 6));
    server.agents = [
      anAgent({ agentId: "web-1", sinceLastBeat: durationFromMs(10), beatsReceived: 12_345n }),
    ];
    server.asked = [];
    await world.clock.advanceAsync(5_000);
    expect(new Set(server.asked.map(({ agentId }) => agentId))).toEqual(new Set(["web-1"]));
    expect(server.asked.length).toBeLessThanOrEqual(3);
    terminal.resize(200, 6);
    expect(terminal.screen).toContain("12345");
    world.signal("SIGTERM");
  });

  it("asks for what the flags say", async () => {
    const flags = [
      "--organization",
      "acme",
      "--state",
      "down,suspect",
      "--type",
      "web",
      "--sort",
      "silence",
    ];
    const { server, world, terminal } = await started(flags);
    expect(server.watched).toMatchObject([
      { organizationId: "acme", states: [AgentState.DOWN, AgentState.SUSPECT], agentType: "web" },
    ]);
    expect(terminal.screen).toContain("SILENCE▼");
    world.signal("SIGTERM");
  });

  it("draws nothing while the terminal has not taken the last frame", async () => {
    const { terminal, world } = await started();
    terminal.busy = true;
    const { written } = terminal;
    await world.clock.advanceAsync(10_000);
    expect(terminal.written).toBe(written);
    terminal.busy = false;
    await world.clock.advanceAsync(1_000);
    expect(terminal.written).not.toBe(written);
    world.signal("SIGTERM");
  });

  it("fills the screen anew when its size changes", async () => {
    const { terminal, world } = await started();
    terminal.resize(42, 10);
    const lines = terminal.screen.split("\n");
    expect(lines).toHaveLength(10);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(42);
    expect(terminal.screen).toMatch(/ALIVE +web-1/);
    world.signal("SIGTERM");
  });

  it.each([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
  ])("with %j has colours: %s", async (env, colours) => {
    const { terminal, world } = await started([], new FakeTerminal(), { env });
    expect(terminal.written.includes("\u001b[32mALIVE")).toBe(colours);
    world.signal("SIGTERM");
  });
});

describe("top without its server", () => {
  it("says since when, counts no silence on, and is live again by itself", async () => {
    const { terminal, server, world } = await started();
    server.tell(change(anAgent({ agentId: "web-1", state: AgentState.DOWN })));
    await world.clock.advanceAsync(0);
    server.refusal = unavailable;
    server.tell(unavailable);
    await world.clock.advanceAsync(12_000);
    expect(terminal.screen).toMatch(
      /ERROR connection lost, shown as of 1[234](\.\d)?s ago \(draining\)/,
    );
    const row = () => terminal.screen.split("\n").find((line) => line.includes(" web-1 "));
    const before = row();
    expect(before).toMatch(/DOWN +web-1 .* \d+(\.\d)?s /);
    await world.clock.advanceAsync(7_000);
    expect(row()).toBe(before);
    server.refusal = undefined;
    server.agents = [anAgent({ agentId: "new-1" })];
    await world.clock.advanceAsync(12_000);
    expect(terminal.screen).not.toContain("connection lost");
    expect(terminal.screen).toContain("new-1");
    expect(terminal.screen).not.toContain("web-1");
    world.signal("SIGTERM");
  });

  it("is not live because the server answers, as long as it lets no watch stand", async () => {
    const { terminal, server, world } = await started();
    server.watchRefusal = unavailable;
    server.tell(unavailable);
    await world.clock.advanceAsync(12_000);
    expect(terminal.screen).toMatch(/connection lost, shown as of 1[234](\.\d)?s ago/);
    world.signal("SIGTERM");
  });

  it("says so too when it hangs and the connection stands", async () => {
    const { terminal, server, world } = await started();
    server.refusal = new ConnectError("no answer", Code.DeadlineExceeded);
    await world.clock.advanceAsync(5_000);
    expect(terminal.screen).toMatch(/connection lost, shown as of [456](\.\d)?s ago \(no answer\)/);
    server.refusal = undefined;
    await world.clock.advanceAsync(2_000);
    expect(terminal.screen).not.toContain("connection lost");
    expect(server.watched).toHaveLength(1);
    world.signal("SIGTERM");
  });

  it("watches again when it was too slow for its changes", async () => {
    const { server, world, terminal } = await started();
    server.tell(new ConnectError("too slow", Code.ResourceExhausted));
    await world.clock.advanceAsync(2_000);
    expect(server.watched).toHaveLength(2);
    expect(terminal.screen).not.toContain("connection lost");
    world.signal("SIGTERM");
  });
});

describe("the keys of top", () => {
  it("show one agent with its events, and go back", async () => {
    const { terminal, press, world } = await started();
    await press(`${DOWN}\r`);
    expect(terminal.screen).toMatch(/^agent +default\/web-1$/m);
    expect(terminal.screen).toContain("00:00:00.007  RECOVERED  reason 7");
    await press("\u001b");
    expect(terminal.screen).toMatch(/^> ALIVE +web-1/m);
    world.signal("SIGTERM");
  });

  it("tell in the details that an agent is gone", async () => {
    const { terminal, press, world, server } = await started();
    await press(`${DOWN}\r`);
    server.agents = [];
    await world.clock.advanceAsync(3_000);
    expect(terminal.screen).toContain("shown as it was: unknown");
    world.signal("SIGTERM");
  });

  it("pause for 10 minutes after a y, and resume", async () => {
    const { terminal, press, world, server } = await started();
    await press(`${DOWN}p`);
    expect(terminal.screen).toContain("pause web-1 for 10 min? y or n");
    await press("n");
    expect(server.paused).toEqual([]);
    await press("py");
    expect(server.paused).toMatchObject([
      { agentId: "web-1", organizationId: "default", pauseFor: durationFromMs(600_000) },
    ]);
    expect(terminal.screen).toContain("web-1 is paused for 10 min");
    await press("u");
    expect(server.resumed).toMatchObject([{ agentId: "web-1" }]);
    world.signal("SIGTERM");
  });

  it("show what the server says to a pause that it refuses", async () => {
    const { terminal, press, world } = await started();
    await press(`${DOWN}${DOWN}py`);
    expect(terminal.screen).toContain("pause web-2: web-2 is DOWN");
    world.signal("SIGTERM");
  });

  it("filter, sort and help", async () => {
    const { terminal, press, world } = await started();
    await press("/web-2");
    expect(terminal.screen).toContain("/web-2_");
    expect(terminal.screen).not.toContain("web-1");
    await press("\r");
    expect(terminal.screen).toContain('1 of 2, filter "web-2"');
    await press("/\u007f\u007f\u007f\u007f\u007f\rf");
    expect(terminal.screen).toContain("0 of 2, only troubled");
    await press("fsr");
    expect(terminal.screen).toMatch(/AGENT▼.*\n {2}ALIVE +web-2/);
    await press("?");
    expect(terminal.screen).toContain("Ctrl-C");
    await press("x");
    expect(terminal.screen).toMatch(/ALIVE +web-2/);
    world.signal("SIGTERM");
  });

  it("give the terminal back on Ctrl-Z, and take it again when the process goes on", async () => {
    const { terminal, press, world, exit } = await started();
    await press("\u001a");
    expect(world.died).toEqual(["SIGTSTP"]);
    expect(terminal).toMatchObject({ isAlternate: false, isRaw: false });
    const { written } = terminal;
    world.clock.stall(60_000);
    expect(terminal.written).toBe(written);
    await world.clock.advanceAsync(1_100);
    expect(terminal).toMatchObject({ isAlternate: true, isRaw: true });
    expect(terminal.screen).toMatch(/ALIVE +web-1/);
    await press("q");
    expect(await exit).toBe(0);
  });
});

describe("top --once", () => {
  it("prints one frame without escape codes and ends", async () => {
    const { transport } = new Told();
    const world = new FakeWorld({ transport });
    expect(await world.run("top", "--once")).toBe(0);
    expect(world.out).toMatch(
      /^heartbeat 9 .*\n2 agents .*\n.*\n {2}STATE▼ .*REASON\n {2}ALIVE +web-1 .*\n {2}ALIVE +web-2 .*\n$/,
    );
    expect(world.out).not.toContain("\u001b");
    expect(world.err).toBe("");
  });

  it("on a terminal prints it in its width, and takes it not", async () => {
    const terminal = new FakeTerminal();
    const { transport } = new Told();
    const world = new FakeWorld({ transport, terminal, isTTY: true, columns: 40 });
    expect(await world.run("top", "--once")).toBe(0);
    expect(Math.max(...world.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(world.out).not.toContain("\u001b");
    expect(terminal.written).toBe("");
  });

  it("exits with 4 when there is no answer", async () => {
    const server = new Told();
    server.refusal = unavailable;
    const world = new FakeWorld({ transport: server.transport });
    expect(await world.run("top", "--once")).toBe(4);
    expect(world.out).toBe("");
  });
});

describe("top without a terminal", () => {
  it("says so and exits with 2", async () => {
    const world = new FakeWorld({ transport: new Told().transport });
    expect(await world.run("top")).toBe(2);
    expect(world.err).toBe(
      "heartbeat: top wants a terminal on standard input and output, and this is none; use --once, or heartbeat list\n",
    );
  });

  it.each([
    [["--sort", "colour"], "is none of the words that are known (limit: state, agent,"],
    [["--interval", "5ms"], "is too short (limit: 100ms to 1m)"],
    [["--state", "dwn"], "did you mean DOWN?"],
  ])("refuses %j", async (argv, message) => {
    const world = new FakeWorld();
    expect(await world.run("top", ...argv)).toBe(2);
    expect(world.err).toContain(message);
  });
});
