import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  CancelTaskRequestSchema,
  PauseAgentRequestSchema,
  UpdatePolicyRequestSchema,
} from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { TaskState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { SendBeatRequestSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { defaultProtection } from "../../src/monitor/protection.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeStore } from "../support/fake-store.ts";
import { House, type HouseOptions } from "../support/house.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

const registration = (instanceId: string, interval = 10) => ({
  instanceId,
  policy: { interval: { seconds: BigInt(interval) } },
});

/** A house that can be killed, or stopped in good order, and opened again on what it had kept. */
class Life {
  house: House;
  #store: FakeStore;
  readonly #options: HouseOptions;

  private constructor(house: House, store: FakeStore, options: HouseOptions) {
    this.house = house;
    this.#store = store;
    this.#options = options;
  }

  static async begin(options: HouseOptions = {}): Promise<Life> {
    const store = new FakeStore();
    const life = new Life(await House.on(store, options), store, options);
    await life.pass(10);
    return life;
  }

  get store(): FakeStore {
    return this.#store;
  }

  async pass(ms: number): Promise<void> {
    await this.house.clock.advanceAsync(ms);
  }

  /** The next life, `awayMs` later by the wall's clock; the process's own clock begins anew. */
  async restart({ awayMs = 5_000, killed = true } = {}): Promise<void> {
    if (!killed) {
      const closed = this.house.engine.close();
      await this.pass(100);
      await closed;
    }
    this.house.engine.stop();
    const wall = this.house.clock.now().wall + awayMs;
    this.#store = this.#store.reopened();
    const clock = new FakeClock({ mono: 17, wall });
    this.house = await House.on(this.#store, { ...this.#options, clock });
    await this.pass(10);
  }

  /** Types of what was told of an agent since the last restart. */
  async toldSince(sequence: number, agentId: string): Promise<string[]> {
    const query = { after: sequence, before: Infinity, newestFirst: false, limit: 10_000 };
    const found = await this.house.engine.log.find({ filter: { agentId }, ...query });
    return found.map(({ event }) => event.type);
  }

  view(agentId: string) {
    const { monitor } = this.house.engine;
    const slot = monitor.find("default", agentId);
    if (slot === undefined) throw new Error(`${agentId} is unknown`);
    return monitor.view(slot, this.house.engine.now());
  }
}

describe("after a restart", () => {
  it("who was alive is awaited at full timeout, and comes back without an event but CONNECTED", async () => {
    const life = await Life.begin({ restartGraceMs: 0 });
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    await life.pass(5_000);
    const last = life.house.engine.log.lastSequence;
    await life.restart({ awayMs: 10 * MINUTE_MS });
    expect(life.view("a")).toMatchObject({ state: "alive", connected: false, epoch: 1 });
    expect(life.house.engine.monitor.awaitedCount).toBe(1);
    await life.pass(29_000);
    const stream = life.house.stream().say({ agentId: "a", registration: registration("i1") });
    expect(stream.sent[0].welcome).toMatchObject({ resumed: true, epoch: 1n });
    expect(life.house.engine.monitor.awaitedCount).toBe(0);
    await life.pass(9_000);
    expect(await life.toldSince(last, "a")).toEqual(["connected"]);
  });

  it("who does not come back is suspected and down once the timeout is over, and not before", async () => {
    const life = await Life.begin({ restartGraceMs: 0 });
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    await life.pass(5_000);
    const last = life.house.engine.log.lastSequence;
    await life.restart();
    await life.pass(29_900);
    expect(await life.toldSince(last, "a")).toEqual([]);
    await life.pass(6_200);
    expect(await life.toldSince(last, "a")).toEqual(["suspected", "missed", "missed", "down"]);
    expect(life.view("a").stateReason).toMatch(/not heard from since the monitor is back/);
  });

  it("an awaited agent has at least the time that agents need to find the monitor", async () => {
    const life = await Life.begin({ restartGraceMs: 30_000 });
    life.house.stream().say({ agentId: "a", registration: registration("i1", 1) });
    await life.pass(500);
    const last = life.house.engine.log.lastSequence;
    await life.restart();
    await life.pass(29_900);
    expect(await life.toldSince(last, "a")).toEqual([]);
    await life.pass(6_200);
    expect((await life.toldSince(last, "a")).at(-1)).toBe("down");
  });

  it("a beat without a stream is enough to be heard from", async () => {
    const life = await Life.begin({ restartGraceMs: 0 });
    await life.house.services.heartbeat.sendBeat(
      create(SendBeatRequestSchema, { beat: { agentId: "a", registration: registration("i1") } }),
    );
    const last = life.house.engine.log.lastSequence;
    await life.pass(1_000);
    await life.restart();
    await life.pass(15_000);
    await life.house.services.heartbeat.sendBeat(
      create(SendBeatRequestSchema, { beat: { agentId: "a" } }),
    );
    expect(life.house.engine.monitor.awaitedCount).toBe(0);
    await life.pass(10_000);
    expect(await life.toldSince(last + 1, "a")).not.toContain("suspected");
    expect(life.view("a").state).toBe("alive");
  });

  it("those who do not come back are not all told at once", async () => {
    const life = await Life.begin({ restartGraceMs: 0 });
    for (let agent = 0; agent < 50; agent++) {
      life.house.stream().say({ agentId: `a${agent}`, registration: registration("i1") });
    }
    await life.pass(1_000);
    const last = life.house.engine.log.lastSequence;
    await life.restart();
    await life.pass(40_000);
    const query = { after: last, before: Infinity, newestFirst: false, limit: 10_000 };
    const types = new Set(["down"] as const);
    const downs = await life.house.engine.log.find({ filter: { types }, ...query });
    expect(downs).toHaveLength(50);
    expect(new Set(downs.map(({ event }) => event.at.wall)).size).toBeGreaterThan(40);
  });

  it("who was DOWN stays DOWN, silently, and RECOVERS when it is back", async () => {
    const life = await Life.begin();
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    await life.pass(MINUTE_MS);
    const before = life.view("a");
    expect(before.state).toBe("down");
    const last = life.house.engine.log.lastSequence;
    await life.restart();
    await life.pass(5 * MINUTE_MS);
    expect(await life.toldSince(last, "a")).toEqual([]);
    expect(life.view("a")).toMatchObject({
      state: "down",
      stateReason: before.stateReason,
      stateSince: before.stateSince,
    });
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    await life.pass(10);
    expect(await life.toldSince(last, "a")).toEqual(["connected", "recovered"]);
  });

  it("a SUSPECT is suspected once for both lives of the monitor", async () => {
    const life = await Life.begin({ restartGraceMs: 0 });
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    await life.pass(12_000);
    expect(life.view("a").state).toBe("suspect");
    const last = life.house.engine.log.lastSequence;
    await life.restart();
    expect(life.view("a").state).toBe("suspect");
    await life.pass(40_000);
    const told = await life.toldSince(last, "a");
    expect(told).not.toContain("suspected");
    expect(told.at(-1)).toBe("down");
  });

  it("a fleet that does not come back is held, whether it was suspected before the restart or not", async () => {
    const protection = { ...defaultProtection, holdMs: 2 * MINUTE_MS };
    const life = await Life.begin({ restartGraceMs: 0, protection });
    const streams = Array.from({ length: 20 }, (_, agent) =>
      life.house.stream().say({
        agentId: `a${agent}`,
        registration: registration("i1", 10),
      }),
    );
    await life.pass(8_000);
    for (const stream of streams.slice(0, 13)) stream.say({});
    await life.pass(4_000);
    expect(life.house.engine.monitor.population("suspect")).toBe(7);
    await life.restart();
    await life.pass(MINUTE_MS);
    const { monitor } = life.house.engine;
    expect([monitor.population("suspect"), monitor.population("down")]).toEqual([20, 0]);
    expect(monitor.protection?.isActive(undefined)).toBe(true);
    await life.pass(2 * MINUTE_MS);
    expect(monitor.population("down")).toBe(20);
  });

  it("DOWN and LEFT agents are forgotten when their retention is over, the time away included", async () => {
    const life = await Life.begin({ retentionMs: 60 * MINUTE_MS });
    life.house.stream().say({ agentId: "a", goodbye: { reason: "done" } });
    await life.pass(20 * MINUTE_MS);
    await life.restart({ awayMs: 30 * MINUTE_MS });
    expect(life.view("a").state).toBe("left");
    await life.pass(11 * MINUTE_MS);
    expect(life.house.engine.monitor.find("default", "a")).toBeUndefined();
    await life.restart();
    expect(life.house.engine.monitor.find("default", "a")).toBeUndefined();
  });

  it("a pause ends when it was told to end, and nobody is judged before", async () => {
    const life = await Life.begin();
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    const paused = life.house.services.control.pauseAgent(
      create(PauseAgentRequestSchema, { agentId: "a", pauseFor: { seconds: 3_600n } }),
    );
    await life.pass(10);
    const until = (await paused).agent?.pausedUntil;
    await life.restart({ awayMs: 50 * MINUTE_MS });
    expect(life.view("a").paused).toBe(true);
    expect(life.view("a").pausedUntil).toBe(
      Number(until?.seconds) * 1000 + Number(until?.nanos) / 1e6,
    );
    await life.pass(9 * MINUTE_MS);
    expect(life.view("a")).toMatchObject({ paused: true, state: "alive" });
    await life.pass(2 * MINUTE_MS);
    expect(life.view("a").paused).toBe(false);
  });

  it("the time away counts once, however often it is started again", async () => {
    const life = await Life.begin();
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    life.house.stream().say({ agentId: "gone", goodbye: {} });
    const paused = life.house.services.control.pauseAgent(
      create(PauseAgentRequestSchema, { agentId: "a", pauseFor: { seconds: 3_600n } }),
    );
    await life.pass(10);
    await paused;
    const until = life.view("a").pausedUntil;
    await life.restart({ awayMs: 30 * MINUTE_MS });
    await life.pass(2_000);
    await life.restart({ awayMs: 0 });
    expect(life.view("a").pausedUntil).toBe(until);
    const { monitor } = life.house.engine;
    const slot = monitor.find("default", "gone") ?? -1;
    const sinceMs = life.house.engine.now().mono - monitor.columns.stateSince[slot];
    expect(sinceMs).toBeGreaterThanOrEqual(30 * MINUTE_MS);
  });

  it("an operator's policy outranks what the agent declares, as before", async () => {
    const life = await Life.begin();
    life.house.stream().say({ agentId: "a", registration: registration("i1", 10) });
    const updated = life.house.services.control.updatePolicy(
      create(UpdatePolicyRequestSchema, { agentId: "a", policy: { interval: { seconds: 7n } } }),
    );
    await life.pass(10);
    await updated;
    await life.restart();
    const stream = life.house.stream().say({ agentId: "a", registration: registration("i1", 10) });
    expect(stream.sent[0].welcome?.policy?.interval?.seconds).toBe(7n);
  });

  it("tasks go on: their clocks stood still while nobody could have heard of them", async () => {
    const life = await Life.begin();
    const task = { taskId: "t", progress: 0.25, detail: new Uint8Array([1, 2, 255]) };
    const stream = life.house.stream().say({
      agentId: "a",
      registration: registration("i1"),
      tasks: [task],
    });
    for (let beat = 0; beat < 24; beat++) {
      stream.say({});
      await life.pass(10_000);
    }
    // Progress is no event, and is kept all the same within a second or so.
    stream.say({ tasks: [{ ...task, progress: 0.5 }] });
    await life.pass(2_000);
    await life.restart({ awayMs: 60 * MINUTE_MS });
    const [restored] = life.view("a").tasks;
    expect(restored).toMatchObject({ taskId: "t", state: "running", progress: 0.5 });
    expect([...restored.detail]).toEqual([1, 2, 255]);
    expect(restored.idleForMs).toBeLessThan(10_000);
    expect(restored.runningForMs).toBeGreaterThan(3 * MINUTE_MS);
    expect(restored.runningForMs).toBeLessThan(5 * MINUTE_MS);
  });

  it("a task that was canceled, and one that has ended, are not begun again", async () => {
    const life = await Life.begin();
    const hello = { agentId: "a", registration: registration("i1") };
    const stream = life.house.stream().say({ ...hello, tasks: [{ taskId: "c" }, { taskId: "e" }] });
    stream.say({ tasks: [{ taskId: "e", state: TaskState.SUCCEEDED }] });
    const canceled = life.house.services.control.cancelTask(
      create(CancelTaskRequestSchema, { agentId: "a", taskId: "c" }),
    );
    await life.pass(10);
    await canceled;
    const last = life.house.engine.log.lastSequence;
    await life.restart();
    const again = life.house.stream().say({
      ...hello,
      tasks: [
        { taskId: "c", state: TaskState.RUNNING },
        { taskId: "e", state: TaskState.SUCCEEDED },
      ],
    });
    await life.pass(10);
    expect(again.directives()).toEqual(["cancelTask"]);
    expect(await life.toldSince(last, "a")).toEqual(["connected"]);
  });

  it("an epoch is never given twice, whatever the crash took along", async () => {
    const life = await Life.begin();
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    await life.pass(100);
    life.store.stop();
    const lost = life.house.stream().say({ agentId: "a", registration: registration("i2") });
    expect(lost.sent[0].welcome?.epoch).toBe(2n);
    await life.restart();
    const next = life.house.stream().say({ agentId: "a", registration: registration("i3") });
    const epoch = next.sent[0].welcome?.epoch ?? 0n;
    expect(epoch).toBeGreaterThan(2n);
    await life.restart({ killed: false });
    const later = life.house.stream().say({ agentId: "a", registration: registration("i4") });
    expect(later.sent[0].welcome?.epoch).toBeGreaterThan(epoch);
    const stranger = life.house.stream().say({ agentId: "b", registration: registration("i5") });
    expect(stranger.sent[0].welcome?.epoch).toBeGreaterThan(2n);
  });

  it("after a good end epochs go on by one", async () => {
    const life = await Life.begin();
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    await life.pass(100);
    await life.restart({ killed: false });
    const next = life.house.stream().say({ agentId: "a", registration: registration("i2") });
    expect(next.sent[0].welcome?.epoch).toBe(2n);
  });

  it("says how long it was away, and whom it awaits", async () => {
    const life = await Life.begin();
    life.house.stream().say({ agentId: "a", registration: registration("i1") });
    life.house.stream().say({ agentId: "b", goodbye: {} });
    await life.pass(6_000);
    const last = life.house.engine.log.lastSequence;
    await life.restart({ awayMs: 90_000 });
    const query = { filter: {}, after: last, before: Infinity, newestFirst: false, limit: 10 };
    const [{ sequence, event }] = await life.house.engine.log.find(query);
    expect(sequence).toBe(last + 1);
    expect(event).toMatchObject({ type: "monitor_started", restored: 2, awaited: 1 });
    expect(event.reason).toMatch(
      /^started after 1 min 3\d s: 2 agents are known, 1 is awaited back$/,
    );
  });

  it("a wall clock that was set back, or far ahead, alarms nobody", async () => {
    for (const awayMs of [-60 * MINUTE_MS, 60 * MINUTE_MS]) {
      const life = await Life.begin({ restartGraceMs: 0 });
      life.house
        .stream()
        .say({ agentId: "a", registration: registration("i1"), tasks: [{ taskId: "t" }] });
      await life.pass(5_000);
      const last = life.house.engine.log.lastSequence;
      await life.restart({ awayMs });
      await life.pass(20_000);
      const stream = life.house.stream().say({ agentId: "a", registration: registration("i1") });
      await life.pass(9_000);
      stream.say({});
      expect(await life.toldSince(last, "a")).toEqual(["connected"]);
    }
  });

  it("a journal that was set aside is told, and epochs begin beyond what it may have held", async () => {
    const store = new FakeStore(undefined, "heartbeat.db.corrupt-2026");
    const house = await House.on(store);
    await house.clock.advanceAsync(10);
    const stream = house.stream().say({ agentId: "a", registration: registration("i1") });
    expect(stream.sent[0].welcome?.epoch).toBeGreaterThan(1_000_000_000n);
    const query = { filter: {}, after: 0, before: 3, newestFirst: false, limit: 10 };
    const found = await house.engine.log.find(query);
    expect(found.map(({ event }) => event.type)).toEqual(["journal_set_aside", "monitor_started"]);
  });
});
