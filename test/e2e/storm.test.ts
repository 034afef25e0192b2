import { timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { HeartbeatAgent } from "../../src/agent/index.ts";
import { eventually } from "../support/eventually.ts";
import { RawClient } from "../support/raw-client.ts";
import { testServer } from "../support/server.ts";

const CONNECTED = 2;
const agentIds = Array.from({ length: 50 }, (_, n) => `agent-${n}`);

/** When each agent was let in, by the server's clock, in ms. */
async function connectedAt(client: RawClient): Promise<number[]> {
  const request = { types: [CONNECTED], pageSize: 1_000 };
  const { events } = await client.call(StatusService.method.listEvents, request);
  const streams = events.filter(({ reason }) => reason === "opened a stream");
  return streams.map(({ occurredAt }) => (occurredAt ? timestampMs(occurredAt) : Number.NaN));
}

describe("a storm of connections", () => {
  it("is let in at the rate, nobody is blamed, and all are connected in the end", async () => {
    await using server = await testServer({ "admission-rate": "10" });
    using client = new RawClient(server.grpcAddress);
    const policy = { interval: { seconds: 5n, nanos: 0 } };
    // They were here before, and come back all at once.
    for (const agentId of agentIds) {
      const beat = { agentId, registration: { instanceId: agentId, policy } };
      await client.call(HeartbeatService.method.sendBeat, { beat });
    }
    const warnings: string[] = [];
    const agents = agentIds.map((agentId) =>
      new HeartbeatAgent({
        agentId,
        instanceId: agentId,
        server: server.grpcAddress,
        policy: { intervalMs: 5_000 },
        handleSignals: false,
        maxReconnectAttempts: 1,
        log: { warn: (message) => void warnings.push(message) },
      }).start(),
    );
    await eventually(
      "all are connected",
      () => agents.every(({ state }) => state === "live"),
      25_000,
    );

    const times = await connectedAt(client);
    expect(times).toHaveLength(agentIds.length);
    for (const [from, begin] of times.entries()) {
      for (const [to, end] of times.entries()) {
        // The bucket holds ten; then there is one in a tenth of a second.
        if (to > from) expect(to - from + 1).toBeLessThanOrEqual(11 + (end - begin) / 100);
      }
    }
    const types = new Set(server.logged.map(({ event }) => event));
    for (const blame of ["dropped", "missed", "suspected", "down"]) {
      expect(types).not.toContain(blame);
    }
    const asked = warnings.filter((warning) => warning.startsWith("the server asks to come back"));
    expect(asked).not.toEqual([]);
    expect(asked).toEqual(warnings);
    await Promise.all(agents.map((agent) => agent.close()));
  }, 40_000);
});

describe("a stream beyond the rate", () => {
  it("ends with a status that its client sees, and the time to come back at", async () => {
    await using server = await testServer({ "admission-rate": "1", "drain-grace": "10ms" });
    using client = new RawClient(server.grpcAddress);
    await client.beats().say({ agentId: "a" }).response();
    const { status, metadata } = await client.beats().say({ agentId: "b" }).say({}).ended;
    expect(status).toBe("RESOURCE_EXHAUSTED");
    expect(metadata.get("heartbeat-error")).toEqual(["admission_deferred"]);
    const [pushback] = metadata.get("grpc-retry-pushback-ms");
    expect(Number(pushback)).toBeGreaterThan(0);
    expect(Number(pushback)).toBeLessThanOrEqual(1_100);
  });
});

describe("a stream on which nothing is said", () => {
  it("ends with a status that its client sees", async () => {
    await using server = await testServer({ "greeting-timeout": "100ms" });
    using client = new RawClient(server.grpcAddress);
    const { status, metadata } = await client.beats().ended;
    expect(status).toBe("DEADLINE_EXCEEDED");
    expect(metadata.get("heartbeat-error")).toEqual(["greeting_late"]);
  });
});
