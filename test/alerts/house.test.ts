import { describe, expect, it } from "vitest";
import type { Channel } from "../../src/alerts/channel.ts";
import { defaultAlertPolicy, type Routing } from "../../src/alerts/routing.ts";
import { defaultProtection } from "../../src/monitor/protection.ts";
import { TestAlerts } from "../support/alerts.ts";
import { FakeStore } from "../support/fake-store.ts";
import { House, type HouseOptions } from "../support/house.ts";

/** What arrived at the one channel, over all lives of the server. */
class People implements Channel {
  readonly name = "people";
  readonly kind = "webhook";
  readonly target = "https://people.example";
  readonly told: string[] = [];

  async send({ notice, summary }: Parameters<Channel["send"]>[0]): Promise<void> {
    this.told.push(`${notice}: ${summary}`);
  }
}

const routing: Routing = {
  routeOf: () => ({ name: "all", channels: ["people"], policy: defaultAlertPolicy }),
};

async function houseOn(store: FakeStore, people: People, options: HouseOptions = {}) {
  const alerts = new TestAlerts({ routing, channels: [people] });
  const house = await House.on(store, { ...options, alerts });
  house.alerting.courier.start();
  await house.clock.advanceAsync(10);
  return house;
}

const names = (count: number) => Array.from({ length: count }, (_, n) => `w${n + 1}`);
const registration = { instanceId: "i", policy: { interval: { seconds: 10n } } };

describe("alerts of a whole server", () => {
  it("agents that do not come back after a restart are one alert, and nobody is told of the restart", async () => {
    const people = new People();
    const store = new FakeStore();
    const before = await houseOn(store, people);
    for (const agentId of names(20)) before.stream().say({ agentId, registration });
    await before.clock.advanceAsync(1_000);
    const after = await houseOn(store.reopened(), people);
    const [back] = names(20);
    const stream = after.stream().say({ agentId: back, registration });
    for (let second = 0; second < 120; second++) {
      await after.clock.advanceAsync(1_000);
      stream.say({});
    }
    expect(people.told).toEqual([
      expect.stringMatching(
        /^firing: 19 agents of default did not come back after the monitor was away: w\d+, w\d+, w\d+ and 16 more$/,
      ),
    ]);
  });

  it("a mass failure is one message: those held, and those let go who do not come back", async () => {
    const people = new People();
    const house = await houseOn(new FakeStore(), people, { protection: defaultProtection });
    const streams = names(30).map((agentId) => house.stream().say({ agentId, registration }));
    await house.clock.advanceAsync(1_000);
    for (const { session } of streams) session.closed();
    await house.clock.advanceAsync(360_000);
    expect(house.events("down")).toHaveLength(30);
    expect(people.told).toEqual([
      expect.stringMatching(
        /^firing: default: \d+ of 30 agents fell silent within .*none goes DOWN/,
      ),
    ]);
    for (const agentId of names(30)) house.stream().say({ agentId, registration });
    await house.clock.advanceAsync(1_000);
    expect(people.told[1]).toMatch(/^resolved: default: .* over after 6 min/);
    expect(people.told).toHaveLength(2);
  });

  it("a message that was decided when the server was killed is sent by the next one, once", async () => {
    const people = new People();
    const store = new FakeStore();
    const before = await houseOn(store, people);
    await before.alerting.courier.stop();
    before.stream().say({ agentId: "a", goodbye: { failed: true, reason: "crashed" } });
    await before.clock.advanceAsync(20_000);
    expect(people.told).toEqual([]);
    const after = await houseOn(store.reopened(), people);
    await after.clock.advanceAsync(60_000);
    expect(people.told).toEqual([
      "firing: a of default is DOWN: it reported its own failure: crashed",
    ]);
  });
});
