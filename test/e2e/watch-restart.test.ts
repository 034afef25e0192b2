import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { certificate, privateKey } from "../agent/support/certificate.ts";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import {
  heartbeat,
  type Program,
  patientAgent,
  type ServerProcess,
  serve,
} from "../support/process.ts";
import { RawClient } from "../support/raw-client.ts";
import { typeOf, View } from "./support/view.ts";

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

const sequencesOf = (watch: Program) => told(watch).map(({ sequence }) => Number(sequence));

const hasTold = (watch: Program, agentId: string) =>
  eventually(`${agentId} is told`, () => told(watch).some((event) => event.agentId === agentId));

async function beat(server: ServerProcess, agentId: string): Promise<void> {
  using client = new RawClient(server.grpcAddress);
  await client.call(HeartbeatService.method.sendBeat, { beat: { agentId } });
}

/** Beats until the watch tells of one: then it is there. */
async function isThere(watch: Program, server: ServerProcess): Promise<void> {
  let knocks = 0;
  await eventually("the watch is there", async () => {
    await beat(server, `knock-${knocks++}`);
    return told(watch).some((event) => event.agentId?.startsWith("knock"));
  });
}

async function killed(server: ServerProcess): Promise<void> {
  server.program.child.kill("SIGKILL");
  await server.program.exited;
}

const noticed = (watch: Program) =>
  eventually("the watch has noticed", () => watch.stderr.includes("the watch ended"));

describe.each([
  ["heartbeat watch", ["watch"]],
  ["heartbeat events --follow", ["events", "--follow"]],
  ["heartbeat events --since 1h --follow", ["events", "--since", "1h", "--follow"]],
])("%s", { timeout: 60_000 }, (_, command) => {
  const follow = (server: string) => heartbeat([...command, "--json", "--server", server]);

  it("shows neither a gap nor a repeat nor a false alarm when the server is killed and started again", async () => {
    using folder = temporaryFolder();
    const keeping = ["--data-dir", folder.path, "--restart-grace", "60s"];
    await using first = await serve(keeping);
    const address = first.grpcAddress;
    await using _agent = patientAgent(address, "steady");
    using view = new View(first);
    await view.beatsOn("steady");
    await using watch = follow(address);
    await isThere(watch, first);
    await beat(first, "before");
    await hasTold(watch, "before");
    // In the middle: what was sent last may not have been told yet.
    for (let index = 0; index < 20; index++) await beat(first, `middle-${index}`);
    await killed(first);
    await noticed(watch);
    await using second = await serve([...keeping, "--grpc-address", address]);
    using after = new View(second);
    await after.beatsOn("steady", 20_000);
    await beat(second, "late");
    await hasTold(watch, "late");

    // Taken before what is kept: the server may have something to tell in between, as a stall of its own.
    const shown = told(watch);
    const sequences = shown.map(({ sequence }) => Number(sequence));
    const [begin = 0] = sequences;
    expect(sequences).toEqual(sequences.map((_, index) => begin + index));
    const kept = new Map((await after.events()).map((event) => [Number(event.sequence), event]));
    for (const { sequence, type, agentId = "" } of shown) {
      const event = kept.get(Number(sequence));
      expect({ type, agentId }).toEqual({
        type: `EVENT_TYPE_${event && typeOf(event)}`,
        agentId: event?.agentId,
      });
    }
    const alarms = shown.filter(({ type }) => /DROPPED|MISSED|SUSPECTED|DOWN$/.test(type));
    expect(alarms).toEqual([]);
    const types = shown.map(({ type }) => type.replace("EVENT_TYPE_", ""));
    expect(types).toContain("MONITOR_STARTED");
    expect(watch.stderr).toMatch(/^.*resuming after event \d+\n.*connected again\n$/);
    watch.child.kill("SIGINT");
    expect((await watch.exited).code).toBe(0);
  });

  it("goes on with a server that has forgotten everything, and tells all of its new life", async () => {
    await using first = await serve();
    const address = first.grpcAddress;
    // More events than the new life will have had when the watch is back.
    for (let index = 0; index < 20; index++) await beat(first, `old-${index}`);
    await using watch = follow(address);
    await isThere(watch, first);
    await beat(first, "before");
    await hasTold(watch, "before");
    await killed(first);
    await noticed(watch);
    await using second = await serve(["--grpc-address", address]);
    await beat(second, "early");
    await hasTold(watch, "early");
    await beat(second, "late");
    await hasTold(watch, "late");
    expect(watch.stderr).toMatch(
      /the server was started at \d{4}-.*Z with a new journal; its history begins again/,
    );
    const anew = sequencesOf(watch).lastIndexOf(1);
    const sequences = sequencesOf(watch).slice(anew);
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
