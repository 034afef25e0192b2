import { createServer, type Socket } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { HeartbeatAgent, type HeartbeatAgentOptions } from "../../src/agent/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { certificate } from "./support/certificate.ts";
import { CountingClock } from "./support/counting-clock.ts";
import { FreezingLink } from "./support/freezing-link.ts";
import { RealServer, until } from "./support/real-server.ts";

let server: RealServer;

beforeEach(async () => {
  server = await RealServer.start();
});

afterEach(() => server[Symbol.asyncDispose]());

function start(options: Partial<HeartbeatAgentOptions> = {}) {
  const warnings: string[] = [];
  const agent = new HeartbeatAgent({
    agentId: "billing-7",
    server: server.address,
    policy: { intervalMs: 100 },
    backoff: { initialMs: 1, maxMs: 20 },
    log: { warn: (message) => void warnings.push(message) },
    ...options,
  }).start();
  onTestFinished(() => agent.close());
  return { agent, warnings };
}

describe("over a real connection", () => {
  it("the agent beats, is acknowledged and leaves", async () => {
    const { agent } = start();
    await until("five beats", () => server.beats.length >= 5);
    expect(agent.connectionHealth()).toMatchObject({ healthy: true, reconnectAttempts: 0 });
    expect(agent.connectionHealth().rttMs).toBeGreaterThan(0);
    expect(agent.epoch).toBe(7n);
    await agent.close("done");
    expect(server.goodbyes).toMatchObject([{ reason: "done" }]);
    await until("no socket is left", () => server.sockets.size === 0);
    expect(server.streamsEnded).toBe(1);
  });

  it("a destroyed socket is known at once, and the stream is opened again as the same life", async () => {
    const reconnects: unknown[] = [];
    const { agent } = start({ onReconnect: (reconnected) => void reconnects.push(reconnected) });
    await until("the welcome", () => agent.state === "live");
    server.destroySockets();
    await until("the reconnect", () => reconnects.length === 1);
    expect(reconnects).toEqual([{ attempts: 1, resumed: true, epoch: 7n }]);
  });

  it("a server that comes back later is found", async () => {
    const { agent, warnings } = start();
    await until("the welcome", () => agent.state === "live");
    const { port } = server;
    await server[Symbol.asyncDispose]();
    await until("a refused connect", () => warnings.some((w) => w.includes("ECONNREFUSED")));
    server = await RealServer.start(port);
    await until("the welcome", () => agent.state === "live");
  });

  it("the server's own status is told from one that the transport makes up", async () => {
    server.refusal = new ConnectError("agent_id is empty", Code.InvalidArgument, {
      "heartbeat-error": "field_missing",
    });
    const errors: unknown[] = [];
    const { agent } = start({ onError: (error) => void errors.push(error) });
    await until("the end", () => agent.state === "ended");
    expect(errors).toEqual([
      { status: "INVALID_ARGUMENT", code: "field_missing", message: "agent_id is empty" },
    ]);
  });

  it("ABORTED by a server ends the agent; by a broken socket it does not", async () => {
    const { agent } = start();
    await until("the welcome", () => agent.state === "live");
    server.destroySockets();
    await until("the reconnect", () => server.streamsOpened === 2 && agent.state === "live");
    server.refusal = new ConnectError("unregistered", Code.Aborted, {
      "heartbeat-error": "unregistered",
    });
    await until("the end", () => agent.state === "ended");
  });

  it("a proxy's 403 or 404 without a gRPC status is survived", async () => {
    const sockets: Socket[] = [];
    const { createServer } = await import("node:http2");
    const proxy = createServer((_request, response) => response.writeHead(403).end("no"));
    proxy.on("connection", (socket: Socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as { port: number };
    const { agent } = start({ server: `127.0.0.1:${port}` });
    await until("several attempts", () => sockets.length >= 3);
    expect(agent.state).not.toBe("ended");
    await agent.close();
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });

  it("a server that takes the connection and says nothing is given up in time", async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const { port } = mute.address() as { port: number };
    const { agent, warnings } = start({ server: `127.0.0.1:${port}`, connectTimeoutMs: 50 });
    await until("three attempts", () => sockets.length >= 3);
    expect(warnings[0]).toMatch(/no Welcome within 50 ms/);
    await agent.close();
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  it("a thousand reconnects leave no timer, listener or socket, and reject nothing", async () => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => void rejections.push(reason);
    process.on("unhandledRejection", onRejection);
    onTestFinished(() => void process.off("unhandledRejection", onRejection));
    const listeners = () =>
      process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
    const before = listeners();
    const clock = new CountingClock();
    server.answersPerStream = 2;

    const { agent } = start({ clock, backoff: { initialMs: 1, maxMs: 1 } });
    for (let turn = 0; server.streamsOpened < 1_000; turn++) {
      if (turn % 50 === 0) server.destroySockets();
      agent.beat();
      expect(clock.pending.size).toBeLessThan(10);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(listeners()).toBe(before + 3);
    await agent.close();
    await until("no socket is left", () => server.sockets.size === 0);
    expect(server.streamsEnded).toBe(server.streamsOpened);
    expect(clock.pending.size).toBe(0);
    expect(listeners()).toBe(before);
    expect(rejections).toEqual([]);
  }, 60_000);

  it("a link that vanishes between two beats is found by a PING, and by a missing ack", async () => {
    await using link = await FreezingLink.start(server.port);
    const pinged = { clock: new FakeClock(), intervalMs: 3_600_000, ms: 45_000, by: "a PING" };
    const leased = {
      clock: new FakeClock(),
      intervalMs: 5_000,
      ms: 15_000,
      by: "no ack for 15000 ms",
    };
    for (const { clock, intervalMs, ms, by } of [pinged, leased]) {
      const { agent, warnings } = start({ clock, server: link.address, policy: { intervalMs } });
      await until("the welcome", () => agent.state === "live");
      await clock.advanceAsync(50);
      await until("the first beat's ack", () => agent.connectionHealth().secondsSinceAck === 0);
      link.freeze();
      for (let passed = 0; passed < ms; passed += 2_500) await clock.advanceAsync(2_500);
      await until(by, () => warnings.some((warning) => warning.includes(by)));
      const closed = agent.close();
      await clock.advanceAsync(2_000);
      await closed;
    }
  });

  it("is encrypted when that is wanted, and trusts whom it is told to trust", async () => {
    await using secure = await RealServer.start(0, true);
    const trusting = start({ server: secure.address, tls: { ca: certificate } });
    await until("the welcome", () => trusting.agent.state === "live");
    const strict = start({ server: secure.address, tls: true });
    await until("a refusal of the certificate", () => strict.warnings.length > 0);
    expect(strict.warnings[0]).toMatch(/self-signed certificate/);
    await Promise.all([trusting.agent.close(), strict.agent.close()]);
    expect(secure.goodbyes).toHaveLength(1);
  });

  it("a hundred agents in one process share three listeners", async () => {
    const listening = () =>
      (["SIGTERM", "SIGINT", "beforeExit"] as const).map((name) => process.listenerCount(name));
    const before = listening();
    const agents = Array.from({ length: 100 }, (_, i) => start({ agentId: `a${i}` }).agent);
    await until("all are up", () => agents.every(({ state }) => state === "live"));
    expect(listening()).toEqual(before.map((count) => count + 1));
    await Promise.all(agents.map((agent) => agent.close()));
    expect(listening()).toEqual(before);
    expect(server.goodbyes).toHaveLength(100);
  });
});
