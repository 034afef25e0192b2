import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { certificate, privateKey } from "../agent/support/certificate.ts";
import { eventually } from "../support/eventually.ts";
import { heartbeat, type Program, type ServerProcess, serve } from "../support/process.ts";
import { RawClient } from "../support/raw-client.ts";

interface Told {
  readonly sequence: string;
  readonly type: string;
  readonly agentId?: string;
}

const told = ({ stdout }: Program): Told[] =>
  stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

const hasTold = (watch: Program, agentId: string) =>
  eventually(`${agentId} is told`, () => told(watch).some((event) => event.agentId === agentId));

async function beat(server: ServerProcess, agentId: string): Promise<void> {
  using client = new RawClient(server.grpcAddress);
  await client.call(HeartbeatService.method.sendBeat, { beat: { agentId } });
}

async function killed(server: ServerProcess): Promise<void> {
  server.program.child.kill("SIGKILL");
  await server.program.exited;
}

describe.each([
  ["heartbeat watch", ["watch"]],
  ["heartbeat events --follow", ["events", "--follow"]],
])("%s", (_, command) => {
  const follow = (server: string) => heartbeat([...command, "--json", "--server", server]);

  it("goes on with a server that was killed and started again, and tells all of its new life", async () => {
    await using first = await serve();
    const address = first.grpcAddress;
    // More events than the new life will have had when the watch is back.
    for (let index = 0; index < 20; index++) await beat(first, `old-${index}`);
    await using watch = follow(address);
    let knocks = 0;
    const reached = async () => {
      await beat(first, `knock-${knocks++}`);
      return told(watch).some((event) => event.agentId?.startsWith("knock"));
    };
    await eventually("the watch is there", reached);
    await beat(first, "before");
    await hasTold(watch, "before");
    await killed(first);
    await eventually("the watch has noticed", () => watch.stderr.includes("the watch ended"));
    await using second = await serve(["--grpc-address", address]);
    await beat(second, "early");
    await hasTold(watch, "early");
    await beat(second, "late");
    await hasTold(watch, "late");
    expect(watch.stderr).toMatch(
      /the server was started anew at \d{4}-.*Z; its history begins again/,
    );
    const anew = told(watch)
      .map(({ sequence }) => sequence)
      .lastIndexOf("1");
    const sequences = told(watch)
      .slice(anew)
      .map(({ sequence }) => Number(sequence));
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    watch.child.kill("SIGINT");
    expect((await watch.exited).code).toBe(0);
  });
});

describe("heartbeat run", () => {
  it("tells in its one warning that the certificate is not trusted, and minds its program", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heartbeat-pem-"));
    const [cert, key] = [join(folder, "server.crt"), join(folder, "server.key")];
    writeFileSync(cert, certificate);
    writeFileSync(key, privateKey);
    await using server = await serve(["--tls-cert", cert, "--tls-key", key]);
    const command = ["run", "--server", server.grpcAddress, "--tls", "--", "sleep", "4"];
    const { code, stderr } = await heartbeat(command).done();
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^heartbeat: warning: .* cannot be reached: self-signed certificate .*\n$/,
    );
  });
});

describe("heartbeat serve with a certificate that is none", () => {
  it("says in one line what is wrong, and exits with 2", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heartbeat-pem-"));
    const cert = join(folder, "server.crt");
    const key = join(folder, "server.key");
    writeFileSync(cert, certificate);
    writeFileSync(key, "no key\n");
    const refused = await heartbeat(["serve", "--tls-cert", cert, "--tls-key", key]).done();
    rmSync(folder, { recursive: true });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/^heartbeat: tls-key .* holds no private key in PEM; .*\n$/);
  });
});
