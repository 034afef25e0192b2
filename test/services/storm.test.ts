import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { RegisterAgentRequestSchema } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { SendBeatRequestSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { type FakeStream, House } from "../support/house.ts";

const policy = { interval: { seconds: 1n, nanos: 0 } };
const registration = { instanceId: "one", policy };

const open = (house: House, agentId: string, more: object = {}) =>
  house.stream().say({ agentId, registration: { ...registration, ...more } });

const pushbackOf = (stream: FakeStream) =>
  Number(stream.ended?.refusal.metadata?.["grpc-retry-pushback-ms"]);

/** A house whose next stream finds no place. */
function full(rate = 1) {
  const house = new House({ admissionRatePerSecond: rate });
  for (let n = 0; n < rate; n++) open(house, `early-${n}`);
  return house;
}

/** Agents that are known and have no stream: they were heard from once. */
async function known(house: House, agentIds: readonly string[]) {
  for (const agentId of agentIds) {
    const beat = { agentId, registration };
    await house.services.heartbeat.sendBeat(create(SendBeatRequestSchema, { beat }));
  }
}

describe("a stream beyond the rate", () => {
  it("is refused with the time to come back at, and is no drop", () => {
    const house = full();
    const late = open(house, "late");
    expect(late.ended?.code).toBe("admission_deferred");
    expect(pushbackOf(late)).toBeGreaterThanOrEqual(1_000);
    expect(pushbackOf(late)).toBeLessThanOrEqual(1_100);
    late.say({}).session.closed();
    expect(late.sent).toEqual([]);
    expect(house.told("late")).toEqual([]);
    expect(house.sessions.deferredTotal).toBe(1);
    expect(house.sessions.openCount).toBe(1);
  });

  it("is let in when its time has come", () => {
    const house = full();
    house.clock.advance(pushbackOf(open(house, "late")));
    expect(open(house, "late").sent[0].welcome).toBeDefined();
  });

  it("of the life that holds the lease is a beat all the same", async () => {
    const house = full();
    await known(house, ["a"]);
    house.clock.advance(900);
    const late = open(house, "a");
    expect(late.ended?.code).toBe("admission_deferred");
    house.clock.advance(1_200);
    expect(house.told("a")).not.toContain("suspected");
    house.clock.advance(100);
    expect(house.told("a")).toContain("suspected");
  });

  it("ends the patience with an agent that was awaited: it has been heard from", () => {
    const house = new House({ admissionRatePerSecond: 2 });
    const before = open(house, "a");
    open(house, "b");
    house.engine.monitor.stalled(3_000, 3_000, house.engine.now());
    before.session.closed();
    house.clock.advance(3_100);
    for (const other of ["c", "d"]) open(house, other);
    expect(house.engine.monitor.awaitedCount).toBe(1);
    expect(open(house, "a").ended?.code).toBe("admission_deferred");
    expect(house.engine.monitor.awaitedCount).toBe(0);
    house.clock.advance(1_300);
    expect(house.told("a")).toEqual(["registered", "connected", "suspected"]);
  });

  it("of an agent that was given up tells that it is back", async () => {
    const house = full();
    await known(house, ["a"]);
    house.clock.advance(10_000);
    expect(house.told("a")).toContain("down");
    open(house, "early-1");
    open(house, "a");
    expect(house.told("a").at(-1)).toBe("recovered");
  });

  it("is asked to come back within its interval, since it is heard from whenever it comes", async () => {
    const house = full();
    await known(house, ["a"]);
    for (let n = 0; n < 20; n++) open(house, `stranger-${n}`);
    const wait = pushbackOf(open(house, "a"));
    expect(wait).toBeGreaterThanOrEqual(400);
    expect(wait).toBeLessThanOrEqual(800);
  });

  it("of another life changes nothing", async () => {
    const house = full();
    await known(house, ["a"]);
    const before = house.told("a");
    house.clock.advance(900);
    const refused = open(house, "a", { instanceId: "two" }).ended;
    expect(refused?.code).toBe("admission_deferred");
    // Its name is watched: it is asked to come again before the next beat is missed.
    const { metadata } = refused?.refusal ?? {};
    expect(Number(metadata?.["grpc-retry-pushback-ms"])).toBeLessThanOrEqual(800);
    expect(house.told("a")).toEqual(before);
    house.clock.advance(400);
    expect(house.told("a")).toContain("suspected");
  });

  it("wakes nobody who has left or was never there", async () => {
    const house = full();
    await known(house, ["gone"]);
    const goodbye = create(SendBeatRequestSchema, { beat: { agentId: "gone", goodbye: {} } });
    await house.services.heartbeat.sendBeat(goodbye);
    await house.services.control.registerAgent(
      create(RegisterAgentRequestSchema, { agentId: "expected" }),
    );
    open(house, "gone");
    open(house, "expected");
    expect(house.told("gone").at(-1)).toBe("left");
    expect(house.told("expected")).toEqual(["registered"]);
  });

  it("lets go of the half-open one before it, whose end is no drop", () => {
    const house = new House({ admissionRatePerSecond: 1 });
    const old = open(house, "a");
    expect(open(house, "a").ended?.code).toBe("admission_deferred");
    expect(old.ended?.code).toBe("stream_replaced");
    expect(house.sessions.openCount).toBe(0);
    old.session.closed();
    expect(house.told("a")).toEqual(["registered", "connected"]);
  });

  it("with an old epoch is told so at once", async () => {
    const house = full();
    await known(house, ["a"]);
    const beat = { agentId: "a", registration: { ...registration, instanceId: "two" } };
    await house.services.heartbeat.sendBeat(create(SendBeatRequestSchema, { beat }));
    expect(house.stream().say({ agentId: "a", epoch: 1n, registration }).ended?.code).toBe(
      "epoch_old",
    );
  });

  it("with a fault is refused for its fault, and takes no place", () => {
    const house = new House({ admissionRatePerSecond: 1 });
    expect(house.stream().say({ agentId: "" }).ended?.code).toBe("field_missing");
    expect(open(house, "a").ended).toBeUndefined();
  });

  it("that says Goodbye is let in: it does not stay", () => {
    const house = full();
    const brief = house.stream().say({ agentId: "brief", goodbye: {} });
    expect(brief.ended).toBeNull();
    expect(house.told("brief").at(-1)).toBe("left");
  });

  it("is told of the drain, if there is one", () => {
    const house = full();
    house.sessions.drain(0);
    expect(open(house, "late").ended?.code).toBe("draining");
  });
});

describe("a storm of agents that were alive", () => {
  it("is back at the rate, and nobody is suspected", async () => {
    const house = new House({ admissionRatePerSecond: 10 });
    const agentIds = Array.from({ length: 200 }, (_, n) => `agent-${n}`);
    await known(house, agentIds);
    const due = new Map(agentIds.map((agentId) => [agentId, 0]));
    const opened: FakeStream[] = [];
    const connected: number[] = [];
    for (let ms = 0; due.size > 0 && ms < 60_000; ms += 10) {
      for (const [agentId, at] of due) {
        if (at > ms) continue;
        const stream = open(house, agentId);
        if (stream.ended) due.set(agentId, ms + pushbackOf(stream));
        else {
          due.delete(agentId);
          opened.push(stream);
        }
      }
      house.clock.advance(10);
      // Those who are in beat as they should.
      if (ms % 500 === 0) for (const stream of opened) stream.say({});
      if (ms % 1_000 === 990) connected.push(opened.length);
    }
    expect(due.size).toBe(0);
    expect(house.told().filter((type) => type !== "registered" && type !== "connected")).toEqual(
      [],
    );
    for (const [second, count] of connected.entries()) {
      expect(count).toBeLessThanOrEqual(10 * (second + 2));
      expect(count).toBeGreaterThanOrEqual(Math.min(200, 9 * (second + 1)));
    }
  });
});

describe("a stream on which nothing is said", () => {
  it("is ended, and is no drop", () => {
    const house = new House({ greetingTimeoutMs: 2_000 });
    const mute = house.stream();
    const talker = open(house, "a");
    house.clock.advance(1_000);
    talker.say({});
    house.clock.advance(1_000);
    talker.say({});
    house.clock.advance(1_000);
    expect(mute.ended?.code).toBe("greeting_late");
    expect(talker.ended).toBeUndefined();
    mute.say({ agentId: "too-late" }).session.closed();
    expect(house.told("too-late")).toEqual([]);
  });
});
