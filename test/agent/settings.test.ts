import { describe, expect, it } from "vitest";
import type { HeartbeatAgentOptions } from "../../src/agent/options.ts";
import { settle } from "../../src/agent/settings.ts";
import { HeartbeatError } from "../../src/errors.ts";

const ok: HeartbeatAgentOptions = { agentId: "billing-7" };

describe("the options", () => {
  it("have a default for everything but the id", () => {
    const settings = settle(ok);
    expect(settings.target).toEqual({ host: "127.0.0.1", port: 50051, tls: undefined });
    expect(settings.maxReconnectAttempts).toBe(Number.POSITIVE_INFINITY);
    expect(settings.backoff).toEqual({ initialMs: 250, maxMs: 30_000 });
    expect(settings.connectTimeoutMs).toBe(10_000);
    expect(settings.vitals).toBe(true);
    expect(settings.handleSignals).toBe(true);
    expect(settings.policy).toBeUndefined();
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it("name a life of their own for each agent", () => {
    expect(settle(ok).instanceId).not.toBe(settle(ok).instanceId);
  });

  it("take 0 for a value, not for nothing", () => {
    const { policy, maxReconnectAttempts } = settle({
      ...ok,
      maxReconnectAttempts: 0,
      policy: { graceMs: 0, dropGraceMs: 0 },
    });
    expect(maxReconnectAttempts).toBe(0);
    expect(policy?.grace).toMatchObject({ seconds: 0n, nanos: 0 });
    expect(policy?.dropGrace).toMatchObject({ seconds: 0n, nanos: 0 });
    expect(policy?.interval).toBeUndefined();
  });

  it("round a fraction of a millisecond, which the wire does not know", () => {
    const { policy } = settle({ ...ok, policy: { intervalMs: 1000 / 3 } });
    expect(policy?.interval).toMatchObject({ seconds: 0n, nanos: 333_000_000 });
  });

  it.each<[string, Partial<HeartbeatAgentOptions>]>([
    ["agentId", { agentId: "" }],
    ["agentId", { agentId: "no spaces" }],
    ["agentId", { agentId: "x".repeat(129) }],
    ["agentId", { agentId: undefined as unknown as string }],
    ["server", { server: "http://127.0.0.1:50051" }],
    ["server", { server: "127.0.0.1" }],
    ["server", { server: "::1:50051" }],
    ["server", { server: "host:0" }],
    ["server", { server: "host:65536" }],
    ["organizationId", { organizationId: "a/b" }],
    ["agentType", { agentType: "ä".repeat(65) }],
    ["instanceId", { instanceId: "" }],
    ["labels", { labels: { "a b": "" } }],
    ["labels", { labels: { a: "x".repeat(257) } }],
    ["labels", { labels: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, ""])) }],
    ["policy.intervalMs", { policy: { intervalMs: 99 } }],
    ["policy.intervalMs", { policy: { intervalMs: Number.NaN } }],
    ["policy.timeoutMultiplier", { policy: { timeoutMultiplier: 1 } }],
    ["policy.maxMissedBeats", { policy: { maxMissedBeats: 0 } }],
    ["policy.graceMs", { policy: { graceMs: -1 } }],
    ["policy.taskStaleAfterMs", { policy: { taskStaleAfterMs: 99 } }],
    ["maxReconnectAttempts", { maxReconnectAttempts: -1 }],
    ["backoff.initialMs", { backoff: { initialMs: 0 } }],
    ["backoff.maxMs", { backoff: { initialMs: 500, maxMs: 499 } }],
    ["connectTimeoutMs", { connectTimeoutMs: 0 }],
    ["tls.caFile", { tls: { caFile: "/nowhere/ca.pem" } }],
  ])("refuse a wrong %s by its name: %j", (field, options) => {
    const refused = () => settle({ ...ok, ...options });
    expect(refused).toThrow(HeartbeatError);
    expect(refused).toThrow(field);
  });

  it.each([
    ["[::1]:50051", "::1", 50051],
    ["monitor.internal:1", "monitor.internal", 1],
  ])("read %s", (server, host, port) => {
    expect(settle({ ...ok, server }).target).toMatchObject({ host, port });
  });
});
