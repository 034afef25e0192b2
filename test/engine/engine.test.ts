import { describe, expect, it } from "vitest";
import { House } from "../support/house.ts";

describe("the engine", () => {
  it("tells every listener everything in order, also when one of them runs a command", () => {
    const house = new House();
    house.engine.onEvent(({ event }) => {
      if (event.type !== "registered") return;
      house.engine.run((monitor, now) => {
        const slot = monitor.find("default", "a") ?? -1;
        monitor.pause(slot, now.mono + 5_000, "", now);
      });
    });
    const heard: number[] = [];
    house.engine.onEvent(({ sequence }) => heard.push(sequence));
    house.stream().say({ agentId: "a" });
    expect(heard).toEqual([1, 2, 3]);
    expect(house.told()).toEqual(["registered", "connected", "paused"]);
  });

  it("leaves no timer behind when it stops, and ticks again when it starts", () => {
    const house = new House();
    house.engine.stop();
    expect(house.clock.pendingTimers).toBe(0);
    house.stream().say({ agentId: "a" });
    house.clock.advance(3_600_000);
    expect(house.told()).toEqual(["registered", "connected"]);
    house.engine.start();
    house.engine.start();
    expect(house.clock.pendingTimers).toBe(1);
    expect(house.told()).toContain("down");
  });

  it("measures beats a second over about ten seconds", () => {
    const house = new House();
    const stream = house.stream().say({ agentId: "a" });
    for (let tenth = 0; tenth < 600; tenth++) {
      stream.say({});
      house.clock.advance(100);
    }
    expect(house.engine.beatsPerSecond).toBeCloseTo(10, 0);
  });
});
