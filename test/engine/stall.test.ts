import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { GetStatusRequestSchema } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { House } from "../support/house.ts";

const SECOND_MS = 1_000;

const registration = (instanceId: string, policy = {}) => ({
  instanceId,
  policy: { interval: { seconds: 1n }, ...policy },
});

const status = async (house: House) =>
  house.services.status.getStatus(create(GetStatusRequestSchema));

describe("a stall of the monitor", () => {
  it("moves every deadline, and is told once", () => {
    const house = new House();
    const stream = house.stream().say({ agentId: "a", registration: registration("i1") });
    house.clock.advance(500);
    house.clock.stall(60 * SECOND_MS);
    house.clock.advance(20);
    stream.say({});
    house.clock.advance(900);
    expect(house.told("a")).toEqual(["registered", "connected"]);
    const [stall] = house.events("monitor_stalled");
    expect(stall).toMatchObject({ stalledMs: 59_990, heldBackMs: 59_940 });
    expect(stall.reason).toBe("the monitor stood still for 59.9 s; deadlines moved by 59.9 s");
    expect(house.events("monitor_stalled")).toHaveLength(1);
  });

  it("hears who sent in time before it judges, however close the deadline was", () => {
    const house = new House();
    const stream = house.stream().say({ agentId: "a", registration: registration("i1") });
    house.clock.advance(1_240);
    house.clock.stall(5 * SECOND_MS);
    // The tick comes first; the beat that lies in the socket is read in the turn after it.
    house.clock.soon(() => stream.say({}));
    house.clock.advance(1_000);
    expect(house.told("a")).toEqual(["registered", "connected"]);
  });

  it("finds who died meanwhile, by the deadline that it had left", () => {
    const house = new House();
    house.stream().say({ agentId: "a", registration: registration("i1") });
    house.clock.advance(500);
    house.clock.stall(60 * SECOND_MS);
    house.clock.advance(600);
    expect(house.told("a")).toEqual(["registered", "connected"]);
    house.clock.advance(2_000);
    expect(house.told("a")).toEqual(["registered", "connected", "suspected", "missed", "down"]);
  });

  it("awaits those whose streams it broke, and suspects nobody for it", () => {
    const house = new House({ restartGraceMs: 10_000 });
    const policy = { maxMissedBeats: 1 };
    const back = house.stream().say({ agentId: "back", registration: registration("i1", policy) });
    const dead = house.stream().say({ agentId: "dead", registration: registration("i2", policy) });
    house.clock.advance(500);
    house.clock.stall(15 * SECOND_MS);
    house.clock.advance(20);
    back.session.closed();
    dead.session.closed();
    expect(house.engine.monitor.awaitedCount).toBe(2);
    house.clock.advance(8_000);
    const again = house.stream().say({ agentId: "back", registration: registration("i1", policy) });
    for (let second = 0; second < 5; second++) {
      house.clock.advance(1_000);
      again.say({});
    }
    expect(house.told("back")).toEqual(["registered", "connected", "connected"]);
    expect(house.told("dead")).toEqual(["registered", "connected", "suspected", "down"]);
  });

  it("excuses no drop of an agent that is more patient than the stall was long, and none later", () => {
    const house = new House();
    const patient = house.stream().say({
      agentId: "patient",
      registration: registration("i1", { interval: { seconds: 30n } }),
    });
    const later = house.stream().say({ agentId: "later", registration: registration("i2") });
    house.clock.advance(500);
    house.clock.stall(3 * SECOND_MS);
    house.clock.advance(20);
    patient.session.closed();
    expect(house.told("patient").slice(2)).toEqual(["dropped", "suspected"]);
    for (let second = 0; second < 4; second++) {
      later.say({});
      house.clock.advance(900);
    }
    later.session.closed();
    expect(house.told("later").slice(2)).toEqual(["dropped", "suspected"]);
  });

  it("is no excuse when it was short: a busy process is late now and then", () => {
    const house = new House();
    const stream = house.stream().say({ agentId: "a", registration: registration("i1") });
    house.clock.advance(500);
    house.clock.stall(200);
    house.clock.advance(20);
    stream.session.closed();
    expect(house.told()).toEqual(["registered", "connected", "dropped", "suspected"]);
    expect(house.events("monitor_stalled")).toEqual([]);
  });

  it("shows in the status, and wall time goes on", async () => {
    const house = new House();
    const { wall } = house.clock.now();
    house.clock.advance(100);
    house.clock.stall(2 * SECOND_MS);
    house.clock.advance(100);
    house.clock.stepWall(-3_600_000);
    const { stallsTotal, heldBackTotal, awaitedCount } = await status(house);
    expect([stallsTotal, awaitedCount, heldBackTotal?.seconds]).toEqual([1n, 0n, 1n]);
    expect(house.engine.now().wall).toBe(wall + 2_200 - 3_600_000);
  });
});

describe("a judgement of many", () => {
  it("lets everything else have its turn between its steps", () => {
    const house = new House();
    for (let agent = 0; agent < 1_000; agent++) {
      house.stream().say({ agentId: `a${agent}`, registration: registration("i1") });
    }
    const sizes: number[] = [];
    house.engine.log.onGrown(() => sizes.push(house.engine.log.lastSequence));
    let before = house.engine.log.lastSequence;
    house.clock.advance(1_400);
    for (const size of sizes) {
      expect(size - before).toBeLessThanOrEqual(200);
      before = size;
    }
    expect(house.told().filter((type) => type === "suspected")).toHaveLength(1_000);
  });
});
