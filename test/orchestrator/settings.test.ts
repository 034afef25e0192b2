import { describe, expect, it } from "vitest";
import type { AgentClass } from "../../src/orchestrator/agent-class.ts";
import { loadAgentClass, moduleOf } from "../../src/orchestrator/agent-class.ts";
import { HeartbeatPlugin } from "../../src/orchestrator/heartbeat-plugin.ts";
import type { OrchestratorOptions } from "../../src/orchestrator/options.ts";
import { settlePeriodic } from "../../src/orchestrator/periodic-config.ts";
import { settleOrchestrator } from "../../src/orchestrator/settings.ts";
import { Worker } from "./support/bench.ts";

describe("the orchestrator's options", () => {
  it("have defaults", () => {
    expect(settleOrchestrator({})).toEqual({
      name: "orchestrator",
      plugins: {},
      runMode: "daemon",
      restart: { policy: "on-failure", maxAttempts: 5, backoff: { initialMs: 250, maxMs: 30_000 } },
      stopTimeoutMs: 5_000,
      handleSignals: true,
    });
  });

  const wrong: [string, OrchestratorOptions, string][] = [
    [
      "a mode",
      { runMode: "forever" as never },
      'runMode "forever" is not known (limit: daemon, once)',
    ],
    ["a policy", { restart: { policy: "no" as never } }, 'restart.policy "no" is not known'],
    ["attempts", { restart: { maxAttempts: -1 } }, "restart.maxAttempts -1 is out of range"],
    [
      "a maximum below the first wait",
      { restart: { backoff: { initialMs: 50, maxMs: 49 } } },
      "restart.backoff.maxMs 49 is out of range (limit: 50 to 3600000)",
    ],
    ["a stop", { stopTimeoutMs: 0 }, "stopTimeoutMs 0 is out of range (limit: 100 to 600000)"],
    ["a name", { name: "n".repeat(257) }, "is too long (limit: 256 bytes)"],
  ];
  it.each(wrong)("are refused with the field and its limit: %s", (_what, options, message) => {
    expect(() => settleOrchestrator(options)).toThrow(message);
  });

  it("take 0 for a value, not for nothing", () => {
    expect(settleOrchestrator({ restart: { maxAttempts: 0 } }).restart.maxAttempts).toBe(0);
  });
});

describe("the heartbeat plugin", () => {
  it("beats every 2 s unless told otherwise", () => {
    const { policy } = new HeartbeatPlugin().agentOptions("a", "night");
    expect(policy).toEqual({ intervalMs: 2_000 });
  });

  it("labels the agents with its own labels and the orchestrator's name", () => {
    const plugin = new HeartbeatPlugin({ labels: { zone: "eu-1" }, policy: { maxMissedBeats: 1 } });
    expect(plugin.agentOptions("a", "night")).toMatchObject({
      labels: { zone: "eu-1", orchestrator: "night" },
      policy: { maxMissedBeats: 1, intervalMs: 2_000 },
    });
  });

  it("refuses at once what its agents could not start with", () => {
    const with_ = (options: object) => () => new HeartbeatPlugin(options);
    expect(with_({ agentSendIntervalMs: 99 })).toThrow("agentSendIntervalMs 99 is out of range");
    expect(with_({ server: "localhost" })).toThrow('server "localhost" is not an address');
    expect(with_({ policy: { graceMs: -1 } })).toThrow("policy.graceMs -1");
    expect(with_({ token: () => "t" })).toThrow("token function is not a text");
  });
});

describe("an agent's class", () => {
  it("is executed every second without end unless it says otherwise", () => {
    expect(settlePeriodic({})).toEqual({
      limit: Number.POSITIVE_INFINITY,
      executionIntervalMs: 1_000,
    });
    expect(() => settlePeriodic({ limit: 0 })).toThrow("config.limit 0 is out of range");
    expect(() => settlePeriodic({ executionIntervalMs: 0 })).toThrow(
      "config.executionIntervalMs 0",
    );
  });

  it("must say where it is", () => {
    const nowhere = class Lost extends Worker {} as unknown as AgentClass;
    Object.assign(nowhere, { module: "lost.ts" });
    expect(() => moduleOf(nowhere)).toThrow('Lost.module "lost.ts" is not the URL of a file');
    expect(() => moduleOf({ name: "Bare" } as AgentClass)).toThrow("Bare.module undefined is not");
  });

  it("is found by its name in the file that exports it", async () => {
    expect(await loadAgentClass(Worker.module, "Worker")).toBe(Worker);
    await expect(loadAgentClass(Worker.module, "Nobody")).rejects.toThrow(
      "exports no class Nobody",
    );
  });
});
