import { describe, expect, it } from "vitest";
import { policyOf, settle } from "../../src/embedded/config.ts";
import { discharge, enrol, inFlight, tracked } from "../../src/embedded/roster.ts";
import { Monitor } from "../../src/monitor/monitor.ts";

/** What is left in the engine itself, which the embedded monitor does not show. */
describe("the engine's memory", () => {
  const at = (ms: number) => ({ mono: ms, wall: 1_700_000_000_000 + ms });
  const monitorAt = (ms: number) =>
    new Monitor(at(ms), { policy: policyOf(settle({})), retentionMs: 1_000 });
  const registration = (agentId: string, life: number, taskId?: string) => ({
    agentId,
    life,
    agentType: "",
    taskId,
    beats: true,
  });

  it("has nothing of agents that left, a check later", () => {
    const monitor = monitorAt(0);
    for (let i = 0; i < 1_000; i++) enrol(monitor, registration(`a${i}`, i + 1, "t"), at(0));
    for (let i = 0; i < 1_000; i++) discharge(monitor, tracked(monitor, `a${i}`)!, at(0));
    monitor.advance(at(1_000));
    expect(monitor.columns.size).toBe(0);
    expect([...monitor.tasks.slots()]).toEqual([]);
    expect(monitor.directory.organizations()).toEqual([]);
  });

  it("has nothing of agents that went down, a check later", () => {
    const monitor = monitorAt(0);
    for (let i = 0; i < 1_000; i++) enrol(monitor, registration(`a${i}`, i + 1, "t"), at(0));
    monitor.advance(at(100_000));
    expect(monitor.population("down")).toBe(1_000);
    monitor.advance(at(101_000));
    expect(monitor.columns.size).toBe(0);
    expect([...monitor.tasks.slots()]).toEqual([]);
  });

  it("has one task of an agent that was registered for a thousand", () => {
    const monitor = monitorAt(0);
    for (let i = 0; i < 1_000; i++) enrol(monitor, registration("a", i + 1, `t${i}`), at(i));
    const slot = tracked(monitor, "a")!;
    expect(monitor.tasks.list(slot, at(1_000))).toMatchObject([{ taskId: "t999" }]);
    expect(inFlight(monitor, at(1_000))).toHaveLength(1);
    expect(monitor.columns.size).toBe(1);
  });
});
