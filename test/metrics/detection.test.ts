import { describe, expect, it } from "vitest";
import { commitHistogram } from "../../src/metrics/commits.ts";
import { Metrics } from "../../src/metrics/metrics.ts";
import { TimedStore } from "../../src/metrics/timed-store.ts";
import { defaultProtection } from "../../src/monitor/protection.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeStore } from "../support/fake-store.ts";
import { House, type HouseOptions } from "../support/house.ts";

const policy = {
  interval: { seconds: 10n },
  grace: { seconds: 1n },
  maxMissedBeats: 3,
  timeoutMultiplier: 10,
};

function bench(options: HouseOptions = {}) {
  const house = new House(options);
  const metrics = new Metrics(house.parts, commitHistogram());
  const value = async (series: string): Promise<number> => {
    const lines = String(await metrics.scrape({ eachAgent: false })).split("\n");
    const line = lines.find((text) => text.startsWith(`${series} `));
    if (line === undefined) throw new Error(`${series} is not there`);
    return Number(line.slice(series.length));
  };
  const delay = async () => ({
    count: await value("heartbeat_detection_delay_seconds_count"),
    sum: await value("heartbeat_detection_delay_seconds_sum"),
  });
  const join = (agentId: string, more: object = {}) =>
    house.stream().say({ agentId, registration: { policy: { ...policy, ...more } } });
  return { house, value, delay, join };
}

describe("the detection delay", () => {
  it("counts from the third missed beat by silence, a tick at most", async () => {
    const { house, delay, value, join } = bench();
    join("silent");
    house.clock.advance(30_990);
    expect(await delay()).toEqual({ count: 0, sum: 0 });
    house.clock.advance(30);
    expect(await value('heartbeat_agents{state="down"}')).toBe(1);
    expect((await delay()).count).toBe(1);
    expect((await delay()).sum).toBeLessThanOrEqual(0.01);
    expect(await value("heartbeat_silence_at_down_seconds_sum")).toBeCloseTo(31, 1);
    expect(await value("heartbeat_missed_beats_total")).toBe(3);
  });

  it("counts from the timeout where that comes first", async () => {
    const { house, delay, join } = bench();
    join("silent", { timeoutMultiplier: 1.5 });
    house.clock.advance(15_020);
    expect((await delay()).count).toBe(1);
    expect((await delay()).sum).toBeLessThanOrEqual(0.01);
  });

  it("counts from the drop where one missed beat is enough, and from the drop grace", async () => {
    const { house, delay, join } = bench();
    const once = join("once", { maxMissedBeats: 1 });
    const graceful = join("graceful", { dropGrace: { seconds: 2n } });
    house.clock.advance(5_000);
    once.session.closed();
    graceful.session.closed();
    house.clock.advance(2_020);
    expect((await delay()).count).toBe(2);
    expect((await delay()).sum).toBeLessThanOrEqual(0.02);
  });

  it("counts a drop as one of the missed beats", async () => {
    const { house, delay, join } = bench();
    const dropped = join("dropped");
    house.clock.advance(5_000);
    dropped.session.closed();
    house.clock.advance(16_020);
    expect((await delay()).count).toBe(1);
    expect((await delay()).sum).toBeLessThanOrEqual(0.01);
  });

  it("is nothing that a Goodbye or the end of a pause has", async () => {
    const { house, delay, value, join } = bench();
    join("failed").say({ goodbye: { failed: true, reason: "boom" } });
    join("paused");
    const slot = house.engine.monitor.find("default", "paused") as number;
    house.engine.run((monitor, now) => monitor.pause(slot, now.mono + 20_000, "", now));
    house.clock.advance(20_000);
    house.clock.advance(60_000);
    expect(await value('heartbeat_agents{state="down"}')).toBe(2);
    expect((await delay()).count).toBe(0);
    expect(await value("heartbeat_silence_at_down_seconds_count")).toBe(2);
  });

  it("leaves out whom protection held, and counts again afterwards", async () => {
    const { house, delay, value, join } = bench({ protection: defaultProtection });
    for (let at = 0; at < 20; at++) join(`agent-${at}`);
    house.clock.advance(60_000);
    expect(await value("heartbeat_protection_active")).toBe(1);
    expect(await value("heartbeat_agents_held")).toBe(20);
    house.clock.advance(10 * 60_000);
    expect(await value('heartbeat_agents{state="down"}')).toBe(20);
    expect((await delay()).count).toBe(0);
    expect(await value("heartbeat_protections_total")).toBe(1);
    join("later");
    house.clock.advance(60_000);
    expect((await delay()).count).toBe(1);
  });
});

describe("what is counted", () => {
  it("is events by type, from zero on, and sums as GetStatus has them", async () => {
    const { value, join } = bench();
    expect(await value('heartbeat_events_total{type="connected"}')).toBe(0);
    const stream = join("a").say({ tasks: [{ taskId: "t" }] });
    expect(await value('heartbeat_events_total{type="connected"}')).toBe(1);
    expect(await value("heartbeat_open_streams")).toBe(1);
    expect(await value("heartbeat_beats_total")).toBe(2);
    expect(await value('heartbeat_tasks{state="running"}')).toBe(1);
    stream.session.closed();
    expect(await value("heartbeat_drops_total")).toBe(1);
    expect(await value("heartbeat_beats_total")).toBe(2);
    expect(await value('heartbeat_agents{state="suspect"}')).toBe(1);
  });

  it("is how long each commit took, failed ones too", async () => {
    const clock = new FakeClock();
    const store = new FakeStore();
    const took: number[] = [];
    const timed = new TimedStore(store, clock, (ms) => void took.push(ms));
    const house = await House.on(timed, { clock });
    await clock.advanceAsync(100);
    took.length = 0;
    store.stop();
    house.stream().say({ agentId: "a" });
    await clock.advanceAsync(700);
    expect(took).toEqual([]);
    store.fail("disk full");
    store.go();
    await clock.advanceAsync(1);
    expect(took).toEqual([700]);
    expect(house.engine.log.health.name).toBe("failing");
  });
});
