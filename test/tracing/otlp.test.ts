import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Health } from "../../gen/typescript/grpc/health/v1/health_pb.js";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { HeartbeatAgent } from "../../src/agent/index.ts";
import { openTracing } from "../../src/tracing/otlp.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { Receiver } from "./receiver.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const sampled = { headers: { traceparent: `00-${TRACE}-${PARENT}-01` } };
const notSampled = { headers: { traceparent: `00-${TRACE}-${PARENT}-00` } };

const SERVER = 2;
const ERROR = 2;

interface Door {
  readonly system: string;
  readonly to: (server: TestServer) => Transport;
  /** How it spells a status. */
  readonly ok: string | undefined;
  readonly notFound: string;
}

const grpc = { system: "grpc", ok: "OK", notFound: "NOT_FOUND" };
const web = ({ httpAddress }: TestServer) => ({
  baseUrl: `http://${httpAddress}`,
  httpVersion: "1.1" as const,
});
const doors: Readonly<Record<string, Door>> = {
  gRPC: {
    ...grpc,
    to: ({ grpcAddress }) => createGrpcTransport({ baseUrl: `http://${grpcAddress}` }),
  },
  "gRPC-Web": { ...grpc, to: (server) => createGrpcWebTransport(web(server)) },
  Connect: {
    system: "connectrpc",
    ok: undefined,
    notFound: "not_found",
    to: (server) => createConnectTransport(web(server)),
  },
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(Object.entries(doors))("calls over %s", (_, door) => {
  it("have a span each, under their caller's", async () => {
    await using receiver = await Receiver.start();
    const server = await testServer({ "traces-endpoint": receiver.url });
    const status = createClient(StatusService, door.to(server));
    const before = Date.now();
    await status.getStatus({}, sampled);
    await status.getAgent({ agentId: "nobody" }).catch(() => {});
    await server.drain("to see the spans");

    expect(receiver.spans).toHaveLength(2);
    const [answered] = receiver.named("GetStatus");
    expect(answered).toMatchObject({
      name: "heartbeat.v1.StatusService/GetStatus",
      kind: SERVER,
      traceId: TRACE,
      parentSpanId: PARENT,
      attributes: {
        "rpc.system.name": door.system,
        "rpc.method": "heartbeat.v1.StatusService/GetStatus",
      },
      resource: {
        "service.name": "heartbeat",
        "service.version": "0.0.0",
        "service.instance.id": "test",
      },
    });
    expect(answered!.attributes["rpc.response.status_code"]).toBe(door.ok);
    const startedAt = Number(BigInt(answered!.startTimeUnixNano) / 1_000_000n);
    expect(startedAt).toBeGreaterThanOrEqual(before);
    expect(startedAt).toBeLessThanOrEqual(Date.now());

    const [refused] = receiver.named("GetAgent");
    expect(refused!.attributes["rpc.response.status_code"]).toBe(door.notFound);
    expect(refused!.traceId).not.toBe(TRACE);
    // The caller's fault is no error of the server.
    expect(refused!.status.code ?? 0).not.toBe(ERROR);
  });

  it("have none for beats, streams and probes, nor when their caller wants none", async () => {
    await using receiver = await Receiver.start();
    const server = await testServer({ "traces-endpoint": receiver.url });
    const transport = door.to(server);
    const status = createClient(StatusService, transport);
    await createClient(HeartbeatService, transport).sendBeat({ beat: { agentId: "a" } });
    await createClient(Health, transport).check({});
    for await (const _ of status.watchBeats({ agentId: "a" })) break;
    const agent = new HeartbeatAgent({ agentId: "b", server: server.grpcAddress }).start();
    await eventually("the agent is welcomed", () => agent.connectionHealth().healthy);
    await agent.close("that is all");
    await status.listAgents({}, notSampled);
    await status.listEvents({});
    await server.drain("to see the spans");
    expect(receiver.spans.map(({ name }) => name)).toEqual([
      "heartbeat.v1.StatusService/ListEvents",
    ]);
  });
});

describe("traces", () => {
  const connected = (server: TestServer) =>
    createClient(StatusService, createConnectTransport(web(server)));

  it("are of as many calls as the ratio says, and of all that their callers want", async () => {
    await using receiver = await Receiver.start();
    const flags = { "traces-endpoint": receiver.url, "traces-ratio": "0" };
    const server = await testServer(flags);
    await connected(server).getStatus({});
    await connected(server).listAgents({}, sampled);
    await server.drain("to see the spans");
    expect(receiver.spans.map(({ name }) => name)).toEqual([
      "heartbeat.v1.StatusService/ListAgents",
    ]);
  });

  it("come with the headers of the file and of the environment, which are in no log", async () => {
    await using receiver = await Receiver.start();
    const file = join(mkdtempSync(join(tmpdir(), "heartbeat-traces-")), "headers");
    writeFileSync(file, "Authorization: Bearer secret-of-the-file\n\nx-tenant: acme\n");
    vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=secret-of-the-environment");
    vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging");
    const server = await testServer({
      "traces-endpoint": receiver.url,
      "traces-headers-file": file,
      "log-level": "trace",
    });
    await connected(server).getStatus({});
    await server.drain("to see the spans");
    expect(receiver.headers[0]).toMatchObject({
      authorization: "Bearer secret-of-the-file",
      "x-tenant": "acme",
      "x-key": "secret-of-the-environment",
    });
    expect(receiver.spans[0]!.resource["deployment.environment.name"]).toBe("staging");
    expect(JSON.stringify(server.logged)).not.toContain("secret-of");
  });

  it("that nobody takes harm no call, and are told once in the log", async () => {
    await using receiver = await Receiver.start();
    receiver.mood = "fails";
    const server = await testServer({ "traces-endpoint": receiver.url });
    for (let n = 0; n < 600; n++) await connected(server).getStatus({});
    const warnings = () => server.logged.filter(({ msg }) => msg === "traces are not taken");
    await eventually("a batch has failed", () => warnings().length > 0);
    await server.drain("to see the end");
    expect(warnings()).toHaveLength(1);
  });

  it("that hang do not hold up the end", async () => {
    await using receiver = await Receiver.start();
    receiver.mood = "hangs";
    const server = await testServer({ "traces-endpoint": receiver.url });
    await connected(server).getStatus({});
    const begun = performance.now();
    await server.drain("to see the end");
    expect(performance.now() - begun).toBeLessThan(4_000);
  });

  it("tell the injected clock's instants, and which statuses are the server's fault", async () => {
    await using receiver = await Receiver.start();
    const clock = new FakeClock();
    const options = { endpoint: receiver.url, headers: {}, ratio: 1, serverId: "s", version: "1" };
    const tracing = openTracing(options, clock, pino({ level: "silent" }));
    const call = { method: StatusService.method.getStatus, header: () => undefined };
    const begunAt = BigInt(clock.now().wall) * 1_000_000n;
    const span = tracing.begin({ ...call, system: "grpc" });
    clock.advance(250);
    span?.end("INTERNAL");
    await tracing.close(1_000);
    const [told] = receiver.spans;
    expect(BigInt(told!.startTimeUnixNano)).toBe(begunAt);
    expect(BigInt(told!.endTimeUnixNano) - begunAt).toBe(250_000_000n);
    expect(told).toMatchObject({
      status: { code: ERROR },
      attributes: { "rpc.response.status_code": "INTERNAL", "error.type": "INTERNAL" },
    });
  });
});

describe("settings of traces", () => {
  it.each([
    ["ftp://127.0.0.1/v1/traces", /is no address of the web/],
    ["127.0.0.1:4318", /is no address of the web/],
    ["http://user:password@127.0.0.1/v1/traces", /without a user in it/],
    ["http://127.0.0.1/v1/traces?key=abc", /has a query, which may be secret/],
  ])("refuse the endpoint %s", async (endpoint, words) => {
    await expect(testServer({ "traces-endpoint": endpoint })).rejects.toThrow(words);
  });

  it.each([
    ["no header", /has no header in line 1/],
    ["good: one\nbad\u0007: two", /has no header in line 2/],
  ])("refuse a headers' file of %j", async (text, words) => {
    const file = join(mkdtempSync(join(tmpdir(), "heartbeat-traces-")), "headers");
    writeFileSync(file, text);
    await expect(testServer({ "traces-headers-file": file })).rejects.toThrow(words);
  });

  it("refuse a headers' file that is not there", async () => {
    const refused = testServer({ "traces-headers-file": "/nowhere/headers" });
    await expect(refused).rejects.toThrow(/traces-headers-file .*cannot be read; check the path/);
  });
});
