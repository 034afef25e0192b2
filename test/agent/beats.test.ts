import { durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Activity } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { bench } from "./support/bench.ts";

describe("the first message of a stream", () => {
  it("says who the agent is, how it is judged, and claims no epoch", () => {
    const { agent, server } = bench({
      organizationId: "acme",
      agentType: "worker",
      labels: { zone: "a" },
      instanceId: "life-1",
      policy: { intervalMs: 500, dropGraceMs: 0 },
    });
    agent.start();
    const { agentId, registration, sequence, epoch, vitals } = server.stream.last;
    expect({ agentId, sequence, epoch }).toEqual({ agentId: "billing-7", sequence: 1n, epoch: 0n });
    expect(registration).toMatchObject({
      organizationId: "acme",
      agentType: "worker",
      labels: { zone: "a" },
      instanceId: "life-1",
      client: { language: "typescript", libraryVersion: "0.1.0", pid: process.pid },
    });
    expect(durationMs(registration!.policy!.interval!)).toBe(500);
    expect(durationMs(registration!.policy!.dropGrace!)).toBe(0);
    expect(vitals!.rssBytes).toBeGreaterThan(1_000_000n);
  });

  it("claims the epoch and the instance of before when the stream is a later one", async () => {
    const { agent, server, nextStream, settle } = bench();
    agent.start();
    const first = server.stream.last.registration!.instanceId;
    server.stream.welcome({}, { epoch: 12n });
    expect(agent.epoch).toBe(12n);
    await settle();
    server.stream.end();
    await nextStream();
    expect(server.stream.last).toMatchObject({ epoch: 12n, sequence: 1n });
    expect(server.stream.last.registration!.instanceId).toBe(first);
  });
});

describe("the rhythm", () => {
  async function live(options = {}) {
    const made = bench(options);
    made.agent.start();
    await made.settle();
    made.server.stream.welcome({ timeoutMultiplier: 10 });
    return made;
  }

  it("is the server's: the first beat when it says, then every interval", async () => {
    const { clock, server } = await live();
    const beats = async (ms: number) => {
      await clock.advanceAsync(ms);
      server.stream.ack();
      return server.stream.beats.length - 1;
    };
    expect(await beats(399)).toBe(0);
    expect(await beats(1)).toBe(1);
    expect(await beats(999)).toBe(1);
    expect(await beats(1)).toBe(2);
    expect(await beats(1_000)).toBe(3);
    expect(server.stream.beats.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n]);
  });

  it("repeats neither the registration nor the id", async () => {
    const { clock, server } = await live();
    await clock.advanceAsync(400);
    expect(server.stream.beats).toHaveLength(2);
    expect(server.stream.last).toMatchObject({ agentId: "", epoch: 0n });
    expect(server.stream.last.registration).toBeUndefined();
  });

  it("follows a set_policy at once", async () => {
    const { clock, server, of } = await live();
    server.stream.direct({ case: "setPolicy", value: { interval: durationFromMs(100) } });
    await clock.advanceAsync(100);
    await clock.advanceAsync(100);
    expect(server.stream.beats).toHaveLength(3);
    expect(of("directive")).toMatchObject([
      { kind: "set-policy", policy: { intervalMs: 100, timeoutMultiplier: 10 } },
    ]);
  });

  it("beats within an interval of its hello, however late the Welcome came", async () => {
    const { agent, clock, server } = bench();
    agent.start();
    await clock.advanceAsync(900);
    server.stream.welcome({}, { firstBeatInMs: 800 });
    await clock.advanceAsync(100);
    expect(server.stream.beats).toHaveLength(2);
  });

  it("beats no later than it was due when its interval grows", async () => {
    const { clock, server } = await live();
    server.stream.direct({ case: "setPolicy", value: { interval: durationFromMs(60_000) } });
    await clock.advanceAsync(400);
    expect(server.stream.beats).toHaveLength(2);
  });

  it("is held to the contract's limits, whatever a server says", async () => {
    const { agent, clock, server } = await live();
    server.stream.direct({ case: "setPolicy", value: { interval: durationFromMs(0) } });
    await clock.advanceAsync(99);
    expect(agent.state).toBe("live");
    expect(server.stream.beats).toHaveLength(1);
  });

  it("skips a beat while the one before is unwritten, and queues none", async () => {
    const { clock, server } = await live();
    server.stream.hangs = true;
    await clock.advanceAsync(400);
    await clock.advanceAsync(2_000);
    expect(server.stream.beats).toHaveLength(2);
    server.stream.unhang();
    expect(server.stream.beats).toHaveLength(2);
    await clock.advanceAsync(100);
    await clock.advanceAsync(900);
    expect(server.stream.beats).toHaveLength(3);
  });

  it("tells how late its own timer was, and makes up for no beat", async () => {
    const { clock, server, lag } = await live();
    lag.ms = 2_500;
    await clock.advanceAsync(400);
    lag.ms = 0;
    await clock.advanceAsync(1_000 + 2_500);
    expect(durationMs(server.stream.last.vitals!.loopLag!)).toBe(2_500);
    expect(server.stream.beats).toHaveLength(3);
    await clock.advanceAsync(999);
    expect(server.stream.beats).toHaveLength(3);
    await clock.advanceAsync(1);
    expect(server.stream.beats).toHaveLength(4);
    expect(durationMs(server.stream.last.vitals!.loopLag!)).toBe(0);
  });

  it("carries no vitals when they are not wanted", async () => {
    const { clock, server } = await live({ vitals: false });
    await clock.advanceAsync(400);
    expect(server.stream.beats.map(({ vitals }) => vitals)).toEqual([undefined, undefined]);
  });

  it("takes an extra beat in between", async () => {
    const { agent, clock, server, settle } = await live();
    agent.beat();
    agent.beat();
    await settle();
    expect(server.stream.beats).toHaveLength(3);
    await clock.advanceAsync(400);
    expect(server.stream.beats).toHaveLength(4);
  });

  it("tells idle and running at once, and not twice", async () => {
    const { agent, server, settle } = await live();
    agent.idle();
    agent.idle();
    await settle();
    expect(server.stream.last.activity).toBe(Activity.IDLE);
    expect(server.stream.beats).toHaveLength(2);
    agent.running();
    await settle();
    expect(server.stream.last.activity).toBe(Activity.RUNNING);
    expect(server.stream.beats).toHaveLength(3);
  });

  it("tells on the next stream what it was doing", async () => {
    const { agent, nextStream, server, settle } = await live();
    agent.idle();
    await settle();
    server.stream.end();
    await nextStream();
    expect(server.stream.beats[0]!.activity).toBe(Activity.IDLE);
  });
});
