import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatus as Serving,
} from "../../gen/typescript/grpc/health/v1/health_pb.js";
import {
  PauseAgentRequestSchema,
  RegisterAgentRequestSchema,
} from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import {
  GetStatusRequestSchema,
  WatchEventsRequestSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { FakeStore } from "../support/fake-store.ts";
import { House } from "../support/house.ts";

const registration = { instanceId: "i1", policy: { interval: { seconds: 10n } } };

async function houseOn(store: FakeStore) {
  const house = await House.on(store);
  await house.clock.advanceAsync(10);
  const { control, status, health } = house.services;
  return {
    house,
    pass: (ms: number) => house.clock.advanceAsync(ms),
    pause: (agentId: string) => control.pauseAgent(create(PauseAgentRequestSchema, { agentId })),
    register: (agentId: string) =>
      control.registerAgent(create(RegisterAgentRequestSchema, { agentId })),
    status: () => status.getStatus(create(GetStatusRequestSchema)),
    health: async (service: string) =>
      (await health.check(create(HealthCheckRequestSchema, { service }))).status,
    watchHealth: (service: string, signal: AbortSignal) =>
      health.watch(create(HealthCheckRequestSchema, { service }), { signal }),
    watch: (signal: AbortSignal) =>
      status.watchEvents(create(WatchEventsRequestSchema, { afterSequence: 0n }), { signal }),
  };
}

describe("while the disk is slow", () => {
  it("a beat's ack does not wait for it; an operator's answer and a watch do", async () => {
    const store = new FakeStore();
    const { house, pass, pause, watch } = await houseOn(store);
    const gone = new AbortController();
    const told: bigint[] = [];
    const watching = (async () => {
      for await (const { event } of watch(gone.signal)) told.push(event?.sequence ?? 0n);
    })();
    await pass(10);
    expect(told).toEqual([1n]);
    store.stop();
    const stream = house.stream().say({ agentId: "a", registration }).say({});
    expect(stream.sent.map(({ ackedSequence }) => ackedSequence)).toEqual([1n, 2n]);
    const answers: string[] = [];
    pause("a").then(() => answers.push("paused"));
    await pass(500);
    stream.say({});
    expect(stream.sent.at(-1)?.ackedSequence).toBe(3n);
    // The agent is told at once: it is nobody's record.
    expect(stream.directives()).toEqual(["pause"]);
    expect([answers, told]).toEqual([[], [1n]]);
    store.go();
    await pass(10);
    expect([answers, told]).toEqual([["paused"], [1n, 2n, 3n, 4n]]);
    gone.abort();
    await watching;
  });
});

describe("while the disk is full", () => {
  it("agents are watched, operators are refused, and everybody can see it", async () => {
    const store = new FakeStore();
    const { house, pass, pause, register, status, health } = await houseOn(store);
    house.stream().say({ agentId: "a", registration });
    await pass(10);
    store.fail("the disk is full (SQLITE_FULL)");
    house.stream().say({ agentId: "b", registration });
    await pass(1_000);
    await expect(pause("a")).rejects.toMatchObject({
      code: "journal_unavailable",
      message: expect.stringContaining("the journal is in trouble: the disk is full"),
    });
    await expect(register("c")).rejects.toMatchObject({ code: "journal_unavailable" });
    // What could not be kept was not begun.
    expect(house.engine.monitor.find("default", "c")).toBeUndefined();
    expect(house.engine.monitor.view(0, house.engine.now()).paused).toBe(false);
    expect(await status()).toMatchObject({
      journalHealthy: false,
      journalTrouble: "the disk is full (SQLITE_FULL)",
      journalBacklog: 2n,
      lastSequence: 3n,
    });
    expect(await health("heartbeat.v1.ControlService")).toBe(Serving.NOT_SERVING);
    expect(await health("")).toBe(Serving.SERVING);
    await pass(40_000);
    expect(house.engine.monitor.population("down")).toBe(2);
  });

  it("it catches up when there is room again: everything once, in order, and said", async () => {
    const store = new FakeStore();
    const { house, pass, pause, status, health, watch, watchHealth } = await houseOn(store);
    const gone = new AbortController();
    const told: string[] = [];
    const watching = (async () => {
      for await (const { event } of watch(gone.signal)) told.push(`${event?.sequence}`);
    })();
    const statuses: Serving[] = [];
    const watchingHealth = (async () => {
      const changes = watchHealth("heartbeat.v1.ControlService", gone.signal);
      for await (const { status } of changes) statuses.push(status);
    })();
    store.fail("the disk is full");
    const stream = house.stream().say({ agentId: "a", registration });
    await pass(1_000);
    stream.session.closed();
    await pass(60_000);
    expect(told).toEqual(["1"]);
    store.mend();
    await pass(6_000);
    const { lastSequence, journalHealthy, unkeptEventsTotal } = await status();
    expect([journalHealthy, unkeptEventsTotal]).toEqual([true, 0n]);
    expect(told).toEqual(Array.from({ length: Number(lastSequence) }, (_, at) => `${at + 1}`));
    const all = { filter: {}, after: 0, before: Infinity, newestFirst: false, limit: 100 };
    const types = (await house.engine.log.find(all)).map(({ event }) => event.type);
    expect(types).toContain("down");
    expect(types.at(-1)).toBe("journal_recovered");
    expect(await health("heartbeat.v1.ControlService")).toBe(Serving.SERVING);
    expect(statuses).toEqual([Serving.SERVING, Serving.NOT_SERVING, Serving.SERVING]);
    const paused = pause("a").catch((error: { code: string }) => error.code);
    await pass(10);
    expect(await paused).toBe("agent_not_watched");
    gone.abort();
    await pass(10);
    await Promise.all([watching, watchingHealth]);
  });

  it("a server that is started watches all the same, and keeps everything when there is room", async () => {
    const before = new FakeStore();
    const { house: first } = await houseOn(before);
    first.stream().say({ agentId: "a", registration });
    await first.clock.advanceAsync(10);
    first.engine.stop();
    const store = before.reopened();
    store.fail("the disk is full");
    const { house, pass, status } = await houseOn(store);
    const stream = house.stream().say({ agentId: "b", registration });
    // Its like may have given out any epoch up to now.
    expect(stream.sent[0].welcome?.epoch).toBeGreaterThan(1_000_000_000n);
    await pass(1_000);
    expect((await status()).journalHealthy).toBe(false);
    expect(house.engine.monitor.population("alive")).toBe(2);
    store.mend();
    await pass(5_000);
    expect((await status()).journalHealthy).toBe(true);
    expect(store.reopened().opened).toMatchObject({ endedWell: false });
  });

  it("an operator who waits when the trouble begins is told that it may be kept, or not", async () => {
    const store = new FakeStore();
    const { house, pass, pause } = await houseOn(store);
    house.stream().say({ agentId: "a", registration });
    await pass(10);
    store.fail("the disk failed (SQLITE_IOERR)");
    const answer = pause("a").catch((error: { code: string }) => error.code);
    await pass(10);
    expect(await answer).toBe("journal_unavailable");
  });
});
