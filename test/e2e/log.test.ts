import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type Interceptor } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ControlService } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { HeartbeatAgent } from "../../src/agent/index.ts";
import { eventually } from "../support/eventually.ts";
import { heartbeat, type ServerProcess, serve } from "../support/process.ts";

const quietly = <Answer>(call: Promise<Answer>) => call.catch(() => undefined);

describe("the log of a server, at its most talkative", () => {
  const folder = mkdtempSync(join(tmpdir(), "heartbeat-log-"));
  const keys = join(folder, "keys");
  const tokens: Record<string, string> = {};
  let server: ServerProcess;

  beforeAll(async () => {
    mkdirSync(join(keys, "acme"), { recursive: true });
    const key = generateKeyPairSync("ed25519");
    const forger = generateKeyPairSync("ed25519");
    const pem = key.publicKey.export({ type: "spki", format: "pem" });
    writeFileSync(join(keys, "acme", "first.pem"), pem);
    const sign = (expires: string, by = key, sub?: string) =>
      new SignJWT({ org: "acme", ...(sub !== undefined && { sub }) })
        .setProtectedHeader({ alg: "EdDSA" })
        .setAudience("heartbeat")
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(by.privateKey);
    tokens.good = await sign("5m");
    tokens.bound = await sign("5m", key, "worker");
    tokens.expired = await sign("-5m");
    tokens.forged = await sign("5m", forger);
    tokens.broken = `${tokens.good.slice(0, -8)}AAAAAAAA`;
    tokens.noToken = "let-me-in-with-this-password";
    const headers = join(folder, "headers");
    writeFileSync(headers, "Authorization: Bearer secret-of-the-traces\n");
    const traces = ["--traces-endpoint", "http://127.0.0.1:9/", "--traces-headers-file", headers];
    server = await serve(["--auth-keys", keys, "--log-level", "trace", ...traces]);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const lines = (): Record<string, unknown>[] =>
    server.program.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));

  const with_ = (authorization: string): Interceptor[] => [
    (next) => (request) => {
      request.header.set("authorization", authorization);
      return next(request);
    },
  ];
  const transports = (interceptors: Interceptor[]) => {
    const http = { baseUrl: `http://${server.httpAddress}`, httpVersion: "1.1" as const };
    return [
      createGrpcTransport({ baseUrl: `http://${server.grpcAddress}`, interceptors }),
      createConnectTransport({ ...http, interceptors }),
      createGrpcWebTransport({ ...http, interceptors }),
    ];
  };
  it("has no token in it, however a call fails", async () => {
    const http = `http://${server.httpAddress}`;
    for (const token of Object.values(tokens)) {
      for (const authorization of [
        `Bearer ${token}`,
        `Basic ${token}`,
        token,
        `Bearer ${token} x`,
      ]) {
        for (const transport of transports(with_(authorization))) {
          const status = createClient(StatusService, transport);
          const control = createClient(ControlService, transport);
          const organizationId = "acme";
          await quietly(status.getStatus({}));
          await quietly(status.getAgent({ agentId: "nobody", organizationId }));
          await quietly(status.listAgents({ organizationId, pageToken: "x" }));
          await quietly(control.pauseAgent({ organizationId, agentId: "worker" }));
          await quietly(status.watchEvents({ organizationId: "*" })[Symbol.asyncIterator]().next());
          const beat = { agentId: "other", registration: { organizationId } };
          await quietly(createClient(HeartbeatService, transport).sendBeat({ beat }));
        }
        const headers = { authorization };
        await quietly(fetch(`${http}/metrics`, { headers }));
        await quietly(fetch(`${http}/ping/a?organization=acme&interval=1`, { headers }));
      }
      const password = encodeURIComponent(token);
      await quietly(fetch(`${http}/metrics?token=${password}`));
      await quietly(fetch(`${http}/nowhere?authorization=Bearer%20${password}`));
      await quietly(fetch(`${http}/ping/a`, { headers: { cookie: `session=${token}` } }));
      let answered = false;
      const hear = () => {
        answered = true;
      };
      const agent = new HeartbeatAgent({
        agentId: "worker",
        organizationId: "acme",
        server: server.grpcAddress,
        token: async () => token,
        handleSignals: false,
        onWelcome: hear,
        onError: hear,
      }).start();
      await eventually("the agent is refused or welcomed", () => answered);
      await agent.close();
    }
    await eventually("refusals are in the log", () => lines().some(({ msg }) => msg === "refused"));
    const { stdout, stderr } = server.program;
    for (const token of Object.values(tokens)) {
      for (const part of [token, ...token.split(".").filter((part) => part.length > 20)]) {
        expect(stdout + stderr).not.toContain(part);
      }
    }
    expect(stdout + stderr).not.toContain("secret-of-the-traces");
  });

  it("is not filled by strangers", () => {
    const refused = lines().filter(({ msg, level }) => msg === "refused" && level === "info");
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(20);
  });
});

describe("the log of a server that is well", () => {
  it("has one line for a transition, and none for a beat", async () => {
    await using server = await serve(["--log-level", "trace"]);
    const policy = { intervalMs: 100, graceMs: 30_000 };
    const agent = new HeartbeatAgent({
      agentId: "steady",
      server: server.grpcAddress,
      policy,
      handleSignals: false,
    }).start();
    const transport = createGrpcTransport({ baseUrl: `http://${server.grpcAddress}` });
    const status = createClient(StatusService, transport);
    await eventually("it has beaten often", async () => {
      const known = await quietly(status.getAgent({ agentId: "steady" }));
      return known !== undefined && Number(known.agent?.beatsReceived) >= 10;
    });
    await agent.close("that is all");
    await eventually("it has left", () => server.program.stdout.includes('"event":"left"'));
    const lines = server.program.stdout.split("\n").filter((line) => line.includes('"steady"'));
    const events = lines.map((line) => JSON.parse(line).event);
    expect(events).toEqual(["registered", "connected", "left"]);
  });
});

describe("what `heartbeat config` prints", () => {
  it("names files of secrets, and nothing that is in them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heartbeat-config-"));
    const file = join(folder, "headers");
    writeFileSync(file, "Authorization: Bearer secret-of-the-file\n");
    const env = { OTEL_EXPORTER_OTLP_HEADERS: "x-key=secret-of-the-environment" };
    const flags = ["--traces-headers-file", file, "--self-beat-url-file", file];
    const { code, stdout, stderr } = await heartbeat(["config", ...flags], { env }).done();
    expect(code).toBe(0);
    expect(stdout).toContain(file);
    expect(stdout + stderr).not.toContain("secret-of");
    rmSync(folder, { recursive: true });
  });
});
