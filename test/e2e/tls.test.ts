import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HeartbeatAgent } from "../../src/agent/index.ts";
import { certificate, privateKey } from "../agent/support/certificate.ts";
import { eventually } from "../support/eventually.ts";
import { heartbeat, type ServerProcess, serve } from "../support/process.ts";

describe("a listener with TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "heartbeat-tls-"));
  const cert = join(folder, "server.crt");
  const key = join(folder, "server.key");
  let server: ServerProcess;

  beforeAll(async () => {
    writeFileSync(cert, certificate);
    writeFileSync(key, privateKey);
    const everywhere = ["--grpc-address", "0.0.0.0:0", "--http-address", "0.0.0.0:0"];
    server = await serve([...everywhere, "--tls-cert", cert, "--tls-key", key]);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  const port = () => server.grpcAddress.split(":")[1];
  const status = (...flags: string[]) =>
    heartbeat(["status", "--server", `localhost:${port()}`, "--timeout", "2s", ...flags]).done();

  it("may be outside loopback, and answers who trusts its certificate", async () => {
    expect(await status("--ca", cert)).toMatchObject({ code: 0 });
  });

  it("is told from one that cannot be trusted, or is spoken to in the clear", async () => {
    expect(await status("--tls")).toMatchObject({ code: 4 });
    expect(await status()).toMatchObject({ code: 4 });
  });

  it("takes an agent", async () => {
    await using agent = new HeartbeatAgent({
      agentId: "secret",
      server: `localhost:${port()}`,
      tls: { caFile: cert },
      handleSignals: false,
    }).start();
    await eventually("the agent is welcomed", () => agent.connectionHealth().healthy);
    const found = heartbeat(["status", "secret", "--server", `localhost:${port()}`, "--ca", cert]);
    expect(await found.done()).toMatchObject({ code: 0 });
  });
});
