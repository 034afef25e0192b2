import { describe, expect, it } from "vitest";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { eventually } from "../support/eventually.ts";
import { heartbeat, serve } from "../support/process.ts";
import { RawClient } from "../support/raw-client.ts";

describe("heartbeat serve", () => {
  it("goes in peace on SIGTERM: agents are asked to come back, streams end as unavailable", async () => {
    await using server = await serve(["--drain-grace", "500ms"]);
    using client = new RawClient(server.grpcAddress);
    const stream = client.beats().say({ agentId: "a" });
    await stream.response();
    const watch = client.watch(StatusService.method.watchEvents, { afterSequence: 0n });
    await watch.next();
    server.program.child.kill("SIGTERM");
    const reconnect = await stream.response(2);
    expect(reconnect.directives.map(({ kind }) => kind.case)).toEqual(["reconnect"]);
    expect((await stream.ended).status).toBe("UNAVAILABLE");
    const rest = async () => {
      for await (const _ of watch);
    };
    await expect(rest()).rejects.toMatchObject({ code: 14 });
    expect(await server.program.exited).toEqual({ code: 0, signal: null });
    expect(server.program.stdout).not.toContain('"event":"dropped"');
  });

  it("blames nobody who leaves as it was asked to, however long another stays", async () => {
    await using server = await serve(["--drain-grace", "1500ms"]);
    using client = new RawClient(server.grpcAddress);
    const policy = { interval: { seconds: 0n, nanos: 100_000_000 } };
    const streams = ["obedient", "stubborn"].map((agentId) =>
      client.beats().say({ agentId, registration: { policy } }),
    );
    await Promise.all(streams.map((stream) => stream.response()));
    server.program.child.kill("SIGTERM");
    await streams[0].response(2);
    streams[0].halfClose();
    await server.program.exited;
    expect(server.program.stdout).toContain('"msg":"drained"');
    expect(server.program.stdout).not.toMatch(/"event":"(dropped|suspected|down)"/);
  });

  it("without anybody connected ends at once", async () => {
    await using server = await serve();
    const asked = performance.now();
    server.program.child.kill("SIGTERM");
    expect((await server.program.exited).code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(2_000);
  });

  it.each([
    ["--grpc-address", "0.0.0.0:0"],
    ["--http-address", "0.0.0.0:0"],
    ["--grpc-address", "[::]:0"],
  ])("refuses to listen on %s %s without TLS, and says what to do", async (flag, address) => {
    const refused = await heartbeat(["serve", flag, address]).done();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(address);
    expect(refused.stderr).toMatch(/there is no TLS/);
    expect(refused.stderr).toMatch(/--insecure/);
    expect(refused.stderr).not.toMatch(/ at .*:\d+:\d+/);
  });

  it("listens outside loopback when it is told that somebody guards it", async () => {
    await using server = await serve(["--insecure", "--grpc-address", "0.0.0.0:0"]);
    const port = server.grpcAddress.split(":")[1];
    using client = new RawClient(`127.0.0.1:${port}`);
    const { serverId } = await client.call(StatusService.method.getStatus, {});
    expect(serverId).not.toBe("");
  });

  it("says which address is in use", async () => {
    await using server = await serve();
    const taken = ["--ephemeral", "--grpc-address", server.grpcAddress];
    const second = await heartbeat(["serve", ...taken]).done();
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`cannot listen on ${server.grpcAddress}`);
    expect(second.stderr).toMatch(/in use/);
  });

  it("answers the same over JSON", async () => {
    await using server = await serve();
    using client = new RawClient(server.grpcAddress);
    await client.call(HeartbeatService.method.sendBeat, { beat: { agentId: "a" } });
    const ask = async (method: string, body: object) => {
      const response = await fetch(`http://${server.httpAddress}/heartbeat.v1.${method}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as { agent?: object; message?: string };
      return { status: response.status, body: answer };
    };
    const agent = await ask("StatusService/GetAgent", { agent_id: "a" });
    expect(agent.body.agent).toMatchObject({ agentId: "a", state: "AGENT_STATE_ALIVE" });
    const refused = await ask("StatusService/GetAgent", { agent_id: "a b" });
    expect(refused).toMatchObject({ status: 400, body: { code: "invalid_argument" } });
    expect(refused.body.message).toMatch(/^agent_id "a b" has a character/);
    expect((await fetch(`http://${server.httpAddress}/livez`)).status).toBe(200);
  });

  it("sees an agent that ends its stream cleanly without a Goodbye as dropped", async () => {
    await using server = await serve();
    using client = new RawClient(server.grpcAddress);
    const stream = client.beats().say({ agentId: "a" });
    await stream.response();
    stream.halfClose();
    await eventually("the drop", () => server.program.stdout.includes('"event":"dropped"'));
    const other = client.beats().say({ agentId: "b" });
    await other.response();
    other.cancel();
    await eventually("the other drop", async () => {
      const { dropsTotal } = await client.call(StatusService.method.getStatus, {});
      return dropsTotal === 2n;
    });
  });
});
