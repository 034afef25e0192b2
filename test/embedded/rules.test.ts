import { describe, expect, it } from "vitest";
import { HeartbeatMonitor } from "../../src/embedded/monitor.ts";
import type { HeartbeatMonitorOptions, RegistrationOptions } from "../../src/embedded/options.ts";
import { HeartbeatError } from "../../src/errors.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { bench, DAY_MS, MINUTE_MS, SECOND_MS, told } from "./support/bench.ts";

describe("an agent registered for its task alone", () => {
  it("never owes a beat, however long its task may run", () => {
    const { monitor, clock, warnings, timeouts } = bench({
      checkIntervalMs: 60 * MINUTE_MS,
      staleAfterMs: 30 * DAY_MS,
      timeoutAfterMs: 30 * DAY_MS,
      maxMissedBeats: 1,
    });
    monitor.register("pm", { taskId: "a-long-one" });
    clock.advance(29 * DAY_MS);
    expect(monitor.status("pm")).toMatchObject({ missedBeats: 0, isHealthy: true });
    expect([...warnings, ...timeouts]).toEqual([]);
    // Not even beyond the reach of the timing wheel, idle for two years.
    monitor.markIdle("pm");
    clock.advance(730 * DAY_MS);
    expect(monitor.status("pm")).toMatchObject({ missedBeats: 0, isIdle: true });
    expect([...warnings, ...timeouts]).toEqual([]);
  });

  it("is not moved on by a beat: an agent can beat while its task hangs", () => {
    const { monitor, warnings, passBeating } = bench();
    monitor.register("pm", { taskId: "session-1" });
    passBeating(5 * MINUTE_MS, "pm");
    expect(told(warnings)).toEqual(["task_stale pm"]);
  });

  it("rests while it is paused, by as much as the pause", () => {
    const { monitor, clock, warnings } = bench();
    monitor.register("pm", { taskId: "session-1" });
    clock.advance(4 * MINUTE_MS);
    monitor.pause("pm");
    clock.advance(60 * MINUTE_MS);
    monitor.resume("pm");
    clock.advance(MINUTE_MS - SECOND_MS);
    expect(warnings).toEqual([]);
    clock.advance(SECOND_MS);
    expect(warnings).toMatchObject([{ kind: "task_stale", idleForMs: 5 * MINUTE_MS }]);
  });
});

describe("an agent registered for its task and its beats", () => {
  it("is down when its beats stop, and its task is named as lost", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    monitor.register("pm", { taskId: "session-1", beats: true });
    clock.advance(93 * SECOND_MS);
    expect(told(warnings)).toEqual(["suspected pm"]);
    expect(timeouts).toMatchObject([{ kind: "down", agentId: "pm", taskId: "session-1" }]);
    expect(monitor.inFlightAgents()).toEqual([]);
  });

  it("names the lost task also when a check comes long after the deadline", () => {
    const { monitor, clock, timeouts } = bench({ checkIntervalMs: 10 * MINUTE_MS });
    monitor.register("pm", { taskId: "session-1", beats: true });
    clock.advance(10 * MINUTE_MS);
    expect(timeouts).toMatchObject([{ kind: "down", taskId: "session-1" }]);
  });

  it("is timed out when its task hangs although it beats, and is no longer tracked", () => {
    const { monitor, timeouts, warnings, passBeating, clock } = bench();
    monitor.register("pm", { taskId: "session-1", beats: true });
    passBeating(30 * MINUTE_MS, "pm");
    expect(told(warnings)).toEqual(["task_stale pm"]);
    expect(told(timeouts)).toEqual(["task_timed_out pm"]);
    clock.advance(10 * MINUTE_MS);
    expect(timeouts).toHaveLength(1);
  });

  it("beats by showing activity", () => {
    const { monitor, clock, warnings } = bench();
    monitor.register("pm", { taskId: "session-1", beats: true });
    for (let i = 0; i < 10; i++) {
      clock.advance(30 * SECOND_MS);
      monitor.updateActivity("pm");
    }
    expect(warnings).toEqual([]);
    expect(monitor.status("pm")).toMatchObject({ secondsSinceBeat: 0 });
  });

  it("must still beat while it is idle", () => {
    const { monitor, clock, warnings } = bench();
    monitor.register("pm", { taskId: "session-1", beats: true });
    monitor.markIdle("pm");
    clock.advance(33 * SECOND_MS);
    expect(told(warnings)).toEqual(["suspected pm"]);
  });
});

it("an agent without a task that is told not to beat is tracked and never judged", () => {
  const { monitor, clock, warnings, timeouts } = bench();
  monitor.register("pm", { beats: false });
  clock.advance(DAY_MS);
  expect([...warnings, ...timeouts]).toEqual([]);
  expect(monitor.registeredCount).toBe(1);
});

describe("registering again", () => {
  it("starts anew: missed beats, pause, idleness and task are forgotten", () => {
    const { monitor, clock } = bench();
    monitor.register("pm", { taskId: "session-1", beats: true, agentType: "old" });
    clock.advance(40 * SECOND_MS);
    monitor.markIdle("pm");
    monitor.pause("pm");
    monitor.register("pm", { agentType: "new" });
    expect(monitor.status("pm")).toMatchObject({
      agentType: "new",
      taskId: undefined,
      missedBeats: 0,
      secondsSinceBeat: 0,
      isPaused: false,
      isIdle: false,
    });
    expect(monitor.inFlightAgents()).toEqual([]);
    expect(monitor.registeredCount).toBe(1);
  });

  it("can turn from task to beats and back", () => {
    const { monitor, clock, warnings } = bench();
    monitor.register("pm", { taskId: "session-1" });
    monitor.register("pm");
    clock.advance(33 * SECOND_MS);
    expect(told(warnings)).toEqual(["suspected pm"]);
    monitor.register("pm", { taskId: "session-2" });
    clock.advance(4 * MINUTE_MS);
    expect(warnings).toHaveLength(1);
    expect(monitor.healthyCount).toBe(1);
  });

  it("tells nobody, however often it happens", () => {
    const { monitor, clock, warnings, timeouts, logged } = bench();
    for (let i = 0; i < 1_000; i++) {
      monitor.register("pm", { taskId: `session-${i}` });
      clock.advance(10);
    }
    expect([...warnings, ...timeouts, ...logged]).toEqual([]);
    expect(monitor.inFlightAgents()).toMatchObject([{ taskId: "session-999" }]);
  });

  it("works from within the handler that was told of the timeout", () => {
    const { monitor, clock, timeouts } = bench();
    monitor.onTimeout = (timeout) => {
      timeouts.push(timeout);
      monitor.register(timeout.agentId, timeout.taskId ? { taskId: "retry" } : {});
    };
    monitor.register("beats");
    monitor.register("works", { taskId: "session-1" });
    clock.advance(93 * SECOND_MS);
    expect(told(timeouts)).toEqual(["down beats"]);
    expect(monitor.status("beats")).toMatchObject({ state: "alive", secondsSinceBeat: 0 });
    clock.advance(93 * SECOND_MS);
    expect(told(timeouts)).toEqual(["down beats", "down beats"]);
    monitor.unregister("beats");
    clock.advance(30 * MINUTE_MS);
    expect(told(timeouts).slice(2)).toEqual(["task_timed_out works"]);
    expect(monitor.inFlightAgents()).toMatchObject([{ agentId: "works", taskId: "retry" }]);
  });
});

describe("the handler of a timeout", () => {
  it("finds the agent gone already", () => {
    const { monitor, clock } = bench();
    const found: unknown[] = [];
    monitor.onTimeout = ({ kind, agentId }) => {
      found.push([kind, monitor.status(agentId), monitor.unregister(agentId)]);
    };
    monitor.register("beats");
    monitor.register("works", { taskId: "session-1" });
    clock.advance(30 * MINUTE_MS);
    expect(found).toEqual([
      ["down", undefined, false],
      ["task_timed_out", undefined, false],
    ]);
  });

  it("may register anew an agent of whom the same check has more to tell", () => {
    const { monitor, clock, timeouts } = bench({ checkIntervalMs: 60 * MINUTE_MS });
    const ids = ["a", "b", "c"];
    const registerAll = () => {
      for (const id of ids) monitor.register(id, { taskId: "session" });
    };
    monitor.onTimeout = (timeout) => {
      if (timeouts.push(timeout) === 1) registerAll();
    };
    registerAll();
    clock.advance(60 * MINUTE_MS);
    expect(timeouts.map(({ agentId }) => agentId).sort()).toEqual(ids);
    expect(monitor.inFlightAgents()).toMatchObject(ids.map(() => ({ runningForMs: 0 })));
    expect(monitor.registeredCount).toBe(3);
  });
});

describe("starting and stopping", () => {
  it("checks at once: what happened before the start is told by the start", () => {
    const clock = new FakeClock();
    const timeouts: string[] = [];
    const onTimeout = ({ agentId }: { agentId: string }) => void timeouts.push(agentId);
    const monitor = new HeartbeatMonitor({ clock, onTimeout, checkIntervalMs: 3_600_000 });
    monitor.register("s1");
    clock.advance(10 * MINUTE_MS);
    expect(timeouts).toEqual([]);
    expect(monitor.registeredCount).toBe(1);
    monitor.start();
    expect(timeouts).toEqual(["s1"]);
    monitor.stop();
  });

  it("judges nobody while it is stopped, and everybody once it is started again", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    monitor.register("s1");
    monitor.register("s2");
    monitor.stop();
    clock.advance(10 * MINUTE_MS);
    monitor.beat("s2");
    expect([...warnings, ...timeouts]).toEqual([]);
    monitor.start();
    expect(told(timeouts)).toEqual(["down s1"]);
    expect(monitor.status("s2")).toMatchObject({ isHealthy: true });
  });

  it("can be left to `using`", async () => {
    const clock = new FakeClock();
    {
      using monitor = new HeartbeatMonitor({ clock });
      monitor.start();
      expect(clock.pendingTimers).toBe(1);
    }
    expect(clock.pendingTimers).toBe(0);
    {
      await using monitor = new HeartbeatMonitor({ clock });
      monitor.start();
      expect(clock.pendingTimers).toBe(1);
    }
    expect(clock.pendingTimers).toBe(0);
  });

  it("may be stopped from within a handler", () => {
    const { monitor, clock } = bench();
    monitor.onWarning = () => monitor.stop();
    monitor.register("s1");
    clock.advance(10 * MINUTE_MS);
    expect(monitor.isRunning).toBe(false);
    expect(clock.pendingTimers).toBe(0);
    expect(monitor.status("s1")).toMatchObject({ missedBeats: 1 });
  });

  it("is not fooled by a step of the wall clock", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    monitor.register("s1");
    monitor.register("pm", { taskId: "session-1" });
    clock.stepWall(DAY_MS);
    clock.advance(SECOND_MS);
    clock.stepWall(-2 * DAY_MS);
    clock.advance(SECOND_MS);
    expect([...warnings, ...timeouts]).toEqual([]);
    expect(monitor.status("s1")).toMatchObject({ secondsSinceBeat: 2 });
  });
});

describe("a handler that fails", () => {
  const failures: [how: string, handler: () => Promise<void> | void, logged: string][] = [
    [
      "throws",
      () => {
        throw new Error("no pager");
      },
      "threw: no pager",
    ],
    ["rejects", async () => Promise.reject(new Error("no pager")), "rejected: no pager"],
    ["rejects with no error", () => Promise.reject(undefined), "rejected: undefined"],
    ["cannot be called", "pager" as unknown as () => void, "threw: callback is not a function"],
  ];

  it.each(failures)("and %s is logged, and the others are told", async (_how, handler, logs) => {
    const { monitor, clock, logged } = bench();
    const heard: string[] = [];
    const failFor = (id: string) => (notice: { agentId: string }) => {
      heard.push(notice.agentId);
      return notice.agentId === id ? handler() : undefined;
    };
    const isCallable = typeof handler === "function";
    monitor.onWarning = isCallable ? failFor("a") : handler;
    monitor.onTimeout = isCallable ? failFor("a") : handler;
    for (const id of ["a", "b", "c"]) monitor.register(id);
    await clock.advanceAsync(93 * SECOND_MS);
    if (isCallable) expect(heard.sort()).toEqual(["a", "a", "b", "b", "c", "c"]);
    expect(logged).toContain(`onWarning ${logs}`);
    expect(logged).toContain(`onTimeout ${logs}`);
    expect(monitor.registeredCount).toBe(0);
    expect(monitor.isRunning).toBe(true);
  });

  it("harms nothing where there is no log, or a log that throws", async () => {
    const broken = {
      warn: () => {
        throw new Error("disk full");
      },
    };
    for (const options of [{}, { log: broken }]) {
      const clock = new FakeClock();
      const monitor = new HeartbeatMonitor({
        clock,
        onWarning: () => {
          throw new Error("no pager");
        },
        onTimeout: () => Promise.reject(new Error("no pager")),
        ...options,
      });
      monitor.start();
      monitor.register("s1");
      await clock.advanceAsync(93 * SECOND_MS);
      expect(monitor.registeredCount).toBe(0);
    }
  });

  it("is not waited for", () => {
    const { monitor, clock, timeouts } = bench({ onWarning: () => new Promise(() => {}) });
    monitor.register("s1");
    clock.advance(93 * SECOND_MS);
    expect(told(timeouts)).toEqual(["down s1"]);
  });
});

describe("options", () => {
  it("are frozen once they are settled, and a fraction of a millisecond is rounded", () => {
    const { config } = new HeartbeatMonitor({ intervalMs: 1000 / 3 });
    expect(config.intervalMs).toBe(333);
    expect(config.graceMs).toBe(250);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("take 0 and false for values, not for nothing", () => {
    const { config } = new HeartbeatMonitor({ graceMs: 0, staleWarningOnlyOnce: false });
    expect(config).toMatchObject({ graceMs: 0, staleWarningOnlyOnce: false });
  });

  it.each<[field: string, value: unknown, limit: string]>([
    ["intervalMs", 99, "100 to 86400000"],
    ["intervalMs", 0, "100 to 86400000"],
    ["intervalMs", 86_400_001, "100 to 86400000"],
    ["intervalMs", Number.NaN, "100 to 86400000"],
    ["intervalMs", "30s", "100 to 86400000"],
    ["maxMissedBeats", 0, "1 to 1000"],
    ["maxMissedBeats", 1001, "1 to 1000"],
    ["timeoutMultiplier", 1, "1.1 to 1000"],
    ["timeoutMultiplier", 0, "1.1 to 1000"],
    ["timeoutMultiplier", Number.POSITIVE_INFINITY, "1.1 to 1000"],
    ["graceMs", -1, "0 to 3600000"],
    ["graceMs", 3_600_001, "0 to 3600000"],
    ["staleAfterMs", 0, "100 to 2592000000"],
    ["staleAfterMs", Number.POSITIVE_INFINITY, "100 to 2592000000"],
    ["timeoutAfterMs", -5, "100 to 2592000000"],
    ["timeoutAfterMs", 2_592_000_001, "100 to 2592000000"],
    ["checkIntervalMs", 0, "10 to 3600000"],
    ["checkIntervalMs", 3_600_001, "10 to 3600000"],
    ["staleWarningOnlyOnce", "yes", "true or false"],
    ["onWarning", "page me", "a function"],
    ["onTimeout", 7, "a function"],
  ])("refuse %s %s and say why", (field, value, limit) => {
    const options = { [field]: value } as HeartbeatMonitorOptions;
    const error = refusalOf(() => new HeartbeatMonitor(options));
    expect(error.code).toBe("field_invalid");
    expect(error.refusal).toMatchObject({ field, value: String(value), limit });
    expect(error.message).toContain("; send a value within the limit");
  });

  it.each<[field: string, agentId: unknown, options: Record<string, unknown>]>([
    ["agentId", "", {}],
    ["agentId", "no spaces", {}],
    ["agentId", "x".repeat(129), {}],
    ["agentId", undefined, {}],
    ["agentType", "pm", { agentType: "ä".repeat(65) }],
    ["taskId", "pm", { taskId: "" }],
    ["taskId", "pm", { taskId: "tab\t" }],
    ["taskId", "pm", { taskId: 7 }],
    ["beats", "pm", { beats: "no" }],
  ])("of a registration refuse %s of %j %j, and nobody is tracked", (field, agentId, options) => {
    const { monitor } = bench();
    const error = refusalOf(() =>
      monitor.register(agentId as string, options as RegistrationOptions),
    );
    expect(error.code).toBe("field_invalid");
    expect(error.refusal.field).toBe(field);
    expect(error.refusal.limit).toBeDefined();
    expect(monitor.registeredCount).toBe(0);
  });

  it("of a registration that are refused leave the agent as it was", () => {
    const { monitor } = bench();
    monitor.register("pm", { taskId: "session-1" });
    refusalOf(() => monitor.register("pm", { taskId: "" }));
    expect(monitor.inFlightAgents()).toMatchObject([{ taskId: "session-1" }]);
  });

  it.each([0, 999, 30 * DAY_MS + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    "of a pause refuse %s milliseconds",
    (forMs) => {
      const { monitor } = bench();
      monitor.register("pm");
      const error = refusalOf(() => monitor.pause("pm", forMs));
      expect(error.refusal).toMatchObject({ field: "forMs", limit: "1000 to 2592000000" });
      expect(monitor.status("pm")).toMatchObject({ isPaused: false });
    },
  );
});

describe("a thousand agents", () => {
  const ids = Array.from({ length: 1_000 }, (_, i) => `agent-${i}`);

  it("are each judged by their own silence, on one timer", () => {
    const { monitor, clock, warnings, timeouts, passBeating } = bench();
    for (const id of ids) monitor.register(id);
    expect(clock.pendingTimers).toBe(1);
    expect(monitor.healthyCount).toBe(1_000);
    passBeating(60 * SECOND_MS, ...ids.slice(500));
    expect(warnings).toHaveLength(500);
    expect(monitor.healthyCount).toBe(500);
    passBeating(40 * SECOND_MS, ...ids.slice(500));
    expect(timeouts.map(({ agentId }) => agentId).sort()).toEqual(ids.slice(0, 500).sort());
    expect(monitor.allStatus().size).toBe(500);
  });

  it("coming and going for a year leave nothing behind", () => {
    const { monitor, clock, warnings, timeouts } = bench();
    for (let day = 0; day < 365; day++) {
      for (const id of ids.slice(0, 20)) monitor.register(`${id}@${day}`, { taskId: "t" });
      for (const id of ids.slice(0, 10)) monitor.unregister(`${id}@${day}`);
      clock.advance(31 * MINUTE_MS);
    }
    expect(warnings).toHaveLength(3_650);
    expect(timeouts).toHaveLength(3_650);
    expect(monitor.registeredCount).toBe(0);
    expect(monitor.monitorStatus().agents).toEqual([]);
    expect(clock.pendingTimers).toBe(1);
  });
});

function refusalOf(action: () => unknown): HeartbeatError {
  try {
    action();
  } catch (error) {
    if (error instanceof HeartbeatError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
