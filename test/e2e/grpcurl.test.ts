import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { agentProcess, heartbeat, Program, type ServerProcess, serve } from "../support/process.ts";
import { describeWith } from "../support/programs.ts";

interface EventJson {
  readonly type: string;
  readonly agentId: string;
  readonly reason: string;
  readonly occurredAt: string;
}

describeWith("grpcurl", "knowing only the address, grpcurl", (grpcurl) => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** grpcurl's flags, then the address, then what to do there. */
  const call = (flags: string[], what: string[], input?: string) =>
    new Program(
      grpcurl,
      ["-plaintext", ...flags, server.grpcAddress, ...what],
      input === undefined ? {} : { input },
    );
  const ask = async (method: string, request = "{}") => {
    const { code, stdout, stderr } = await call(["-d", request], [method]).done();
    return { code, stderr, answer: stdout === "" ? undefined : JSON.parse(stdout) };
  };

  it("lists and describes everything", async () => {
    const list = await call([], ["list"]).done();
    expect(list.stdout.trim().split("\n")).toEqual([
      "grpc.health.v1.Health",
      "heartbeat.v1.AlertService",
      "heartbeat.v1.ControlService",
      "heartbeat.v1.HeartbeatService",
      "heartbeat.v1.MessageService",
      "heartbeat.v1.StatusService",
    ]);
    const { stdout } = await call([], ["describe", "heartbeat.v1.HeartbeatService"]).done();
    expect(stdout).toMatch(/rpc Beat \( stream .heartbeat.v1.BeatRequest \)/);
  });

  it("finds each service SERVING by its name", async () => {
    const list = await call([], ["list"]).done();
    const services = list.stdout
      .trim()
      .split("\n")
      .filter((name) => name.startsWith("heartbeat"));
    for (const service of services) {
      const { answer } = await ask("grpc.health.v1.Health/Check", JSON.stringify({ service }));
      expect({ service, ...answer }).toEqual({ service, status: "SERVING" });
    }
  });

  it("asks for the status", async () => {
    const { answer } = await ask("heartbeat.v1.StatusService/GetStatus");
    expect(answer.defaultPolicy).toMatchObject({ interval: "30s", maxMissedBeats: 3 });
  });

  it("sends a beat, and sees the agent healthy", async () => {
    const beat = await ask(
      "heartbeat.v1.HeartbeatService/SendBeat",
      '{"beat":{"agent_id":"curl/1"}}',
    );
    expect(beat.answer.ack.receivedAt).toMatch(/^\d{4}-/);
    const health = await ask("grpc.health.v1.Health/Check", '{"service":"agent/default/curl/1"}');
    expect(health.answer).toEqual({ status: "SERVING" });
    expect((await ask("grpc.health.v1.Health/Check")).answer).toEqual({ status: "SERVING" });
    const stranger = await ask("grpc.health.v1.Health/Check", '{"service":"agent/default/no"}');
    expect(stranger.code).not.toBe(0);
    expect(stranger.stderr).toContain("NotFound");
  });

  it("beats on a stream from standard input", async () => {
    const beats =
      '{"agent_id":"curl/2"} {"vitals":{"cpu":0.5}} {"goodbye":{"reason":"that is all"}}';
    const { code, stdout } = await call(
      ["-d", "@"],
      ["heartbeat.v1.HeartbeatService/Beat"],
      beats,
    ).done();
    expect(code).toBe(0);
    expect(stdout.match(/"ackedSequence": "\d"/g)).toHaveLength(3);
    const { answer } = await ask("heartbeat.v1.StatusService/GetAgent", '{"agent_id":"curl/2"}');
    expect(answer.agent).toMatchObject({ state: "AGENT_STATE_LEFT", stateReason: "that is all" });
  });

  /** Watches an agent's events with grpcurl while the test does things to it. */
  async function watching(agentId: string) {
    const { answer } = await ask("heartbeat.v1.StatusService/GetStatus");
    const request = JSON.stringify({ agent_id: agentId, after_sequence: answer.lastSequence });
    const watch = call(["-d", request], ["heartbeat.v1.StatusService/WatchEvents"]);
    const events = (): EventJson[] =>
      watch.stdout
        .split(/\n(?=\{)/)
        .filter((text) => text.trim().endsWith("}"))
        .map((text) => JSON.parse(text).event);
    const event = (type: string) =>
      eventually(`${type} of ${agentId}`, () =>
        events().findLast((e) => e.type === `EVENT_TYPE_${type}`),
      );
    return { watch, events, event };
  }

  it("watches an agent process that is killed: DROPPED at once, DOWN by its deadline, RECOVERED when it is back", async () => {
    const { watch, events, event } = await watching("killed");
    await using _ = watch;
    await using first = agentProcess(server.grpcAddress, "killed", 500);
    await event("CONNECTED");
    const killedAt = Date.now();
    first.child.kill("SIGKILL");
    const dropped = await event("DROPPED");
    // Sooner than any silence could tell; how soon exactly is measured by the benchmark.
    expect(Date.parse(dropped.occurredAt) - killedAt).toBeLessThan(500);
    await event("SUSPECTED");
    const down = await event("DOWN");
    expect(Date.parse(down.occurredAt) - killedAt).toBeLessThan(500 * 3 + 250);
    await using _second = agentProcess(server.grpcAddress, "killed", 500);
    await event("RECOVERED");
    expect(events().map((e) => e.type.replace("EVENT_TYPE_", ""))).toEqual([
      ...["REGISTERED", "CONNECTED", "DROPPED", "SUSPECTED", "MISSED", "MISSED", "DOWN"],
      ...["CONNECTED", "RECOVERED"],
    ]);
  });

  it("watches a program under `heartbeat run` crash: DOWN at once, with its exit code", async () => {
    const { watch, event } = await watching("crashing");
    await using _ = watch;
    const wrapper = ["run", "--server", server.grpcAddress, "--id", "crashing", "--"];
    const program = heartbeat([...wrapper, "sh", "-c", "sleep 0.3; exit 3"]);
    expect((await program.done()).code).toBe(3);
    expect((await event("DOWN")).reason).toBe("it reported its own failure: exited with code 3");
  });
});
