import { afterEach, describe, expect, it } from "vitest";
import {
  getHeartbeatMonitor,
  initHeartbeatMonitor,
  stopHeartbeatMonitor,
} from "../../src/embedded/global.ts";
import { HeartbeatMonitor } from "../../src/embedded/monitor.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { bench, MINUTE_MS, SECOND_MS, told } from "./support/bench.ts";

/** The fourteen tests of seed 002, under their names. Its thresholds are the defaults. */
describe("seed 002", () => {
  afterEach(() => stopHeartbeatMonitor());

  it("1 test_register_agent: an agent registered with a task is in flight and running", () => {
    const { monitor, clock } = bench();
    monitor.register("pm", { taskId: "session-1", agentType: "planner" });
    expect(monitor.inFlightAgents()).toEqual([
      {
        agentId: "pm",
        taskId: "session-1",
        status: "running",
        isStale: false,
        startedAt: new Date(clock.now().wall),
        lastActivityAt: new Date(clock.now().wall),
        runningForMs: 0,
        idleForMs: 0,
      },
    ]);
    expect(monitor.registeredCount).toBe(1);
    expect(monitor.status("pm")).toMatchObject({ agentType: "planner", taskId: "session-1" });
  });

  it("2 test_update_activity: activity restarts the idle time and not the running time", () => {
    const { monitor, clock } = bench();
    monitor.register("pm", { taskId: "session-1" });
    const startedAt = new Date(clock.now().wall);
    clock.advance(4 * MINUTE_MS);
    expect(monitor.updateActivity("pm")).toBe(true);
    const lastActivityAt = new Date(clock.now().wall);
    clock.advance(SECOND_MS);
    expect(monitor.inFlightAgents()).toMatchObject([
      { startedAt, lastActivityAt, runningForMs: 4 * MINUTE_MS + SECOND_MS, idleForMs: SECOND_MS },
    ]);
    expect(monitor.updateActivity("nobody")).toBe(false);
  });

  it("3 test_mark_idle: an idle agent's task rests until there is activity", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    monitor.register("pm", { taskId: "session-1" });
    expect(monitor.markIdle("pm")).toBe(true);
    expect(monitor.inFlightAgents()).toMatchObject([{ status: "idle" }]);
    expect(monitor.status("pm")).toMatchObject({ isIdle: true, isHealthy: true });
    clock.advance(60 * MINUTE_MS);
    expect([...warnings, ...timeouts]).toEqual([]);
    monitor.updateActivity("pm");
    expect(monitor.inFlightAgents()).toMatchObject([{ status: "running", runningForMs: 0 }]);
    clock.advance(6 * MINUTE_MS);
    expect(told(warnings)).toEqual(["task_stale pm"]);
    expect(monitor.markIdle("nobody")).toBe(false);
  });

  it("4 test_heartbeat_start_stop: it runs from start to stop and leaves no timer", () => {
    const clock = new FakeClock();
    const monitor = new HeartbeatMonitor({ clock });
    expect(monitor.isRunning).toBe(false);
    monitor.start();
    monitor.start();
    expect(monitor.isRunning).toBe(true);
    expect(clock.pendingTimers).toBe(1);
    monitor.stop();
    monitor.stop();
    expect(monitor.isRunning).toBe(false);
    expect(clock.pendingTimers).toBe(0);
    monitor.start();
    expect(monitor.isRunning).toBe(true);
    monitor.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it("5 test_stale_agent_detection: five minutes without activity are a warning", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    monitor.register("pm", { taskId: "session-1", agentType: "planner" });
    clock.advance(5 * MINUTE_MS - SECOND_MS);
    expect(warnings).toEqual([]);
    clock.advance(SECOND_MS);
    expect(warnings).toEqual([
      {
        kind: "task_stale",
        agentId: "pm",
        agentType: "planner",
        at: new Date(clock.now().wall),
        reason: "task session-1 has shown no activity for 5 min",
        taskId: "session-1",
        runningForMs: 5 * MINUTE_MS,
        idleForMs: 5 * MINUTE_MS,
      },
    ]);
    expect(timeouts).toEqual([]);
    // It stays in flight.
    expect(monitor.inFlightAgents()).toMatchObject([{ agentId: "pm", isStale: true }]);
  });

  it("6 test_timeout_agent_detection: thirty minutes of running are an error, and the agent goes", () => {
    const { monitor, clock, timeouts } = bench();
    monitor.register("pm", { taskId: "session-1", agentType: "planner" });
    for (let minute = 1; minute < 30; minute++) {
      clock.advance(MINUTE_MS);
      monitor.updateActivity("pm");
    }
    expect(timeouts).toEqual([]);
    clock.advance(MINUTE_MS);
    expect(timeouts).toEqual([
      {
        kind: "task_timed_out",
        agentId: "pm",
        agentType: "planner",
        at: new Date(clock.now().wall),
        reason: "task session-1 has been running for 30 min",
        taskId: "session-1",
        runningForMs: 30 * MINUTE_MS,
        idleForMs: MINUTE_MS,
      },
    ]);
    expect(monitor.inFlightAgents()).toEqual([]);
    expect(monitor.registeredCount).toBe(0);
    expect(monitor.updateActivity("pm")).toBe(false);
    clock.advance(60 * MINUTE_MS);
    expect(timeouts).toHaveLength(1);
  });

  it("7 test_unregister_agent: who is unregistered is gone, and nothing is told of it", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    monitor.register("pm", { taskId: "session-1" });
    expect(monitor.unregister("pm")).toBe(true);
    expect(monitor.unregister("pm")).toBe(false);
    expect(monitor.inFlightAgents()).toEqual([]);
    expect(monitor.status("pm")).toBeUndefined();
    clock.advance(60 * MINUTE_MS);
    expect([...warnings, ...timeouts]).toEqual([]);
  });

  it("8 test_get_status: the whole status tells whether it runs, whom it tracks, and its settings", () => {
    const { monitor } = bench({ checkIntervalMs: 30_000 });
    monitor.register("pm", { taskId: "session-1" });
    monitor.register("dev", { taskId: "session-2" });
    expect(monitor.monitorStatus()).toEqual({
      running: true,
      agentsMonitoring: 2,
      agents: ["dev", "pm"],
      config: {
        checkIntervalMs: 30_000,
        staleAfterMs: 300_000,
        timeoutAfterMs: 1_800_000,
        staleWarningOnlyOnce: true,
        intervalMs: 30_000,
        maxMissedBeats: 3,
        timeoutMultiplier: undefined,
        graceMs: 3_000,
      },
    });
    monitor.stop();
    expect(monitor.monitorStatus().running).toBe(false);
  });

  it("9 test_get_in_flight_agents: whoever has a task is listed, in order of registration", () => {
    const { monitor, clock } = bench();
    monitor.register("pm", { taskId: "session-1" });
    monitor.register("watched-for-its-beats");
    clock.advance(MINUTE_MS / 2);
    monitor.register("dev", { taskId: "session-2" });
    monitor.markIdle("dev");
    clock.advance(SECOND_MS);
    expect(monitor.inFlightAgents()).toMatchObject([
      { agentId: "pm", taskId: "session-1", status: "running", runningForMs: 31_000 },
      { agentId: "dev", taskId: "session-2", status: "idle" },
    ]);
  });

  it("10 test_stale_warning_only_once: a task that stands still is told once", () => {
    const { monitor, clock, warnings } = bench();
    monitor.register("pm", { taskId: "session-1" });
    clock.advance(29 * MINUTE_MS);
    expect(told(warnings)).toEqual(["task_stale pm"]);
  });

  it("11 test_stale_warning_multiple_times: or after every five minutes, if that is asked for", () => {
    const { monitor, clock, warnings } = bench({ staleWarningOnlyOnce: false });
    monitor.register("pm", { taskId: "session-1" });
    clock.advance(16 * MINUTE_MS);
    expect(warnings).toMatchObject([
      { idleForMs: 5 * MINUTE_MS },
      { idleForMs: 10 * MINUTE_MS },
      { idleForMs: 15 * MINUTE_MS },
    ]);
  });

  it("12 test_multiple_agents_concurrent: one agent's standing still says nothing of the others", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    for (const id of ["pm", "dev", "qa"]) monitor.register(id, { taskId: `task-of-${id}` });
    monitor.markIdle("qa");
    for (let minute = 1; minute <= 12; minute++) {
      clock.advance(MINUTE_MS);
      monitor.updateActivity("dev");
    }
    expect(told(warnings)).toEqual(["task_stale pm"]);
    clock.advance(18 * MINUTE_MS);
    expect(told(timeouts).sort()).toEqual(["task_timed_out dev", "task_timed_out pm"]);
    expect(monitor.monitorStatus().agents).toEqual(["qa"]);
  });

  it("13 test_reset_stale_count_on_new_registration: registered again, it is warned of again", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    monitor.register("pm", { taskId: "session-1" });
    clock.advance(6 * MINUTE_MS);
    monitor.register("pm", { taskId: "session-1" });
    expect(monitor.inFlightAgents()).toMatchObject([
      { taskId: "session-1", isStale: false, runningForMs: 0, idleForMs: 0 },
    ]);
    clock.advance(6 * MINUTE_MS);
    expect(told(warnings)).toEqual(["task_stale pm", "task_stale pm"]);
    // The thirty minutes begin anew as well.
    clock.advance(23 * MINUTE_MS);
    expect(timeouts).toEqual([]);
    clock.advance(MINUTE_MS);
    expect(told(timeouts)).toEqual(["task_timed_out pm"]);
  });

  it("14 test_heartbeat_monitor_global_functions: init makes and starts the one, get finds it, stop ends it", () => {
    const clock = new FakeClock();
    expect(getHeartbeatMonitor()).toBeUndefined();
    const monitor = initHeartbeatMonitor({ clock, checkIntervalMs: 5_000 });
    expect(monitor.isRunning).toBe(true);
    expect(getHeartbeatMonitor()).toBe(monitor);
    expect(initHeartbeatMonitor({ checkIntervalMs: 10_000 })).toBe(monitor);
    expect(monitor.config.checkIntervalMs).toBe(5_000);
    stopHeartbeatMonitor();
    stopHeartbeatMonitor();
    expect(monitor.isRunning).toBe(false);
    expect(clock.pendingTimers).toBe(0);
    expect(getHeartbeatMonitor()).toBeUndefined();
    expect(initHeartbeatMonitor({ clock })).not.toBe(monitor);
  });
});
