import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../project/support.ts";
import { type TestServer, testServer } from "../support/server.ts";

describe("the plain routes of a server that asks for tokens", () => {
  const folder = temporaryFolder();
  let server: TestServer;
  let operator: string;
  let acme: string;
  let worker: string;

  beforeAll(async () => {
    mkdirSync(join(folder.path, "acme"));
    const keyFor = (file: string): KeyObject => {
      const { privateKey, publicKey } = generateKeyPairSync("ed25519");
      writeFileSync(join(folder.path, file), publicKey.export({ type: "spki", format: "pem" }));
      return privateKey;
    };
    const token = (key: KeyObject, org: string, sub?: string) =>
      new SignJWT({ org, ...(sub !== undefined && { sub }) })
        .setProtectedHeader({ alg: "EdDSA" })
        .setAudience("heartbeat")
        .setIssuedAt()
        .setExpirationTime("5m")
        .sign(key);
    const acmeKey = keyFor("acme/first.pem");
    operator = await token(keyFor("operator.pem"), "*");
    acme = await token(acmeKey, "acme");
    worker = await token(acmeKey, "acme", "worker");
    server = await testServer({ "auth-keys": folder.path });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const ask = (path: string, token?: string) =>
    fetch(`http://${server.httpAddress}${path}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });

  it("give /metrics to operators alone", async () => {
    const stranger = await ask("/metrics");
    expect(stranger.status).toBe(401);
    expect(stranger.headers.get("www-authenticate")).toBe("Bearer");
    expect(await stranger.text()).toMatch(/^authorization is missing; send the header/);
    const tenant = await ask("/metrics", acme);
    expect(tenant.status).toBe(403);
    expect(await tenant.text()).toMatch(/^organization_id all is not the organization of this/);
    expect((await ask("/metrics", operator)).status).toBe(200);
  });

  it("give a status to whoever may speak for its organization", async () => {
    const status = "/api/heartbeat/status?organization";
    expect((await ask(`${status}=acme`)).status).toBe(401);
    expect((await ask(`${status}=other`, acme)).status).toBe(403);
    expect((await ask(`${status}=*`, acme)).status).toBe(403);
    expect((await ask(`${status}=acme`, acme)).status).toBe(200);
    expect((await ask(`${status}=*`, operator)).status).toBe(200);
  });

  it("take a ping from whoever may be the agent", async () => {
    const ping = (agent: string, token?: string) => ask(`/ping/${agent}?organization=acme`, token);
    expect((await ping("worker")).status).toBe(401);
    expect((await ping("other", worker)).status).toBe(403);
    expect((await ask("/ping/worker", acme)).status).toBe(403);
    expect((await ping("worker", worker)).status).toBe(200);
    expect((await ask("/ping/other/fail?organization=acme", worker)).status).toBe(403);
    const { monitor } = (await (
      await ask("/api/heartbeat/status?organization=*", operator)
    ).json()) as { monitor: { agents: string[] } };
    expect(monitor.agents).toEqual(["acme/worker"]);
  });

  it("let everybody ask whether the server serves", async () => {
    expect((await ask("/livez")).status).toBe(200);
    expect((await ask("/readyz")).status).toBe(200);
  });
});
