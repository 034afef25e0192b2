import { ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  StatusService,
  type WatchBeatsResponse,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { HeartbeatAgent } from "../../src/agent/index.ts";
import { durationMs } from "../../src/services/messages/time.ts";
import { eventually } from "../support/eventually.ts";
import { type TestServer, testServer } from "../support/server.ts";

const doors: Readonly<Record<string, (server: TestServer) => Transport>> = {
  gRPC: ({ grpcAddress }) => createGrpcTransport({ baseUrl: `http://${grpcAddress}` }),
  Connect: ({ httpAddress }) =>
    createConnectTransport({ baseUrl: `http://${httpAddress}`, httpVersion: "1.1" }),
  "gRPC-Web": ({ httpAddress }) =>
    createGrpcWebTransport({ baseUrl: `http://${httpAddress}`, httpVersion: "1.1" }),
};

describe.each(Object.entries(doors))("a watch of beats over %s", (_, transportTo) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const watching = () => createClient(StatusService, transportTo(server));

  it("tells each beat of a real agent, until the server drains", async () => {
    await using agent = new HeartbeatAgent({
      agentId: "a",
      server: server.grpcAddress,
      handleSignals: false,
      policy: { intervalMs: 150 },
    }).start();
    await eventually("the agent is welcomed", () => agent.connectionHealth().healthy);
    const heard: WatchBeatsResponse[] = [];
    const ended = (async () => {
      for await (const answer of watching().watchBeats({ agentId: "a" })) heard.push(answer);
    })().catch((error: unknown) => ConnectError.from(error));
    await eventually("four answers have come", () => heard.length >= 4);
    const [first, ...rest] = heard;
    expect(first!.beats).toBe(0);
    expect(first!.gap).toBeUndefined();
    expect(first!.arrivedAt).toBeDefined();
    for (const { gap, silence } of rest) {
      expect(durationMs(gap!)).toBeGreaterThan(0);
      expect(durationMs(silence!)).toBeLessThan(1_000);
    }
    const drained = server.drain("to see the watch end");
    expect(await ended).toMatchObject({ code: 14, rawMessage: expect.stringContaining("drain") });
    await drained;
    server = await testServer();
  });

  it("refuses a stranger", async () => {
    const answers = watching().watchBeats({ agentId: "nobody" })[Symbol.asyncIterator]();
    const refusal = await answers.next().catch((error: unknown) => ConnectError.from(error));
    expect(refusal).toMatchObject({ code: 5 });
    expect((refusal as ConnectError).metadata.get("heartbeat-error")).toBe("agent_unknown");
  });
});
