import { describe, expect, it } from "vitest";
import { bench, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, told } from "./support/bench.ts";

/** The session rules of seed 003: an agent without a task is watched for its beats. */
describe("seed 003: a session", () => {
  it("that beats is healthy", () => {
    const { monitor, passBeating, clock, warnings, timeouts } = bench();
    monitor.register("s1", { agentType: "tutor" });
    passBeating(10 * MINUTE_MS, "s1");
    clock.advance(SECOND_MS);
    expect([...warnings, ...timeouts]).toEqual([]);
    expect(monitor.status("s1")).toEqual({
      agentId: "s1",
      agentType: "tutor",
      taskId: undefined,
      state: "alive",
      lastBeat: new Date(clock.now().wall - SECOND_MS),
      secondsSinceBeat: 1,
      missedBeats: 0,
      isPaused: false,
      pausedUntil: undefined,
      isIdle: false,
      isHealthy: true,
    });
  });

  it("is warned of at the first missed beat, after interval and grace, and only then", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    monitor.register("s1", { agentType: "tutor" });
    clock.advance(32 * SECOND_MS);
    expect(warnings).toEqual([]);
    clock.advance(SECOND_MS);
    expect(warnings).toEqual([
      {
        kind: "suspected",
        agentId: "s1",
        agentType: "tutor",
        at: new Date(clock.now().wall),
        reason: "no beat for 33 s; one is due every 30 s",
        missedBeats: 1,
        silenceMs: 33_000,
      },
    ]);
    expect(monitor.status("s1")).toMatchObject({
      state: "suspect",
      missedBeats: 1,
      isHealthy: false,
      secondsSinceBeat: 33,
    });
    clock.advance(30 * SECOND_MS);
    expect(warnings).toHaveLength(1);
    expect(monitor.status("s1")).toMatchObject({ missedBeats: 2 });
    expect(timeouts).toEqual([]);
  });

  it("times out at the last missed beat, and is no longer tracked", () => {
    const { monitor, clock, timeouts } = bench();
    monitor.register("s1", { agentType: "tutor" });
    clock.advance(92 * SECOND_MS);
    expect(timeouts).toEqual([]);
    clock.advance(SECOND_MS);
    expect(timeouts).toEqual([
      {
        kind: "down",
        agentId: "s1",
        agentType: "tutor",
        at: new Date(clock.now().wall),
        reason: "missed 3 beats; last heard from 1 min 33 s ago",
        missedBeats: 3,
        silenceMs: 93_000,
        taskId: undefined,
      },
    ]);
    expect(monitor.status("s1")).toBeUndefined();
    expect(monitor.allStatus().size).toBe(0);
    expect(monitor.registeredCount).toBe(0);
    expect(monitor.beat("s1")).toBe(false);
    clock.advance(DAY_MS);
    expect(timeouts).toHaveLength(1);
  });

  it.each([1, 2, 5, 40])(
    "times out after %i missed beats where that is the setting",
    (maxMissedBeats) => {
      const { monitor, clock, timeouts } = bench({
        maxMissedBeats,
        intervalMs: 10_000,
        graceMs: 0,
      });
      monitor.register("s1");
      clock.advance(maxMissedBeats * 10_000 - SECOND_MS);
      expect(timeouts).toEqual([]);
      clock.advance(SECOND_MS);
      expect(timeouts).toMatchObject([{ kind: "down", missedBeats: maxMissedBeats }]);
    },
  );

  it("times out earlier where a timeout multiplier says so", () => {
    const { monitor, clock, timeouts } = bench({ maxMissedBeats: 10, timeoutMultiplier: 2.5 });
    monitor.register("s1");
    clock.advance(74 * SECOND_MS);
    expect(timeouts).toEqual([]);
    clock.advance(SECOND_MS);
    expect(timeouts).toMatchObject([{ kind: "down", missedBeats: 2, silenceMs: 75_000 }]);
  });

  it("that beats again has missed nothing, and is warned of anew when it falls silent anew", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    monitor.register("s1");
    clock.advance(80 * SECOND_MS);
    expect(monitor.beat("s1")).toBe(true);
    expect(monitor.status("s1")).toMatchObject({ missedBeats: 0, state: "alive", isHealthy: true });
    clock.advance(80 * SECOND_MS);
    expect(told(warnings)).toEqual(["suspected s1", "suspected s1"]);
    expect(timeouts).toEqual([]);
    expect(monitor.beat("nobody")).toBe(false);
  });

  it("is told late by the check interval at most", () => {
    const { monitor, clock, warnings } = bench({ checkIntervalMs: 5_000 });
    clock.advance(SECOND_MS);
    monitor.register("s1");
    clock.advance(33 * SECOND_MS);
    expect(warnings).toEqual([]);
    clock.advance(SECOND_MS);
    expect(warnings).toMatchObject([{ silenceMs: 34_000 }]);
  });

  it("that is paused is judged by nothing until it is resumed, and then its silence starts anew", () => {
    const { monitor, clock, warnings, timeouts } = bench({ graceMs: 0, checkIntervalMs: 10_000 });
    monitor.register("s1");
    clock.advance(20 * SECOND_MS);
    expect(monitor.pause("s1")).toBe(true);
    expect(monitor.status("s1")).toMatchObject({ isPaused: true, isHealthy: true });
    clock.advance(29 * DAY_MS);
    expect([...warnings, ...timeouts]).toEqual([]);
    expect(monitor.resume("s1")).toBe(true);
    expect(monitor.resume("s1")).toBe(false);
    expect(monitor.status("s1")).toMatchObject({ isPaused: false, pausedUntil: undefined });
    clock.advance(20 * SECOND_MS);
    expect(warnings).toEqual([]);
    clock.advance(10 * SECOND_MS);
    expect(told(warnings)).toEqual(["suspected s1"]);
  });

  it("that is resumed has missed nothing", () => {
    const { monitor, clock } = bench();
    monitor.register("s1");
    clock.advance(70 * SECOND_MS);
    monitor.pause("s1");
    expect(monitor.status("s1")).toMatchObject({ missedBeats: 2, isHealthy: false });
    monitor.resume("s1");
    expect(monitor.status("s1")).toMatchObject({ missedBeats: 0, isHealthy: true, state: "alive" });
    expect(monitor.healthyCount).toBe(1);
  });

  it("is paused for as long as is asked for", () => {
    const { monitor, clock, warnings } = bench();
    monitor.register("s1");
    const pausedUntil = new Date(clock.now().wall + HOUR_MS);
    monitor.pause("s1", HOUR_MS);
    expect(monitor.status("s1")).toMatchObject({ pausedUntil });
    clock.advance(HOUR_MS);
    expect(monitor.status("s1")).toMatchObject({ isPaused: false });
    clock.advance(33 * SECOND_MS);
    expect(told(warnings)).toEqual(["suspected s1"]);
  });

  it("is never paused for good: thirty days later it is judged again", () => {
    const { monitor, clock, timeouts } = bench({ checkIntervalMs: HOUR_MS });
    monitor.register("s1");
    monitor.pause("s1");
    clock.advance(30 * DAY_MS + 2 * HOUR_MS);
    expect(told(timeouts)).toEqual(["down s1"]);
  });

  it("that is not tracked can be neither paused nor resumed nor unregistered", () => {
    const { monitor } = bench();
    monitor.register("s1");
    expect(monitor.resume("s1")).toBe(false);
    monitor.unregister("s1");
    expect(monitor.pause("s1")).toBe(false);
    expect(monitor.resume("s1")).toBe(false);
    expect(monitor.unregister("s1")).toBe(false);
  });

  it("that was unregistered while it was paused is not paused when it registers again", () => {
    const { monitor } = bench();
    monitor.register("s1");
    monitor.pause("s1");
    monitor.unregister("s1");
    monitor.register("s1");
    expect(monitor.status("s1")).toMatchObject({ isPaused: false });
    expect(monitor.resume("s1")).toBe(false);
  });
});

describe("seed 003: all sessions", () => {
  it("are told by their ids, and counted", () => {
    const { monitor, passBeating } = bench();
    monitor.register("s2");
    monitor.register("s1");
    passBeating(40 * SECOND_MS, "s1");
    const all = monitor.allStatus();
    expect([...all.keys()]).toEqual(["s1", "s2"]);
    expect(all.get("s1")).toEqual(monitor.status("s1"));
    expect(all.get("s2")).toMatchObject({ isHealthy: false, missedBeats: 1 });
    expect(monitor.registeredCount).toBe(2);
    expect(monitor.healthyCount).toBe(1);
  });

  it("may have a name that objects have as well", () => {
    const { monitor } = bench();
    monitor.register("__proto__");
    monitor.register("constructor");
    expect([...monitor.allStatus().keys()]).toEqual(["__proto__", "constructor"]);
  });

  it("are heard by handlers that are assigned later", () => {
    const { monitor, clock } = bench({ onWarning: undefined, onTimeout: undefined });
    const heard: string[] = [];
    monitor.register("s1");
    clock.advance(33 * SECOND_MS);
    monitor.onWarning = async ({ agentId }) => void heard.push(`warning ${agentId}`);
    monitor.onTimeout = async ({ agentId }) => void heard.push(`timeout ${agentId}`);
    clock.advance(60 * SECOND_MS);
    expect(heard).toEqual(["timeout s1"]);
  });
});
