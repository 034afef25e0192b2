import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HeartbeatAgent } from "../../src/agent/index.ts";
import { eventually } from "../support/eventually.ts";
import { heartbeat, type ServerProcess, serve } from "../support/process.ts";

describe("a server that asks for tokens", () => {
  const folder = mkdtempSync(join(tmpdir(), "heartbeat-tokens-"));
  const keys = join(folder, "keys");
  const keyOf = (name: string) => join(folder, `${name}.key`);
  let server: ServerProcess;

  beforeAll(async () => {
    mkdirSync(join(keys, "acme"), { recursive: true });
    for (const name of ["acme", "operator", "forger"]) {
      const { privateKey, publicKey } = generateKeyPairSync("ed25519");
      writeFileSync(keyOf(name), privateKey.export({ type: "pkcs8", format: "pem" }));
      const pem = publicKey.export({ type: "spki", format: "pem" });
      if (name === "acme") writeFileSync(join(keys, "acme", "first.pem"), pem);
      if (name === "operator") writeFileSync(join(keys, "operator.pem"), pem);
    }
    server = await serve(["--auth-keys", keys]);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const token = async (key: string, organization: string, ...more: string[]) => {
    const flags = ["--key", keyOf(key), "--organization", organization, ...more];
    return (await heartbeat(["token", ...flags]).done()).stdout.trim();
  };
  const run = (with_: string | undefined, ...args: string[]) =>
    heartbeat([...args, "--server", server.grpcAddress], {
      env: with_ === undefined ? {} : { HEARTBEAT_TOKEN: with_ },
    }).done();

  it("takes who has one, in its organization", async () => {
    const good = await token("acme", "acme");
    expect(await run(good, "beat", "cron", "--organization", "acme")).toMatchObject({ code: 0 });
    expect(await run(good, "list", "--organization", "acme")).toMatchObject({ code: 0 });
    expect(await run(good, "publish", "a", "--organization", "acme")).toMatchObject({ code: 0 });
    expect(await run(await token("operator", "*"), "status")).toMatchObject({ code: 0 });
  });

  it("refuses the stranger, the forger, the wrong organization and the wrong agent", async () => {
    const bound = await token("acme", "acme", "--agent", "cron");
    const cases: [string | undefined, string[], RegExp][] = [
      [undefined, ["list"], /authorization is missing/],
      [await token("forger", "acme"), ["list", "--organization", "acme"], /is not believed/],
      [await token("acme", "acme"), ["list"], /organization_id "default" is not the organization/],
      [await token("acme", "acme"), ["status"], /organization_id all is not the organization/],
      [bound, ["beat", "other", "--organization", "acme"], /agent_id "other" is not the agent/],
      [
        bound,
        ["pause", "cron", "--organization", "acme"],
        /token of agent "cron", and this is an op/,
      ],
    ];
    for (const [who, command, words] of cases) {
      const refused = await run(who, ...command);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(words);
    }
  });

  it("tells everybody over gRPC whether it serves", async () => {
    const asked = await run(undefined, "status", "--health");
    expect(asked).toMatchObject({ code: 0, stdout: "SERVING\n" });
  });

  it("asks over HTTP as well, and lets everybody ask whether it serves", async () => {
    const ask = (method: string, body: object, headers = {}) =>
      fetch(`http://${server.httpAddress}/${method}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const list = "heartbeat.v1.StatusService/ListAgents";
    expect((await ask(list, {})).status).toBe(401);
    const authorization = `Bearer ${await token("acme", "acme")}`;
    expect((await ask(list, {}, { authorization })).status).toBe(403);
    expect((await ask(list, { organizationId: "acme" }, { authorization })).status).toBe(200);
    expect((await ask("grpc.health.v1.Health/Check", {})).status).toBe(200);
    const other = { service: "agent/acme/cron" };
    expect((await ask("grpc.health.v1.Health/Check", other)).status).toBe(401);
    expect((await ask("grpc.health.v1.Health/Check", other, { authorization })).status).toBe(200);
  });

  const agent = (organizationId: string, sign: () => Promise<string>, told: unknown[]) =>
    new HeartbeatAgent({
      agentId: "worker",
      organizationId,
      server: server.grpcAddress,
      token: sign,
      handleSignals: false,
      onError: ({ status, code }) => void told.push(`${status} ${code}`),
    }).start();

  it("takes an agent that signs a token for each stream, and ends one that cannot", async () => {
    const told: unknown[] = [];
    await using good = agent("acme", () => token("acme", "acme", "--agent", "worker"), told);
    await eventually("it is welcomed", () => good.connectionHealth().healthy);
    await using elsewhere = agent("other", () => token("acme", "acme"), told);
    await using forger = agent("acme", () => token("forger", "acme"), told);
    await eventually("both are refused", () => told.length === 2);
    expect(told.sort()).toEqual([
      "PERMISSION_DENIED not_permitted",
      "UNAUTHENTICATED token_invalid",
    ]);
    expect([elsewhere.state, forger.state]).toEqual(["ended", "ended"]);
    expect(good.state).toBe("live");
  });

  it("does not start with keys that cannot be read", async () => {
    const refused = await heartbeat(["serve", "--auth-keys", join(folder, "nowhere")]).done();
    expect(refused.code).not.toBe(0);
    expect(refused.stderr + refused.stdout).toContain("nowhere");
  });
});
