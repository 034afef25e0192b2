import { describe, expect, it } from "vitest";
import { type RestartSettings, Restarts, type Verdict } from "../../src/orchestrator/restart.ts";
import type { RunEnd } from "../../src/orchestrator/run-end.ts";
import { completed, crashed, stopped, superseded } from "./support/bench.ts";

const settings = { maxAttempts: 3, backoff: { initialMs: 100, maxMs: 1_000 } };
const restarts = (policy: RestartSettings["policy"], random = () => 0.5) =>
  new Restarts({ ...settings, policy }, random);
const inWords = (verdict: Verdict) =>
  verdict.kind === "restart" ? "restart" : verdict.outcome.kind;

describe("what follows the end of a process", () => {
  const table: [RestartSettings["policy"], RunEnd, string][] = [
    ["never", completed, "completed"],
    ["never", stopped, "stopped"],
    ["never", crashed, "failed"],
    ["never", superseded, "failed"],
    ["on-failure", completed, "completed"],
    ["on-failure", stopped, "stopped"],
    ["on-failure", crashed, "restart"],
    ["on-failure", superseded, "failed"],
    ["always", completed, "restart"],
    ["always", stopped, "restart"],
    ["always", crashed, "restart"],
    ["always", superseded, "failed"],
  ];
  it.each(table)("%s: after %o, %s", (policy, end, expected) => {
    expect(inWords(restarts(policy).afterEnd(end, 0))).toBe(expected);
  });
});

describe("restarts in a row", () => {
  it("wait with full jitter under a ceiling that doubles, and are then given up", () => {
    const row = restarts("on-failure");
    const waits = [1, 2, 3].map(() => row.afterEnd(crashed, 0));
    expect(waits).toEqual([50, 100, 200].map((waitMs) => ({ kind: "restart", waitMs })));
    expect(row.attempts).toBe(3);
    expect(row.afterEnd(crashed, 0)).toEqual({
      kind: "over",
      outcome: { kind: "failed", reason: "a bug; given up after 3 restarts in a row" },
    });
  });

  it("wait no longer than the maximum, and perhaps not at all", () => {
    const many = { policy: "on-failure", maxAttempts: 100, backoff: settings.backoff } as const;
    const last = (random: () => number) => {
      const row = new Restarts(many, random);
      for (let n = 0; n < 50; n++) row.afterEnd(crashed, 0);
      return row.afterEnd(crashed, 0);
    };
    expect(last(() => 0.999_999)).toEqual({ kind: "restart", waitMs: 999 });
    expect(last(() => 0)).toEqual({ kind: "restart", waitMs: 0 });
  });

  it("begin anew after a process that was up for as long as the longest wait", () => {
    const row = restarts("on-failure");
    row.afterEnd(crashed, 0);
    row.afterEnd(crashed, 999);
    expect(row.attempts).toBe(2);
    expect(row.afterEnd(crashed, 1_000)).toEqual({ kind: "restart", waitMs: 50 });
    expect(row.attempts).toBe(1);
  });

  it("begin anew after an end in good order", () => {
    const row = restarts("always");
    row.afterEnd(crashed, 0);
    expect(row.afterEnd(completed, 0)).toEqual({ kind: "restart", waitMs: 50 });
    expect(row.attempts).toBe(0);
  });

  it("are not made when there are to be none", () => {
    const row = new Restarts({ ...settings, policy: "on-failure", maxAttempts: 0 }, () => 0);
    expect(inWords(row.afterEnd(crashed, 0))).toBe("failed");
  });
});
