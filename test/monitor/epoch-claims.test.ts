import { beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../src/config.ts";
import type { RetryPolicy } from "../../src/monitor/retry-policy.ts";
import { usualRetry } from "../../src/monitor/retry-policy.ts";
import { Bench } from "./harness.ts";

const SECOND = 1_000;
/** Beats are not what is tested here. */
const policy = { intervalMs: 86_400_000, graceMs: 3_600_000 };
const retry: RetryPolicy = { ...usualRetry, backoffMs: SECOND };
const retentionMs = 60 * SECOND;

let bench: Bench;

function worker(agentId: string, hello: { instanceId?: string; epoch?: number } = {}): number {
  const { slot } = bench.attach(agentId, { policy, ...hello });
  bench.monitor.setTaskTaker(slot, true);
  return slot;
}

/** Its agent loses the task, and another one is offered it: with which epoch. */
function handOn(slot: number, taskId: string): number {
  bench.task(slot, taskId, { retry });
  const death = { reason: "boom", failed: true, expectedBackInMs: undefined };
  bench.monitor.detach(slot);
  bench.monitor.leave(slot, death, bench.now);
  bench.pass(SECOND);
  return bench.last("task_retried").task.epoch;
}

beforeEach(() => {
  bench = new Bench({ retentionMs });
});

describe("epochs that agents claim, again and again", () => {
  const began = 1_000;
  const far = began + limits.epochClaim;
  beforeEach(() => bench.monitor.raiseEpochFloor(began));

  it("for tasks, raise nobody's numbers by more than 2^32 in all", () => {
    const slot = worker("a");
    bench.task(slot, "t", { token: far });
    bench.task(slot, "t", { token: far, state: "succeeded" });
    expect(() => bench.task(slot, "u", { token: far + 1 })).toThrow(`at most ${far}`);
    expect(bench.view(worker("b")).epoch).toBe(far + 1);
  });

  it("for lives, raise them no further either", () => {
    worker("a", { instanceId: "x", epoch: far });
    expect(() => worker("a", { instanceId: "y", epoch: far + 1 })).toThrow(`at most ${far}`);
    expect(() => worker("b", { epoch: far + 1 })).toThrow(`at most ${far}`);
  });

  it("for lives and then for tasks of these, neither", () => {
    const slot = worker("a", { epoch: far });
    expect(() => bench.task(slot, "t", { token: far + 1 })).toThrow(`at most ${far}`);
  });

  it("are believed up to whatever the server has given out itself, however much that is", () => {
    const a = worker("a", { epoch: far });
    worker("b");
    const given = handOn(a, "t");
    expect(given).toBeGreaterThan(far);
    expect(bench.task(worker("c"), "u", { token: given })).toBeUndefined();
    expect(worker("a", { epoch: far })).toBe(a);
    expect(worker("a", { instanceId: "y" })).toBe(a);
    expect(worker("a", { instanceId: "y", epoch: far + 1 })).toBe(a);
  });
});

describe("the epoch of an offer", () => {
  it("is beyond one that was believed of this name, when that task is long forgotten", () => {
    const a = worker("a");
    bench.task(a, "t", { token: 17 });
    bench.task(a, "t", { token: 17, state: "succeeded" });
    bench.monitor.unregister(a, "", bench.now);
    bench.pass(retentionMs);
    expect(bench.monitor.find("default", "a")).toBeUndefined();
    const b = worker("b");
    worker("c");
    expect(handOn(b, "t")).toBeGreaterThan(17);
  });
});
