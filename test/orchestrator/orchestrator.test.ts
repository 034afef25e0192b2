import { describe, expect, it } from "vitest";
import { HeartbeatPlugin } from "../../src/orchestrator/heartbeat-plugin.ts";
import { AgentsFailedError } from "../../src/orchestrator/statistics.ts";
import {
  bench,
  completed,
  crashed,
  settled,
  stopped,
  superseded,
  Worker,
} from "./support/bench.ts";

describe("start", () => {
  it("gives each agent a process that knows what it has to do", () => {
    const heartbeat = new HeartbeatPlugin({ agentSendIntervalMs: 2_000, server: "[::1]:7" });
    const { orchestrator, processes } = bench({ name: "night", plugins: { heartbeat } });
    orchestrator.register(Worker, "a").register(Worker);
    expect(processes.all).toEqual([]);
    orchestrator.start();
    expect(processes.all.map(({ name }) => name)).toEqual(["a", "Worker"]);
    expect(processes.all[0]?.assignment).toEqual({
      name: "a",
      module: Worker.module,
      className: "Worker",
      config: { limit: 10, executionIntervalMs: 3_000 },
      runsDone: 0,
      stopTimeoutMs: 5_000,
      heartbeat: {
        agentId: "a",
        agentType: "periodic",
        server: "[::1]:7",
        labels: { orchestrator: "night" },
        policy: { intervalMs: 2_000 },
      },
    });
  });

  it("is made once", () => {
    const { orchestrator } = bench();
    orchestrator.start();
    expect(() => orchestrator.start()).toThrow("starts once");
  });

  it("also starts what is registered later", () => {
    const { orchestrator, processes } = bench();
    orchestrator.start();
    orchestrator.register(Worker, "late");
    expect(processes.last.name).toBe("late");
  });
});

describe("register", () => {
  it("takes each name once", () => {
    const { orchestrator } = bench();
    orchestrator.register(Worker, "a");
    expect(() => orchestrator.register(Worker, "a")).toThrow('name "a" is registered already');
  });

  it("refuses what is no name", () => {
    expect(() => bench().orchestrator.register(Worker, "a b")).toThrow("name");
  });

  it("takes nobody after the stop", () => {
    const { orchestrator } = bench();
    void orchestrator.stop();
    expect(() => orchestrator.register(Worker)).toThrow("takes no more agents");
  });
});

describe("once", () => {
  it("is over when every agent has ended", async () => {
    const { orchestrator, processes, clock } = bench({ runMode: "once" });
    orchestrator.register(Worker, "a").register(Worker, "b").start();
    const joined = orchestrator.join();
    processes.all[0]?.end(completed);
    expect(await settled(joined)).toBe("pending");
    processes.all[1]?.end(completed);
    expect(await joined).toMatchObject([
      { name: "a", state: "ended", outcome: completed, restarts: 0 },
      { name: "b", state: "ended", outcome: completed, restarts: 0 },
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("is over at once without agents", async () => {
    const { orchestrator } = bench({ runMode: "once" });
    expect(await orchestrator.start().join()).toEqual([]);
  });
});

describe("daemon", () => {
  it("goes on when every agent is done, until it is stopped", async () => {
    const { orchestrator, processes } = bench();
    orchestrator.register(Worker, "a").start();
    const joined = orchestrator.join();
    processes.last.end(completed);
    expect(await settled(joined)).toBe("pending");
    await orchestrator.stop();
    expect(await joined).toMatchObject([{ outcome: completed }]);
  });

  it("goes on while an agent works, though another one has failed", async () => {
    const { orchestrator, processes } = bench({ restart: { policy: "never" } });
    orchestrator.register(Worker, "a").register(Worker, "b").start();
    const joined = orchestrator.join();
    processes.all[0]?.exit();
    expect(await settled(joined)).toBe("pending");
    const stopping = orchestrator.stop();
    processes.all[1]?.end(stopped);
    await stopping;
    await expect(joined).rejects.toThrow("agent a failed: exited with code 1");
  });

  it("is over when nothing is left to run and an agent has failed", async () => {
    const { orchestrator, processes, logger } = bench({ restart: { policy: "never" } });
    orchestrator.register(Worker, "a").start();
    processes.last.exit("was killed by SIGKILL");
    const error = await orchestrator.join().catch((error) => error);
    expect(error).toBeInstanceOf(AgentsFailedError);
    expect(error.agents).toMatchObject([{ name: "a", outcome: { kind: "failed" } }]);
    expect(logger.lines).toEqual(["error a failed: was killed by SIGKILL"]);
  });
});

describe("a crash", () => {
  it("is followed by a new process after the wait, and counted", () => {
    const { orchestrator, processes, clock } = bench({ restart: { backoff: { initialMs: 200 } } });
    orchestrator.register(Worker, "a").start();
    processes.last.exit("was killed by SIGKILL");
    expect(orchestrator.statistics()).toMatchObject([
      { state: "waiting", pid: undefined, lastEnd: "was killed by SIGKILL", attempts: 1 },
    ]);
    clock.advance(198);
    expect(processes.all).toHaveLength(1);
    clock.advance(1);
    expect(processes.all).toHaveLength(2);
    expect(orchestrator.statistics()).toMatchObject([{ state: "running", pid: 101, restarts: 1 }]);
  });

  it("does not make the executions more than the limit says", () => {
    const { orchestrator, processes, clock } = bench();
    orchestrator.register(Worker, "a").start();
    processes.last.tell({ kind: "ran" }, { kind: "ran" }, { kind: "ran" });
    processes.last.end(crashed);
    clock.advance(250);
    expect(processes.last.assignment.runsDone).toBe(3);
    expect(orchestrator.statistics()).toMatchObject([{ runs: 3, lastEnd: "a bug" }]);
  });

  it("is not followed by anything once the attempts are used up", async () => {
    const { orchestrator, processes, clock } = bench({ restart: { maxAttempts: 2 } });
    orchestrator.register(Worker, "a").start();
    const joined = orchestrator.join();
    for (let life = 0; life < 3; life++) {
      processes.last.end(crashed);
      clock.advance(1_000);
    }
    expect(processes.all).toHaveLength(3);
    await expect(joined).rejects.toThrow("a bug; given up after 2 restarts in a row");
    expect(clock.pendingTimers).toBe(0);
  });

  it("of a process that lived long enough uses up nothing", () => {
    const { orchestrator, processes, clock } = bench({ restart: { maxAttempts: 1 } });
    orchestrator.register(Worker, "a").start();
    for (let life = 0; life < 5; life++) {
      clock.advance(30_000);
      processes.last.exit();
      clock.advance(250);
    }
    expect(processes.all).toHaveLength(6);
  });
});

it("counts the executions anew when an agent that was done is always restarted", () => {
  const { orchestrator, processes, clock } = bench({ restart: { policy: "always" } });
  orchestrator.register(Worker, "a").start();
  processes.last.tell({ kind: "ran" });
  processes.last.end(completed);
  clock.advance(250);
  expect(processes.last.assignment.runsDone).toBe(0);
  expect(orchestrator.statistics()).toMatchObject([{ runs: 1, restarts: 1 }]);
});

it("leaves an agent down whose name another process has taken", () => {
  const { orchestrator, processes, clock } = bench({ restart: { policy: "always" } });
  orchestrator.register(Worker, "a").start();
  processes.last.end(superseded);
  clock.advance(60_000);
  expect(processes.all).toHaveLength(1);
  expect(orchestrator.statistics()).toMatchObject([{ outcome: { kind: "failed" } }]);
});

describe("stop", () => {
  it("tells every process why, and waits for all", async () => {
    const { orchestrator, processes, clock } = bench();
    orchestrator.register(Worker, "a").register(Worker, "b").start();
    const stopping = orchestrator.stop("deploy");
    expect(processes.all.map(({ stops }) => stops)).toEqual([["deploy"], ["deploy"]]);
    processes.all[0]?.end(stopped);
    expect(await settled(stopping)).toBe("pending");
    processes.all[1]?.end(stopped);
    await stopping;
    const outcome = { kind: "stopped", reason: "deploy" };
    expect(await orchestrator.join()).toMatchObject([{ outcome }, { outcome }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("is harmless when repeated", () => {
    const { orchestrator, processes } = bench();
    orchestrator.register(Worker).start();
    void orchestrator.stop("one");
    void orchestrator.stop("two");
    expect(processes.last.stops).toEqual(["one"]);
  });

  it("kills what does not stop in time, and does not start it again", async () => {
    const { orchestrator, processes, clock, logger } = bench({ stopTimeoutMs: 1_000 });
    orchestrator.register(Worker, "a").start();
    const stopping = orchestrator.stop();
    clock.advance(999);
    expect(processes.last.killed).toBe(false);
    clock.advance(1);
    expect(processes.last.killed).toBe(true);
    processes.last.exit("was killed by SIGKILL");
    await stopping;
    expect(logger.lines).toEqual(["warn a has not stopped in 1000 ms: killed"]);
    expect(await orchestrator.join()).toMatchObject([
      { outcome: { kind: "stopped" }, lastEnd: "was killed by SIGKILL" },
    ]);
    expect(processes.all).toHaveLength(1);
  });

  it("calls off a restart", async () => {
    const { orchestrator, processes, clock } = bench();
    orchestrator.register(Worker).start();
    processes.last.exit();
    await orchestrator.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(processes.all).toHaveLength(1);
  });

  it("before the start is the end", async () => {
    const { orchestrator } = bench();
    orchestrator.register(Worker, "a");
    await orchestrator.stop();
    expect(await orchestrator.join()).toMatchObject([{ outcome: { kind: "stopped" } }]);
    expect(() => orchestrator.start()).toThrow("starts once");
  });

  it("is what the end of a scope does", async () => {
    const { orchestrator, processes } = bench();
    orchestrator.register(Worker).start();
    const disposed = orchestrator[Symbol.asyncDispose]();
    processes.last.end(stopped);
    await disposed;
    expect(processes.last.stops).toEqual(["stopped"]);
  });
});

describe("a signal", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("%s stops the agents", (signal) => {
    const { orchestrator, processes, host, logger } = bench();
    orchestrator.register(Worker).start();
    host.emit(signal);
    expect(processes.last.stops).toEqual([signal]);
    expect(logger.lines).toEqual([`info ${signal}: stops its agents`]);
  });

  it("that comes twice, as a terminal and npm send it, is still a stop in good order", () => {
    const { orchestrator, processes, host } = bench();
    orchestrator.register(Worker).start();
    host.emit("SIGINT");
    host.emit("SIGINT");
    expect(processes.last.stops).toEqual(["SIGINT"]);
    expect(processes.last.killed).toBe(false);
  });

  it("is heard from the start to the end, and no longer", async () => {
    const { orchestrator, host } = bench();
    expect(host.allListeners).toBe(0);
    orchestrator.start();
    expect(host.allListeners).toBe(2);
    await orchestrator.stop();
    expect(host.allListeners).toBe(0);
  });

  it("is left to a program that wants it", () => {
    const { orchestrator, host } = bench({ handleSignals: false });
    orchestrator.start();
    expect(host.allListeners).toBe(0);
  });
});
