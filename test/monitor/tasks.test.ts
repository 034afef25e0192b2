import { beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./harness.ts";

const MINUTE = 60_000;
/** Beats are not what is tested here. */
const patient = { intervalMs: 86_400_000, graceMs: 3_600_000 };

describe("a task", () => {
  let bench: Bench;
  let slot: number;

  beforeEach(() => {
    bench = new Bench();
    slot = bench.attach("a", { policy: patient }).slot;
    bench.task(slot, "t");
    bench.types();
  });

  const state = () => bench.monitor.task(slot, "t", bench.now)?.state;

  it("starts when it is first seen", () => {
    expect(bench.last("task_started").task).toMatchObject({ taskId: "t", state: "running" });
  });

  it("is stale after five minutes without activity, although its agent beats; told once", () => {
    for (let minute = 0; minute < 15; minute++) {
      bench.pass(MINUTE);
      bench.beat(slot);
    }
    expect(bench.types()).toEqual(["task_stale"]);
    expect(state()).toBe("stale");
  });

  it("is stale at its threshold to the tick", () => {
    bench.pass(5 * MINUTE - 10);
    expect(bench.types()).toEqual([]);
    bench.pass(10);
    expect(bench.types()).toEqual(["task_stale"]);
  });

  it("runs again with activity, and its next stillness is a new episode", () => {
    bench.pass(6 * MINUTE);
    bench.task(slot, "t", { progress: 0.5 });
    expect(state()).toBe("running");
    bench.pass(6 * MINUTE);
    expect(bench.types()).toEqual(["task_stale", "task_stale"]);
  });

  it("is told again and again where the policy wants it", () => {
    const again = bench.attach("b", { policy: { ...patient, staleWarningOnlyOnce: false } });
    bench.types();
    bench.task(again.slot, "u");
    bench.pass(16 * MINUTE);
    const mine = bench.events.filter((e) => e.type === "task_stale" && e.agentId === "b");
    expect(mine).toHaveLength(3);
  });

  it("times out after half an hour of running, although it is active, and is out of flight", () => {
    for (let minute = 0; minute < 31; minute++) {
      bench.pass(MINUTE);
      bench.task(slot, "t");
    }
    expect(bench.types()).toEqual(["task_timed_out"]);
    expect(bench.last("task_timed_out").task.runningForMs).toBe(30 * MINUTE);
    expect(bench.monitor.tasks.inFlightCount(slot)).toBe(0);
    expect(state()).toBe("timed_out");
  });

  it("that has ended stands still", () => {
    bench.pass(60 * MINUTE);
    expect(bench.monitor.task(slot, "t", bench.now)?.runningForMs).toBe(30 * MINUTE);
  });

  it("is judged by thresholds that its agent declares anew", () => {
    bench.attach("a", { policy: { ...patient, taskStaleAfterMs: 1_000 } });
    bench.types();
    bench.pass(1_000);
    expect(bench.types()).toEqual(["task_stale"]);
  });

  it("may declare thresholds of its own", () => {
    bench.task(slot, "u", { staleAfterMs: 1_000, timeoutAfterMs: 3_000 });
    bench.types();
    bench.pass(5_000);
    expect(bench.types()).toEqual(["task_stale", "task_timed_out"]);
  });

  it("rests while its agent is idle, and takes up where it was", () => {
    bench.pass(4 * MINUTE);
    bench.monitor.setIdle(slot, true, bench.now);
    bench.pass(60 * MINUTE);
    expect(bench.types()).toEqual([]);
    expect(bench.monitor.task(slot, "t", bench.now)).toMatchObject({
      runningForMs: 4 * MINUTE,
      idleForMs: 4 * MINUTE,
    });
    bench.monitor.setIdle(slot, false, bench.now);
    bench.pass(MINUTE - 10);
    expect(bench.types()).toEqual([]);
    bench.pass(10);
    expect(bench.types()).toEqual(["task_stale"]);
  });

  it("that starts while its agent is idle counts from the end of the rest", () => {
    bench.monitor.setIdle(slot, true, bench.now);
    bench.pass(10 * MINUTE);
    bench.task(slot, "u");
    bench.pass(10 * MINUTE);
    bench.monitor.setIdle(slot, false, bench.now);
    bench.pass(MINUTE);
    const { runningForMs, idleForMs } = bench.monitor.task(slot, "u", bench.now) ?? {};
    expect([runningForMs, idleForMs]).toEqual([MINUTE, MINUTE]);
  });

  it("rests while its agent is paused", () => {
    bench.monitor.pause(slot, bench.now.mono + 60 * MINUTE, "", bench.now);
    bench.pass(60 * MINUTE);
    bench.pass(4 * MINUTE);
    expect(bench.types()).toEqual(["paused", "resumed"]);
    bench.pass(MINUTE);
    expect(bench.types()).toEqual(["task_stale"]);
  });

  it("that is stale no longer warns, but still times out", () => {
    bench.pass(30 * MINUTE);
    expect(bench.types()).toEqual(["task_stale", "task_timed_out"]);
  });

  it("ends by its agent's word and is forgotten", () => {
    bench.task(slot, "t", { state: "succeeded", progress: 1 });
    expect(bench.types()).toEqual(["task_finished"]);
    expect(bench.last("task_finished").task).toMatchObject({ state: "succeeded", progress: 1 });
    expect(state()).toBeUndefined();
    bench.pass(60 * MINUTE);
    expect(bench.types()).toEqual([]);
  });

  it("that is seen only at its end was started and finished", () => {
    bench.task(slot, "short", { state: "failed", error: "no disk" });
    expect(bench.types()).toEqual(["task_started", "task_finished"]);
    expect(bench.last("task_finished").reason).toBe("task short failed: no disk");
  });

  it("is orphaned when its agent goes down, with what it last told", () => {
    bench.task(slot, "t", { progress: 0.7, detail: Uint8Array.of(1, 2) });
    bench.monitor.detach(slot);
    const death = { reason: "boom", failed: true, expectedBackInMs: undefined };
    bench.monitor.leave(slot, death, bench.now);
    expect(bench.types()).toEqual(["down", "task_orphaned"]);
    expect(bench.last("task_orphaned").task).toMatchObject({
      state: "orphaned",
      progress: 0.7,
      detail: Uint8Array.of(1, 2),
    });
  });

  it("that was orphaned runs again when its agent, back alive, says so", () => {
    const death = { reason: "", failed: true, expectedBackInMs: undefined };
    bench.monitor.leave(slot, death, bench.now);
    bench.beat(slot);
    bench.types();
    bench.task(slot, "t");
    expect(bench.types()).toEqual(["task_started"]);
    expect(state()).toBe("running");
  });

  it("is orphaned when another life takes the lease", () => {
    bench.attach("a", { instanceId: "other", policy: patient });
    expect(bench.types()).toEqual(["task_orphaned", "superseded", "connected"]);
  });

  it("that the old life was to stop may be started by the new one", () => {
    bench.monitor.cancelTask(slot, "t", "", bench.now);
    bench.attach("a", { instanceId: "other", policy: patient });
    bench.types();
    bench.task(slot, "t");
    expect(bench.types()).toEqual(["task_started"]);
  });

  it("keeps a copy of its detail: the transport's buffer is used again", () => {
    const detail = Uint8Array.of(1, 2, 3);
    bench.task(slot, "t", { detail });
    detail.fill(9);
    expect(bench.monitor.task(slot, "t", bench.now)?.detail).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("canceled by an operator stays so until its agent has ended it", () => {
    bench.monitor.cancelTask(slot, "t", "no longer wanted", bench.now);
    expect(bench.types()).toEqual(["task_canceled"]);
    bench.task(slot, "t", { progress: 0.9 });
    expect(state()).toBe("canceled");
    bench.task(slot, "t", { state: "canceled" });
    expect(bench.types()).toEqual([]);
    expect(state()).toBeUndefined();
    bench.task(slot, "t");
    expect(bench.types()).toEqual(["task_started"]);
  });

  it("cannot be canceled twice, nor when nobody knows it", () => {
    bench.monitor.cancelTask(slot, "t", "", bench.now);
    expect(() => bench.monitor.cancelTask(slot, "t", "", bench.now)).toThrow(/"t" is canceled/);
    expect(() => bench.monitor.cancelTask(slot, "x", "", bench.now)).toThrow(/"x" is not known/);
  });

  it("is one of 256 in flight at most", () => {
    for (let n = 1; n < 256; n++) bench.task(slot, `t${n}`);
    expect(() => bench.task(slot, "one-more")).toThrow(/limit: 256 an agent/);
    bench.task(slot, "t1", { state: "succeeded" });
    bench.task(slot, "one-more");
    expect(bench.monitor.tasks.inFlightCount(slot)).toBe(256);
  });

  it("that ended and is still shown is one of 256 at most, the oldest going first", () => {
    for (let n = 0; n < 300; n++) {
      bench.task(slot, `c${n}`);
      bench.monitor.cancelTask(slot, `c${n}`, "", bench.now);
    }
    const shown = bench.monitor.tasks.list(slot, bench.now).map((task) => task.taskId);
    expect(shown).toHaveLength(257);
    expect(shown).not.toContain("c43");
    expect(shown).toContain("c44");
  });

  it("leaves nothing behind when its agent is forgotten", () => {
    bench.monitor.unregister(slot, "", bench.now);
    bench.leap(86_400_000);
    expect([...bench.monitor.tasks.slots()]).toEqual([]);
  });
});
