import { beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../src/config.ts";
import type { MonitorOptions } from "../../src/monitor/monitor.ts";
import type { PolicyPatch } from "../../src/monitor/policy.ts";
import type { RetryPolicy } from "../../src/monitor/retry-policy.ts";
import { backoffAfter, noRetry, takeUpMs, usualRetry } from "../../src/monitor/retry-policy.ts";
import { Bench } from "./harness.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** Beats are not what is tested here. */
const patient = { intervalMs: 86_400_000, graceMs: 3_600_000 };
const quick: RetryPolicy = { ...usualRetry, backoffMs: SECOND };

/** A bench with agents of a type, most of which take lost tasks. */
class Workshop extends Bench {
  worker(agentId: string, { takes = true, type = "w", policy = {} as PolicyPatch } = {}): number {
    const declaration = { agentType: type, labels: {}, policy: { ...patient, ...policy } };
    const { slot } = this.attach(agentId, { declaration });
    this.monitor.setTaskTaker(slot, takes);
    return slot;
  }

  /** The agent tells its own death. */
  die(slot: number): void {
    this.monitor.detach(slot);
    const death = { reason: "boom", failed: true, expectedBackInMs: undefined };
    this.monitor.leave(slot, death, this.now);
    this.take();
  }

  at(slot: number, taskId = "t") {
    return this.monitor.task(slot, taskId, this.now);
  }

  /** Who has the task now, and how it is there. */
  whereabouts(taskId = "t"): string[] {
    const { monitor, now } = this;
    return [...monitor.tasks.slots()].flatMap((slot) =>
      monitor.tasks
        .list(slot, now)
        .filter((task) => task.taskId === taskId)
        .map(({ agentId, state, attempt }) => `${agentId} ${state} ${attempt}`),
    );
  }

  /** The epoch of the last offer. */
  get offered(): number {
    return this.last("task_retried").task.epoch;
  }
}

let shop: Workshop;
let a: number;
let b: number;

function open(options: MonitorOptions = {}, retry: RetryPolicy | undefined = quick): void {
  shop = new Workshop(options);
  a = shop.worker("a", { takes: false });
  b = shop.worker("b");
  shop.task(a, "t", { retry, progress: 0.4, detail: Uint8Array.of(7) });
  shop.types();
}

beforeEach(() => open());

describe("the wait before an attempt", () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [9, 256_000],
    [10, 300_000],
    [100, 300_000],
  ])("after attempt %i is %i ms", (attempt, expected) => {
    expect(backoffAfter(attempt, usualRetry)).toBe(expected);
  });

  it.each([
    [100, 10_000],
    [5_000, 10_000],
    [30_000, 60_000],
  ])("and with an interval of %i ms an agent has %i ms to take it up", (intervalMs, expected) => {
    expect(takeUpMs(intervalMs)).toBe(expected);
  });
});

describe("a lost task", () => {
  it("is handed on with what it last told, and a greater epoch, when its wait is over", () => {
    shop.die(a);
    const lost = shop.last("task_orphaned").task;
    expect(lost).toMatchObject({
      attempt: 1,
      maxAttempts: 3,
      nextAttemptAt: shop.now.wall + 1_000,
    });
    shop.pass(990);
    expect(shop.types()).toEqual(["down", "task_orphaned"]);
    shop.pass(10);
    expect(shop.types()).toEqual(["task_retried"]);
    expect(shop.last("task_retried")).toMatchObject({
      agentId: "b",
      attempt: 2,
      fromAgentId: "a",
      task: { state: "offered", progress: 0.4, detail: Uint8Array.of(7), fromAgentId: "a" },
    });
    expect(shop.offered).toBeGreaterThan(lost.epoch);
    expect(shop.whereabouts()).toEqual(["b offered 2"]);
  });

  it("runs from its taking up on, not from the offer", () => {
    shop.die(a);
    shop.pass(4 * SECOND);
    shop.task(b, "t", { token: shop.offered });
    shop.pass(SECOND);
    expect(shop.last("task_started").reason).toBe("task t was taken up, attempt 2 of 3");
    expect(shop.at(b)).toMatchObject({ state: "running", runningForMs: SECOND, attempt: 2 });
  });

  it("that timed out is handed on too", () => {
    shop.task(a, "t", { timeoutAfterMs: 5_000 });
    shop.pass(6 * SECOND);
    expect(shop.types()).toEqual(["task_timed_out", "task_retried"]);
  });

  it.each(["b offered 2", "b running 2"])("is nobody else's while it is %s", (where) => {
    shop.die(a);
    shop.pass(SECOND);
    if (where.includes("running")) shop.task(b, "t", { token: shop.offered });
    shop.types();
    shop.beat(a);
    expect(shop.task(a, "t", { progress: 0.9 })).toEqual({
      taskId: "t",
      token: 0,
      reason: "the task was handed on to b",
    });
    for (const state of ["succeeded", "failed", "canceled"] as const) {
      expect(shop.task(a, "t", { state })).toBeUndefined();
    }
    expect(shop.types()).toEqual(["recovered"]);
    expect(shop.whereabouts()).toEqual([where]);
  });

  it("is not begun anew by another life of the agent that lost it, while somebody has it", () => {
    shop.die(a);
    shop.pass(SECOND);
    shop.attach("a", { instanceId: "a-2" });
    expect(shop.task(a, "t")).toMatchObject({ token: 0 });
    shop.task(b, "t", { token: shop.offered });
    shop.task(b, "t", { token: shop.offered, state: "succeeded" });
    expect(shop.task(a, "t")).toBeUndefined();
    expect(shop.whereabouts()).toEqual(["a running 1"]);
  });

  it("stays over for an agent that slept through all of it, until it has said its end", () => {
    shop.monitor.detach(a);
    shop.die(a);
    shop.pass(SECOND);
    shop.task(b, "t", { token: shop.offered });
    shop.task(b, "t", { token: shop.offered, state: "succeeded" });
    expect(shop.task(a, "t")).toMatchObject({ token: 0 });
    expect(shop.whereabouts()).toEqual([]);
    shop.task(a, "t", { state: "canceled" });
    expect(shop.task(a, "t")).toBeUndefined();
    expect(shop.whereabouts()).toEqual(["a running 1"]);
  });

  it("whose last attempt is lost is given up, and shown as such", () => {
    shop.task(a, "t", { retry: { ...quick, maxAttempts: 2 } });
    shop.die(a);
    shop.pass(SECOND);
    shop.task(b, "t", { token: shop.offered });
    shop.types();
    shop.die(b);
    expect(shop.types()).toEqual(["down", "task_orphaned", "task_given_up"]);
    expect(shop.last("task_orphaned").task.nextAttemptAt).toBeUndefined();
    expect(shop.last("task_given_up")).toMatchObject({
      agentId: "b",
      attempts: 2,
      reason: "task t was given up after 2 attempts: attempt 2 was the last; its agent is down",
    });
    expect(shop.whereabouts()).toEqual(["b given_up 2"]);
    shop.worker("c");
    shop.pass(60 * SECOND);
    expect(shop.whereabouts()).toEqual(["b given_up 2"]);
  });

  it("waits longer before each further attempt", () => {
    shop.task(a, "t", { retry: { ...quick, maxAttempts: 5, maxBackoffMs: 3_000 } });
    const waits: number[] = [];
    const tell = () => shop.last("task_orphaned").task.nextAttemptAt! - shop.now.wall;
    shop.die(a);
    waits.push(tell());
    for (let n = 0; n < 3; n++) {
      const slot = n === 0 ? b : shop.worker(`c${n}`);
      shop.pass(3 * SECOND);
      shop.task(slot, "t", { token: shop.offered });
      shop.die(slot);
      waits.push(tell());
    }
    expect(waits).toEqual([1_000, 2_000, 3_000, 3_000]);
  });

  it("without a policy is told and no more", () => {
    open({}, noRetry);
    shop.die(a);
    shop.pass(60 * SECOND);
    expect(shop.types()).toEqual(["down", "task_orphaned"]);
    expect(shop.whereabouts()).toEqual(["a orphaned 1"]);
  });

  it("is handed on by its agent's policy where it has none, also from the next one on", () => {
    shop.die(a);
    const c = shop.worker("c", { policy: { taskRetry: quick }, type: "other" });
    const d = shop.worker("d", { type: "other" });
    shop.task(c, "u");
    shop.die(c);
    shop.pass(SECOND);
    shop.task(d, "u", { token: shop.offered });
    shop.die(d);
    expect(shop.last("task_orphaned").task).toMatchObject({ attempt: 2, maxAttempts: 3 });
    expect(shop.last("task_orphaned").task.nextAttemptAt).toBeDefined();
  });

  it("that nobody takes up for a day is given up", () => {
    shop.monitor.setTaskTaker(b, false);
    shop.die(a);
    shop.leap(24 * HOUR - SECOND);
    expect(shop.whereabouts()).toEqual(["a orphaned 1"]);
    shop.pass(3 * SECOND);
    expect(shop.last("task_given_up").reason).toMatch(/nobody took it up within 1 d$/);
  });

  it("is handed on to whoever appears, within a second", () => {
    shop.monitor.setTaskTaker(b, false);
    shop.die(a);
    shop.pass(30 * SECOND);
    shop.worker("c");
    shop.pass(SECOND);
    expect(shop.whereabouts()).toEqual(["c offered 2"]);
  });

  it("beyond the bound of those that wait is given up at once", () => {
    open();
    shop.monitor.setTaskTaker(b, false);
    const agents = Math.ceil(limits.waitingTasks / limits.tasksPerAgent);
    for (let n = 0; n < agents; n++) {
      const slot = shop.worker(`x${n}`, { takes: false });
      for (let m = 0; m < limits.tasksPerAgent; m++) shop.task(slot, `t${m}`, { retry: quick });
      shop.die(slot);
    }
    expect(shop.monitor.tasks.waitingCount).toBe(limits.waitingTasks);
    expect(shop.last("task_given_up").reason).toMatch(/10000 tasks wait for an attempt already$/);
  });

  it("keeps its agent from being forgotten until it is handed on", () => {
    open({ retentionMs: 5 * SECOND });
    shop.monitor.setTaskTaker(b, false);
    shop.die(a);
    shop.pass(30 * SECOND);
    expect(shop.monitor.find("default", "a")).toBe(a);
    shop.monitor.setTaskTaker(b, true);
    shop.pass(10 * SECOND);
    expect(shop.monitor.find("default", "a")).toBeUndefined();
    expect(shop.types()).not.toContain("task_given_up");
  });

  it("whose agent is removed all the same is given up, and that is told first", () => {
    shop.die(a);
    shop.types();
    shop.monitor.remove(a, "", shop.now);
    expect(shop.types()).toEqual(["task_given_up", "removed"]);
  });
});

describe("an agent that comes back while its task waits", () => {
  const waiting = () => {
    shop.monitor.setTaskTaker(b, false);
    shop.die(a);
    shop.pass(5 * SECOND);
    shop.beat(a);
    shop.types();
  };

  it("goes on with it, and nobody else is asked", () => {
    waiting();
    expect(shop.task(a, "t")).toBeUndefined();
    shop.monitor.setTaskTaker(b, true);
    shop.pass(60 * SECOND);
    expect(shop.types()).toEqual(["task_started"]);
    expect(shop.at(a)).toMatchObject({ state: "running", attempt: 1, maxAttempts: 3 });
  });

  it.each(["succeeded", "failed"] as const)("may say that it has %s, which ends it", (state) => {
    waiting();
    shop.task(a, "t", { state });
    shop.monitor.setTaskTaker(b, true);
    shop.pass(60 * SECOND);
    expect(shop.types()).toEqual(["task_finished"]);
  });

  it("and says that it has stopped with it ends nothing", () => {
    waiting();
    shop.task(a, "t", { state: "canceled" });
    shop.monitor.setTaskTaker(b, true);
    shop.pass(SECOND);
    expect(shop.types()).toEqual(["task_retried"]);
  });

  it("does not go on with one that timed out; only its success still counts", () => {
    shop.monitor.setTaskTaker(b, false);
    shop.task(a, "t", { timeoutAfterMs: 1_000 });
    shop.pass(SECOND);
    expect(shop.task(a, "t")).toEqual({
      taskId: "t",
      token: 0,
      reason: "this attempt was given up: the task waits to be handed on",
    });
    for (const state of ["failed", "canceled"] as const) shop.task(a, "t", { state });
    expect(shop.whereabouts()).toEqual(["a timed_out 1"]);
    shop.task(a, "t", { state: "succeeded" });
    expect(shop.whereabouts()).toEqual([]);
    expect(shop.last("task_finished").reason).toBe("task t succeeded, after it was timed_out");
  });

  it("is not the one whose attempt counts if another had it since", () => {
    shop.die(a);
    shop.pass(SECOND);
    shop.task(b, "t", { token: shop.offered });
    shop.die(b);
    shop.beat(a);
    expect(shop.task(a, "t")).toMatchObject({ token: 0 });
    shop.task(a, "t", { state: "succeeded" });
    expect(shop.whereabouts()).toEqual(["b orphaned 2"]);
    shop.beat(b);
    shop.task(b, "t", { token: shop.offered });
    expect(shop.whereabouts()).toEqual(["b running 2"]);
  });
});

describe("an offer", () => {
  const offer = () => {
    shop.die(a);
    shop.pass(SECOND);
    shop.types();
  };

  it("that is not taken up in time is withdrawn, and made to another one", () => {
    const fast = { intervalMs: 8_000, graceMs: HOUR };
    b = shop.worker("b", { policy: fast });
    offer();
    const first = shop.offered;
    shop.worker("c");
    shop.pass(16 * SECOND - 10);
    expect(shop.types()).toEqual(["registered", "connected"]);
    shop.pass(10);
    expect(shop.types()).toEqual(["task_orphaned"]);
    expect(shop.last("task_orphaned")).toMatchObject({
      withdrawn: true,
      reason: "task t was offered and not taken up within 16 s",
    });
    // Too late: nobody is to do it now.
    expect(shop.task(b, "t", { token: first })).toMatchObject({ token: first });
    shop.pass(2 * SECOND);
    expect(shop.whereabouts()).toEqual(["c offered 3"]);
    expect(shop.offered).toBeGreaterThan(first);
    expect(shop.task(b, "t", { token: first })).toMatchObject({ token: first });
  });

  it("to an agent that goes down is lost with it", () => {
    offer();
    shop.die(b);
    expect(shop.last("task_orphaned").reason).toBe(
      "task t had been offered to it: its agent is down",
    );
    expect(shop.whereabouts()).toEqual(["b orphaned 2"]);
  });

  it.each(["left", "superseded"])("to an agent that is %s is lost too", (how) => {
    offer();
    if (how === "superseded") shop.attach("b", { instanceId: "b-2" });
    else shop.monitor.unregister(b, "", shop.now);
    expect(shop.types()).toContain("task_orphaned");
    expect(shop.whereabouts()).toEqual(["b orphaned 2"]);
  });

  it("may be taken up and ended in one word", () => {
    offer();
    shop.task(b, "t", { token: shop.offered, state: "succeeded" });
    expect(shop.types()).toEqual(["task_started", "task_finished"]);
    expect(shop.whereabouts()).toEqual([]);
  });

  it("is not taken up without its epoch, nor with another one", () => {
    offer();
    expect(shop.task(b, "t")).toMatchObject({ token: 0 });
    expect(shop.task(b, "t", { token: shop.offered - 1 })).toMatchObject({ taskId: "t" });
    expect(shop.whereabouts()).toEqual(["b offered 2"]);
  });

  it("is ended by an operator, and so is one that waits", () => {
    offer();
    shop.monitor.cancelTask(b, "t", "", shop.now);
    shop.pass(60 * SECOND);
    expect(shop.types()).toEqual(["task_canceled"]);
    expect(shop.whereabouts()).toEqual(["b canceled 2"]);
    open();
    shop.die(a);
    shop.monitor.cancelTask(a, "t", "", shop.now);
    shop.pass(60 * SECOND);
    expect(shop.types()).toEqual(["down", "task_orphaned", "task_canceled"]);
  });

  it("counts as a task in flight of its agent", () => {
    offer();
    expect(shop.monitor.tasks.inFlightCount(b)).toBe(1);
  });

  it("runs out also while its agent is idle, whose thresholds rest", () => {
    b = shop.worker("b", { policy: { intervalMs: 5_000, graceMs: HOUR } });
    offer();
    shop.monitor.setIdle(b, true, shop.now);
    shop.monitor.setIdle(b, false, shop.now);
    shop.monitor.setIdle(b, true, shop.now);
    shop.pass(10 * SECOND);
    expect(shop.types()).toEqual(["task_orphaned"]);
  });

  it("of an epoch that nobody can have given is refused", () => {
    expect(() => shop.task(b, "u", { token: 2 ** 50 })).toThrow(/tasks.epoch .* too far beyond/);
  });

  it("cannot use the numbers up: beyond 2^52 none is believed, however near", () => {
    shop.monitor.raiseEpochFloor(2 ** 52 - 1);
    shop.task(b, "t", { token: 2 ** 52 });
    expect(() => shop.task(b, "u", { token: 2 ** 52 + 1 })).toThrow(/at most 4503599627370496/);
  });

  it("that this server does not remember is believed: nobody else has the task", () => {
    expect(shop.task(b, "u", { token: 5 })).toBeUndefined();
    expect(shop.at(b, "u")).toMatchObject({ state: "running", epoch: 5, attempt: 2 });
  });
});

describe("who is asked", () => {
  const asked = () => {
    shop.die(a);
    shop.pass(SECOND);
    return shop.whereabouts();
  };

  it.each([
    ["is paused", () => shop.monitor.pause(b, HOUR, "", shop.now)],
    ["has no stream", () => shop.monitor.detach(b)],
    ["is suspect", () => shop.drop(b)],
    ["is down", () => shop.die(b)],
    ["does not subscribe", () => shop.monitor.setTaskTaker(b, false)],
    ["is of another type", () => shop.worker("b", { type: "x" })],
    ["has a task of that name", () => void shop.task(b, "t")],
    [
      "has no room",
      () => {
        for (let n = 0; n < limits.tasksPerAgent; n++) shop.task(b, `t${n}`);
      },
    ],
  ])("is nobody who %s", (_, prepare) => {
    prepare();
    expect(asked()).not.toContain("b offered 2");
    expect(shop.types()).not.toContain("task_retried");
  });

  it("is whoever is open again, although nobody was for long", () => {
    shop.monitor.pause(b, HOUR, "", shop.now);
    shop.die(a);
    shop.pass(10.5 * SECOND);
    expect(shop.whereabouts()).toEqual(["a orphaned 1"]);
    shop.monitor.resume(b, shop.now);
    shop.pass(2 * SECOND);
    expect(shop.whereabouts()).toEqual(["b offered 2"]);
  });

  it("is whoever is new, at once", () => {
    shop.monitor.pause(b, HOUR, "", shop.now);
    const d = shop.worker("d", { takes: false });
    shop.task(d, "u", { retry: quick });
    shop.die(a);
    shop.pass(0.5 * SECOND);
    shop.die(d);
    // The look for t has found nobody.
    shop.pass(0.6 * SECOND);
    shop.worker("c");
    shop.pass(0.4 * SECOND);
    expect(shop.whereabouts("u")).toEqual(["c offered 2"]);
  });

  it("is nobody of another organization", () => {
    shop.monitor.setTaskTaker(b, false);
    const { slot } = shop.attach("z", {
      organizationId: "other",
      declaration: { agentType: "w", labels: {}, policy: patient },
    });
    shop.monitor.setTaskTaker(slot, true);
    expect(asked()).toEqual(["a orphaned 1"]);
  });

  it("is an idle agent before others, then the one with the fewest tasks", () => {
    const c = shop.worker("c");
    shop.task(b, "x");
    shop.task(c, "x");
    shop.task(c, "y");
    shop.monitor.setIdle(c, true, shop.now);
    shop.task(a, "t2", { retry: quick });
    shop.task(a, "t3", { retry: quick });
    expect(asked()).toEqual(["c offered 2"]);
    shop.monitor.setIdle(c, false, shop.now);
    open();
    const d = shop.worker("d");
    shop.task(b, "x");
    expect(asked()).toEqual(["d offered 2"]);
    expect(shop.monitor.tasks.inFlightCount(d)).toBe(1);
  });

  it("is the one that lost it last of all", () => {
    shop.monitor.setTaskTaker(a, true);
    for (let n = 0; n < 5; n++) shop.task(b, `x${n}`);
    shop.task(a, "t", { timeoutAfterMs: 1_000 });
    shop.pass(2 * SECOND);
    expect(shop.whereabouts()).toEqual(["b offered 2"]);
  });

  it("may be the one that lost it, whose older attempt is over then", () => {
    shop.monitor.setTaskTaker(a, true);
    shop.monitor.setTaskTaker(b, false);
    shop.task(a, "t", { timeoutAfterMs: 1_000 });
    shop.pass(2 * SECOND);
    expect(shop.whereabouts()).toEqual(["a offered 2"]);
    expect(shop.task(a, "t")).toMatchObject({ token: 0 });
    shop.task(a, "t", { state: "canceled" });
    shop.task(a, "t", { token: shop.offered });
    expect(shop.whereabouts()).toEqual(["a running 2"]);
  });

  it("is only the one that had it where the policy says so, once it is back", () => {
    shop.task(a, "t", { retry: { ...quick, placement: "same_agent" } });
    shop.die(a);
    shop.pass(60 * SECOND);
    expect(shop.whereabouts()).toEqual(["a orphaned 1"]);
    shop.attach("a", { instanceId: "a-2" });
    shop.monitor.setTaskTaker(a, true);
    shop.pass(SECOND);
    expect(shop.whereabouts()).toEqual(["a offered 2"]);
  });

  it("is found among many without looking at all: tasks that are lost together are spread", () => {
    for (let n = 0; n < 200; n++) shop.worker(`c${n}`);
    for (let n = 0; n < 100; n++) shop.task(a, `m${n}`, { retry: quick });
    shop.die(a);
    shop.pass(SECOND);
    const offers = shop.events.filter((event) => event.type === "task_retried");
    expect(offers).toHaveLength(101);
    expect(new Set(offers.map((event) => "agentId" in event && event.agentId)).size).toBe(101);
  });
});
