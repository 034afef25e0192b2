import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, it } from "vitest";
import {
  CancelTaskRequestSchema,
  PauseAgentRequestSchema,
  ResumeAgentRequestSchema,
  UnregisterAgentRequestSchema,
  UpdatePolicyRequestSchema,
} from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { SendBeatRequestSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { House } from "../support/house.ts";

const registration = { instanceId: "one", policy: { interval: { seconds: 1n, nanos: 0 } } };

describe("a stream", () => {
  let house: House;
  beforeEach(() => {
    house = new House();
  });
  const open = (agentId = "a", instanceId = "one") =>
    house.stream().say({ agentId, registration: { ...registration, instanceId } });

  it("is welcomed once, with epoch, policy and phase, and each message is acknowledged", () => {
    const stream = open().say({ sequence: 7n }).say({}).say({ sequence: 9n });
    expect(stream.sent.map(({ ackedSequence }) => ackedSequence)).toEqual([1n, 7n, 8n, 9n]);
    expect(stream.sent.map(({ welcome }) => welcome !== undefined)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(stream.sent[0].welcome).toMatchObject({ epoch: 1n, resumed: false, serverId: "house" });
    expect(stream.sent[0].welcome?.policy?.interval).toMatchObject({ seconds: 1n });
    expect(stream.sent[0].receivedAt).toMatchObject({ seconds: 1767225600n });
  });

  it("gives a fleet phases that are spread evenly over the interval", () => {
    const phases = Array.from({ length: 100 }, (_, n) => {
      const first = open(`agent-${n}`).sent[0].welcome?.firstBeatIn;
      return Number(first?.seconds ?? 0n) * 1000 + (first?.nanos ?? 0) / 1e6;
    });
    const perTenth = Array.from(
      { length: 10 },
      (_, tenth) => phases.filter((phase) => Math.floor(phase / 100) === tenth).length,
    );
    expect(Math.min(...perTenth)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...perTenth)).toBeLessThanOrEqual(12);
  });

  it("that ends without a Goodbye was dropped, once, however often the transport says so", () => {
    const stream = open();
    stream.session.closed();
    stream.session.closed();
    expect(house.told()).toEqual(["registered", "connected", "dropped", "suspected"]);
  });

  it("that says Goodbye has left, is acknowledged and ended well", () => {
    const stream = open().say({ goodbye: { reason: "done" } });
    stream.session.closed();
    expect(stream.sent).toHaveLength(2);
    expect(stream.ended).toBeNull();
    expect(house.told().slice(2)).toEqual(["left"]);
  });

  it("that says a failed Goodbye is down at once, with its tasks orphaned", () => {
    open()
      .say({ tasks: [{ taskId: "t" }] })
      .say({ goodbye: { failed: true, reason: "exited with code 3" } });
    expect(house.told().slice(2)).toEqual(["task_started", "down", "task_orphaned"]);
  });

  it("may say everything in its first message, Goodbye included", () => {
    const stream = house.stream().say({
      agentId: "brief",
      tasks: [{ taskId: "t", state: 3 }],
      goodbye: {},
    });
    expect(stream.ended).toBeNull();
    expect(house.told()).toEqual([
      "registered",
      "connected",
      "task_started",
      "task_finished",
      "left",
    ]);
  });

  it("with a bad message ends alone, and counts as dropped", () => {
    const other = open("b");
    const stream = open().say({ agentId: "b" });
    expect(stream.ended?.code).toBe("agent_id_changed");
    expect(house.told("a").slice(2)).toEqual(["dropped", "suspected"]);
    other.say({});
    expect(other.sent).toHaveLength(2);
  });

  it("changes nothing with a bad message, not even in part", () => {
    open().say({ activity: 2, tasks: [{ taskId: "t" }, { taskId: "" }] });
    expect(house.told("a").slice(2)).toEqual(["dropped", "suspected"]);
  });

  it("of another life supersedes the one before, which is told and aborted", () => {
    const old = open();
    const young = open("a", "two");
    expect(old.directives()).toEqual(["superseded"]);
    expect(old.ended?.code).toBe("superseded");
    expect(young.sent[0].welcome).toMatchObject({ epoch: 2n, resumed: false });
    old.session.closed();
    expect(house.told().slice(2)).toEqual(["superseded", "connected"]);
  });

  it("of the same life takes over quietly from one that is half open", () => {
    const old = open();
    const young = open();
    expect(old.directives()).toEqual([]);
    // Not for good: the stream that took over may be one that the agent gave up, heard late.
    expect(old.ended).toMatchObject({ code: "stream_replaced", status: "UNAVAILABLE" });
    expect(young.sent[0].welcome).toMatchObject({ epoch: 1n, resumed: true });
    old.session.closed();
    expect(house.told()).not.toContain("dropped");
    expect(house.sessions.openCount).toBe(1);
  });

  it("is superseded by a single beat of another life as well", async () => {
    const old = open();
    const beat = { agentId: "a", registration: { instanceId: "two" } };
    await house.services.heartbeat.sendBeat(create(SendBeatRequestSchema, { beat }));
    expect(old.directives()).toEqual(["superseded"]);
    expect(house.sessions.openCount).toBe(0);
  });

  it("hears at once what operators do", async () => {
    const { control } = house.services;
    const stream = open().say({ tasks: [{ taskId: "t" }] });
    const agentId = "a";
    await control.pauseAgent(create(PauseAgentRequestSchema, { agentId, reason: "upgrade" }));
    await control.resumeAgent(create(ResumeAgentRequestSchema, { agentId }));
    const policy = { interval: { seconds: 5n, nanos: 0 } };
    await control.updatePolicy(create(UpdatePolicyRequestSchema, { agentId, policy }));
    await control.cancelTask(create(CancelTaskRequestSchema, { agentId, taskId: "t" }));
    expect(stream.directives()).toEqual(["pause", "resume", "setPolicy", "cancelTask"]);
    await control.unregisterAgent(create(UnregisterAgentRequestSchema, { agentId }));
    expect(stream.ended?.code).toBe("unregistered");
    expect(house.told().at(-1)).toBe("left");
  });

  it("hears of a pause that ends by itself", async () => {
    const stream = open();
    const pauseFor = { seconds: 5n, nanos: 0 };
    await house.services.control.pauseAgent(
      create(PauseAgentRequestSchema, { agentId: "a", pauseFor }),
    );
    house.clock.advance(5_000);
    expect(stream.directives()).toEqual(["pause", "resume"]);
  });

  it("that is not read gets the newest ack and every directive in one message later", async () => {
    const stream = open();
    stream.reading = false;
    stream.say({});
    for (let beat = 0; beat < 1_000; beat++) stream.say({});
    await house.services.control.pauseAgent(create(PauseAgentRequestSchema, { agentId: "a" }));
    await house.services.control.resumeAgent(create(ResumeAgentRequestSchema, { agentId: "a" }));
    expect(stream.sent).toHaveLength(2);
    stream.reading = true;
    stream.session.writable();
    expect(stream.sent).toHaveLength(3);
    expect(stream.sent[2].ackedSequence).toBe(1002n);
    expect(stream.directives()).toEqual(["pause", "resume"]);
  });

  it("that never reads its directives is ended at the bound", async () => {
    const stream = open();
    stream.reading = false;
    stream.say({});
    for (let round = 0; round < 33; round++) {
      await house.services.control.pauseAgent(create(PauseAgentRequestSchema, { agentId: "a" }));
      await house.services.control.resumeAgent(create(ResumeAgentRequestSchema, { agentId: "a" }));
    }
    expect(stream.ended?.message).toMatch(/does not read what it is told \(limit: 64 directives/);
  });

  it("that is not read is told all the same that it was superseded", () => {
    const old = open();
    old.reading = false;
    old.say({}).say({});
    open("a", "two");
    expect(old.directives()).toEqual(["superseded"]);
    expect(old.sent.at(-1)?.ackedSequence).toBe(3n);
  });

  it("may repeat the end of a task when it comes back, which is told once", () => {
    open()
      .say({ tasks: [{ taskId: "t" }] })
      .say({ tasks: [{ taskId: "t", state: 3 }] });
    house.stream().say({ agentId: "a", registration, tasks: [{ taskId: "t", state: 3 }] });
    expect(house.told().filter((type) => type === "task_finished")).toHaveLength(1);
    open().say({ tasks: [{ taskId: "t", state: 3 }] });
    expect(house.told().filter((type) => type === "task_finished")).toHaveLength(2);
  });

  it("hears when it is back what operators did while it was away", async () => {
    const { control } = house.services;
    open()
      .say({ tasks: [{ taskId: "t" }] })
      .session.closed();
    await control.cancelTask(create(CancelTaskRequestSchema, { agentId: "a", taskId: "t" }));
    await control.pauseAgent(create(PauseAgentRequestSchema, { agentId: "a" }));
    const back = house.stream().say({ agentId: "a", registration, tasks: [{ taskId: "t" }] });
    expect(back.directives()).toEqual(["pause", "cancelTask"]);
  });

  it("that has said nothing is ended when the server drains", () => {
    const mute = house.stream();
    house.sessions.drain(0);
    expect(mute.ended?.code).toBe("draining");
  });

  it("may count as far as 2^63 - 1", () => {
    const stream = open()
      .say({ sequence: 2n ** 63n - 1n })
      .say({});
    expect(stream.sent.at(-1)?.ackedSequence).toBe(2n ** 63n);
    expect(open("b").say({ sequence: 2n ** 63n }).ended?.message).toMatch(/at most 2\^63 - 1/);
  });

  it("asked to come back is not dropped when it ends, and is judged by its silence", () => {
    const stream = open();
    house.sessions.drain(2_000);
    stream.session.closed();
    expect(stream.directives()).toEqual(["reconnect"]);
    expect(house.told().slice(2)).toEqual([]);
    house.clock.advance(1_250);
    expect(house.told().slice(2)).toEqual(["suspected"]);
  });

  it("is refused while the server drains", () => {
    house.sessions.drain(0);
    expect(open("late").ended?.code).toBe("draining");
  });

  it("tells an internal fault by an id that is in the log, and by nothing else", () => {
    const stream = open();
    house.engine.monitor.beat = () => {
      throw new Error("secret");
    };
    stream.say({});
    expect(stream.ended?.message).toMatch(/^internal error [0-9a-f-]{36}; look the id up/);
    expect(stream.ended?.message).not.toContain("secret");
    const id = /error ([0-9a-f-]{36})/.exec(stream.ended?.message ?? "")?.[1];
    expect(house.logged.at(-1)).toMatchObject({ errorId: id, err: { message: "secret" } });
  });
});

describe("a single beat", () => {
  let house: House;
  beforeEach(() => {
    house = new House();
  });
  const send = (beat: object) =>
    house.services.heartbeat.sendBeat(create(SendBeatRequestSchema, { beat }));

  it("registers a stranger and keeps a known agent alive", async () => {
    await send({ agentId: "cron" });
    await send({ agentId: "cron" });
    expect(house.told()).toEqual(["registered", "connected"]);
  });

  it("answers with a Welcome only when it carried a registration", async () => {
    expect((await send({ agentId: "cron" })).ack?.welcome).toBeUndefined();
    const { ack } = await send({ agentId: "cron", registration: {} });
    expect(ack?.welcome).toMatchObject({ epoch: 1n, resumed: true });
  });

  it("of an old epoch is refused", async () => {
    await send({ agentId: "a", registration: { instanceId: "one" } });
    await send({ agentId: "a", registration: { instanceId: "two" } });
    await expect(send({ agentId: "a", epoch: 1n })).rejects.toThrow(/epoch 1 is old/);
    await send({ agentId: "a", epoch: 2n });
  });

  it("that says Goodbye again changes nothing", async () => {
    const goodbye = { failed: true };
    await send({ agentId: "a" });
    for (let round = 0; round < 2; round++) await send({ agentId: "a", goodbye });
    await send({ agentId: "stranger", goodbye: {} });
    expect(house.told()).toEqual(["registered", "connected", "down"]);
  });

  it("is no larger than a beat on a stream may be", async () => {
    const detail = new Uint8Array(4_000);
    const tasks = Array.from({ length: 20 }, (_, n) => ({ taskId: `t${n}`, detail }));
    await expect(send({ agentId: "a", tasks })).rejects.toThrow(/^beat \d+ bytes is too large/);
  });

  it("may be the last one", async () => {
    await send({ agentId: "a" });
    await send({ agentId: "a", goodbye: { failed: true, reason: "no disk" } });
    expect(house.told()).toEqual(["registered", "connected", "down"]);
    await send({ agentId: "a" });
    expect(house.told().at(-1)).toBe("recovered");
    await send({ agentId: "a", goodbye: {} });
    await send({ agentId: "a" });
    expect(house.told().slice(-2)).toEqual(["left", "connected"]);
  });
});
