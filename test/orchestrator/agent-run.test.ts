import { describe, expect, it } from "vitest";
import { nextTurn } from "../../src/clock.ts";
import type { AgentHeartbeat } from "../../src/orchestrator/agent-heartbeat.ts";
import { AgentRun } from "../../src/orchestrator/agent-run.ts";
import type { PeriodicSettings } from "../../src/orchestrator/periodic-config.ts";
import { PeriodicProcessAgent } from "../../src/orchestrator/periodic-process-agent.ts";
import type { RunEnd } from "../../src/orchestrator/run-end.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { NotedLogger } from "./support/noted-logger.ts";

interface Hooks {
  setup?: () => unknown;
  runner?: (agent: PeriodicProcessAgent) => unknown;
  onClose?: (agent: PeriodicProcessAgent) => unknown;
}

/** A run of an agent with these hooks, on a fake clock; `seen` is what happened, in order. */
function run(hooks: Hooks = {}, config: Partial<PeriodicSettings> = {}, runsDone = 0) {
  const clock = new FakeClock();
  const logger = new NotedLogger();
  const seen: string[] = [];
  class Agent extends PeriodicProcessAgent {
    static readonly module = import.meta.url;
    override async setup() {
      seen.push("setup");
      await hooks.setup?.();
    }
    override async runner() {
      seen.push("runner");
      await hooks.runner?.(this);
    }
    override async onClose() {
      seen.push("close");
      await hooks.onClose?.(this);
    }
  }
  const heartbeat: Pick<AgentHeartbeat, "start" | "getStatus" | "tell"> = {
    start: () => void seen.push("beats"),
    getStatus: () => ({ agentId: "a", beatsSent: 7 }) as never,
    tell: async ({ kind }) => void seen.push(`tells ${kind}`),
  };
  const agentRun = new AgentRun({
    assignment: {
      name: "a",
      module: Agent.module,
      className: "Agent",
      config: { limit: Number.POSITIVE_INFINITY, executionIntervalMs: 1_000, ...config },
      runsDone,
      stopTimeoutMs: 1_000,
      heartbeat: undefined,
    },
    load: async () => Agent,
    heartbeat,
    logger,
    clock,
    onRan: () => seen.push("ran"),
  });
  let end: RunEnd | undefined;
  const live = agentRun.live().then((value) => {
    end = value;
  });
  return { agentRun, clock, seen, logger, live, end: () => end };
}

const executions = (seen: string[]) => seen.filter((what) => what === "runner").length;
/** What is due from the start on, on a clock that the executions themselves move. */
async function firstExecutions() {
  for (let turn = 0; turn < 4; turn++) await nextTurn();
}
const stopped = { kind: "stopped", reason: "deploy" } as const;

describe("a life", () => {
  it("beats, sets up, executes up to the limit, closes, and tells the server, in this order", async () => {
    const { seen, clock, live, end } = run({}, { limit: 2 });
    await clock.advanceAsync(1_000);
    await live;
    expect(seen).toEqual([
      "beats",
      "setup",
      "runner",
      "ran",
      "runner",
      "ran",
      "close",
      "tells completed",
    ]);
    expect(end()).toEqual({ kind: "completed", reason: "its limit of 2 executions is reached" });
    expect(clock.pendingTimers).toBe(0);
  });

  it("counts the executions of the processes before", async () => {
    const { seen, clock, live } = run({}, { limit: 10 }, 8);
    await clock.advanceAsync(1_000);
    await live;
    expect(executions(seen)).toBe(2);
  });

  it("has nothing left to do where the process before did it all", async () => {
    const { seen, live } = run({}, { limit: 10 }, 10);
    await live;
    expect(seen).toEqual(["beats", "setup", "close", "tells completed"]);
  });

  it("shows the final figures of its lease to onClose", async () => {
    let beats = 0;
    const onClose = (agent: PeriodicProcessAgent) => {
      beats = agent.plugin.heartbeat?.getStatus().beatsSent ?? -1;
    };
    await run({ onClose }, { limit: 1 }).live;
    expect(beats).toBe(7);
  });
});

describe("the pace", () => {
  it("is steady, whatever an execution takes of the interval", async () => {
    const { seen, clock } = run({ runner: () => clock.stall(400) });
    await firstExecutions();
    await clock.advanceAsync(599);
    expect(executions(seen)).toBe(1);
    await clock.advanceAsync(1);
    expect(executions(seen)).toBe(2);
  });

  it("begins anew after an execution that took longer than the interval", async () => {
    let takesMs = 2_500;
    const { seen, clock } = run({
      runner: () => {
        clock.stall(takesMs);
        takesMs = 0;
      },
    });
    await firstExecutions();
    await clock.advanceAsync(0);
    expect(executions(seen)).toBe(2);
    await clock.advanceAsync(999);
    expect(executions(seen)).toBe(2);
    await clock.advanceAsync(1);
    expect(executions(seen)).toBe(3);
  });
});

describe("a stop", () => {
  it("between two executions ends the wait", async () => {
    const { agentRun, seen, clock, live, end } = run();
    await clock.advanceAsync(0);
    agentRun.stop(stopped);
    await live;
    expect(seen.slice(-3)).toEqual(["ran", "close", "tells stopped"]);
    expect(end()).toEqual(stopped);
    expect(clock.pendingTimers).toBe(0);
  });

  it("lets the execution under way be done", async () => {
    const work = Promise.withResolvers<void>();
    const { agentRun, seen, clock, live } = run({ runner: () => work.promise });
    await clock.advanceAsync(0);
    agentRun.stop(stopped);
    await clock.advanceAsync(0);
    expect(seen.at(-1)).toBe("runner");
    work.resolve();
    await live;
    expect(seen.slice(-3)).toEqual(["ran", "close", "tells stopped"]);
  });

  it("may interrupt an execution through the signal, which is no crash", async () => {
    const { agentRun, clock, live, end, logger } = run({
      runner: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    });
    await clock.advanceAsync(0);
    agentRun.stop(stopped);
    await live;
    expect(end()).toEqual(stopped);
    expect(logger.lines).toEqual([]);
  });

  it("during the setup leaves out the executions", async () => {
    const setup = Promise.withResolvers<void>();
    const { agentRun, seen, live, clock } = run({ setup: () => setup.promise });
    await clock.advanceAsync(0);
    agentRun.stop(stopped);
    setup.resolve();
    await live;
    expect(seen).toEqual(["beats", "setup", "close", "tells stopped"]);
  });

  it("counts as the first one that was asked for", async () => {
    const { agentRun, live, end } = run();
    agentRun.stop(stopped);
    agentRun.stop({ kind: "orphaned", reason: "its orchestrator has died" });
    await live;
    expect(end()).toEqual(stopped);
  });
});

describe("a crash", () => {
  const fail = () => {
    throw new Error("no disk");
  };

  it.each([
    ["setup", ["beats", "setup", "close", "tells crashed"]],
    ["runner", ["beats", "setup", "runner", "close", "tells crashed"]],
  ])("of %s still closes", async (hook, expected) => {
    const { seen, live, end, logger } = run({ [hook]: fail });
    await live;
    expect(seen).toEqual(expected);
    expect(end()).toEqual({ kind: "crashed", reason: "no disk" });
    expect(logger.lines).toEqual([expect.stringContaining("error crashed: Error: no disk")]);
  });

  it("of onClose is logged, and changes nothing", async () => {
    const { live, end, logger } = run({ onClose: fail }, { limit: 1 });
    await live;
    expect(end()?.kind).toBe("completed");
    expect(logger.lines).toEqual([expect.stringContaining("error onClose failed: Error: no disk")]);
  });
});
