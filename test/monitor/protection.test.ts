import { beforeEach, describe, expect, it } from "vitest";
import { Monitor } from "../../src/monitor/monitor.ts";
import { defaultProtection, type ProtectionPolicy } from "../../src/monitor/protection.ts";
import { Bench } from "./harness.ts";

/** SUSPECT after 1.25 s of silence or at once by a drop; DOWN after 3.25 s, or 2.25 s with a drop. */
const policy = { intervalMs: 1_000, maxMissedBeats: 3, timeoutMultiplier: 10, graceMs: 250 };

function benchWith(protection: Partial<ProtectionPolicy> = {}): Bench {
  return new Bench({ protection: { ...defaultProtection, ...protection } });
}

/** Agents that are alive at this moment. */
function fleet(bench: Bench, count: number, organizationId = "default"): number[] {
  const ids = Array.from({ length: count }, (_, n) => `${organizationId}-${n}`);
  return ids.map((id) => bench.attach(id, { organizationId, policy }).slot);
}

function drop(bench: Bench, slots: readonly number[]): void {
  for (const slot of slots) bench.drop(slot);
}

function beat(bench: Bench, slots: readonly number[]): void {
  for (const slot of slots) bench.beat(slot);
}

/** Lets time pass while these agents beat. */
function passBeating(bench: Bench, slots: readonly number[], ms: number): void {
  for (let passed = 0; passed < ms; passed += 500) {
    beat(bench, slots);
    bench.pass(Math.min(500, ms - passed));
  }
}

function count(bench: Bench, type: string): number {
  return bench.events.filter((event) => event.type === type).length;
}

function statesOf(bench: Bench, slots: readonly number[]): string[] {
  const states = slots.map((slot) => {
    const { state, held } = bench.view(slot);
    return held ? `${state}, held` : state;
  });
  return [...new Set(states)].sort();
}

describe("a hold begins", () => {
  const cases = [
    { alive: 20, dropped: 10, begins: true, why: "ten agents and half of them" },
    { alive: 19, dropped: 9, begins: false, why: "nine agents are too few" },
    { alive: 9, dropped: 9, begins: false, why: "nine agents are too few, although all" },
    { alive: 10, dropped: 10, begins: true, why: "ten are enough when they are all" },
    { alive: 25, dropped: 12, begins: false, why: "half but one is too small a share" },
    { alive: 25, dropped: 13, begins: true, why: "half rounded up is enough" },
  ];
  for (const { alive, dropped, begins, why } of cases) {
    it(`${begins ? "" : "not "}when ${dropped} of ${alive} drop: ${why}`, () => {
      const bench = benchWith();
      const slots = fleet(bench, alive);
      drop(bench, slots.slice(0, dropped));
      expect(count(bench, "protection_started")).toBe(begins ? 1 : 0);
      expect(bench.monitor.protection?.isActive("default")).toBe(begins);
      if (!begins) return;
      expect(bench.last("protection_started")).toMatchObject({
        organizationId: "default",
        suspects: dropped,
        watched: alive,
        reason: `${dropped} of ${alive} agents fell silent within 10 s: likely not their fault, so none goes DOWN for now`,
      });
    });
  }

  it("after the suspicion that made it, and counts exactly at a share that binary cannot write", () => {
    const bench = benchWith({ share: 0.14 });
    expect(0.14 * 100).toBeGreaterThan(14);
    const slots = fleet(bench, 100);
    drop(bench, slots.slice(0, 13));
    expect(count(bench, "protection_started")).toBe(0);
    bench.types();
    bench.drop(slots[13]);
    expect(bench.types()).toEqual(["dropped", "suspected", "protection_started"]);
  });

  it("by silence as by drops", () => {
    const bench = benchWith();
    const slots = fleet(bench, 12);
    bench.pass(4_000);
    expect(statesOf(bench, slots)).toEqual(["suspect, held"]);
    expect(bench.monitor.protection?.heldCount("default")).toBe(12);
  });

  it("not when they fall silent one after the other, outside the window", () => {
    const bench = benchWith();
    const slots = fleet(bench, 20);
    for (let gone = 1; gone <= 20; gone++) {
      drop(bench, slots.slice(gone - 1, gone));
      passBeating(bench, slots.slice(gone), 1_500);
    }
    expect(count(bench, "protection_started")).toBe(0);
    expect(count(bench, "down")).toBeGreaterThan(17);
  });

  it("at the very end of the window, and not after it", () => {
    for (const [ms, begins] of [
      [10_000, 1],
      [10_010, 0],
    ]) {
      const bench = benchWith();
      const slots = fleet(bench, 20);
      drop(bench, slots.slice(0, 5));
      passBeating(bench, slots.slice(5), ms);
      drop(bench, slots.slice(5, 10));
      expect(count(bench, "protection_started")).toBe(begins);
    }
  });

  it("within two intervals where these are longer than the window, ten minutes at most", () => {
    for (const [intervalMs, ms, begins] of [
      [30_000, 60_000, 1],
      [30_000, 60_010, 0],
      [3_600_000, 600_000, 1],
      [3_600_000, 600_010, 0],
    ]) {
      const bench = benchWith();
      const rare = { intervalMs, maxMissedBeats: 100, timeoutMultiplier: 100, graceMs: 250 };
      const slots = fleet(bench, 15);
      const slow = Array.from({ length: 5 }, (_, n) => bench.attach(`slow-${n}`, { policy: rare }));
      const slowSlots = slow.map(({ slot }) => slot);
      drop(bench, slowSlots);
      passBeating(bench, slots, ms);
      drop(bench, slots.slice(0, 5));
      expect(count(bench, "protection_started")).toBe(begins);
    }
  });

  it("within the window again once those who beat rarely are back", () => {
    const bench = benchWith();
    const slots = fleet(bench, 19);
    const rare = { ...policy, intervalMs: 60_000 };
    const { slot } = bench.attach("rare", { policy: rare });
    bench.drop(slot);
    drop(bench, slots.slice(0, 5));
    bench.attach("rare", { policy: rare });
    passBeating(bench, slots.slice(5), 20_000);
    drop(bench, slots.slice(5, 10));
    expect(count(bench, "protection_started")).toBe(0);
  });

  it("at a share of those who are watched, which paused ones are not", () => {
    const bench = benchWith();
    const slots = fleet(bench, 25);
    for (const slot of slots.slice(20)) bench.monitor.pause(slot, 60_000, "", bench.now);
    drop(bench, slots.slice(0, 10));
    expect(bench.last("protection_started")).toMatchObject({ suspects: 10, watched: 20 });
  });

  it("without those who came back, left, were paused or removed meanwhile", () => {
    const bench = benchWith({ share: 0.1 });
    const slots = fleet(bench, 30);
    drop(bench, slots.slice(0, 9));
    beat(bench, slots.slice(0, 1));
    bench.monitor.unregister(slots[1], "", bench.now);
    bench.monitor.pause(slots[2], 60_000, "", bench.now);
    bench.monitor.remove(slots[3], "", bench.now);
    drop(bench, slots.slice(9, 13));
    expect(count(bench, "protection_started")).toBe(0);
    bench.drop(slots[13]);
    expect(bench.last("protection_started")).toMatchObject({ suspects: 10, watched: 27 });
  });

  it("with those who are DOWN already: whose one missed beat is enough go DOWN before it", () => {
    const bench = benchWith();
    const slots = Array.from(
      { length: 12 },
      (_, n) => bench.attach(`a-${n}`, { policy: { ...policy, maxMissedBeats: 1 } }).slot,
    );
    drop(bench, slots);
    expect(statesOf(bench, slots.slice(0, 9))).toEqual(["down"]);
    expect(statesOf(bench, slots.slice(9))).toEqual(["suspect, held"]);
  });

  it("with those whose timeout is over before they have missed a beat: they are suspected first", () => {
    const bench = benchWith();
    const hasty = { ...policy, timeoutMultiplier: 1.2, graceMs: 900 };
    const slots = Array.from(
      { length: 12 },
      (_, n) => bench.attach(`a-${n}`, { policy: hasty }).slot,
    );
    bench.pass(1_200);
    expect(count(bench, "protection_started")).toBe(1);
    expect(count(bench, "down")).toBe(9);
    expect(slots.filter((slot) => bench.view(slot).held)).toHaveLength(3);
  });

  it("without agents that were never alive, which are held all the same", () => {
    const bench = benchWith();
    const slots = fleet(bench, 10);
    const nothing = { agentType: "", labels: {}, policy };
    for (let n = 0; n < 30; n++) bench.monitor.register("default", `new-${n}`, nothing, bench.now);
    passBeating(bench, slots, 3_000);
    expect(count(bench, "suspected")).toBe(30);
    expect(count(bench, "protection_started")).toBe(0);
    drop(bench, slots);
    expect(bench.last("protection_started")).toMatchObject({ suspects: 10, watched: 10 });
    bench.pass(3_000);
    expect(bench.monitor.protection?.heldCount(undefined)).toBe(40);
    expect(count(bench, "down")).toBe(0);
  });

  it("for one organization and not for another", () => {
    const bench = benchWith();
    const ours = fleet(bench, 12, "ours");
    const theirs = fleet(bench, 30, "theirs");
    drop(bench, ours);
    drop(bench, theirs.slice(0, 12));
    passBeating(bench, theirs.slice(12), 3_000);
    expect(statesOf(bench, ours)).toEqual(["suspect, held"]);
    expect(statesOf(bench, theirs.slice(0, 12))).toEqual(["down"]);
    const { protection } = bench.monitor;
    expect(protection?.isActive("ours")).toBe(true);
    expect(protection?.isActive("theirs")).toBe(false);
    expect(protection?.isActive("nobody's")).toBe(false);
    expect(protection?.isActive(undefined)).toBe(true);
    expect(protection?.heldCount("theirs")).toBe(0);
    expect(protection?.heldCount(undefined)).toBe(12);
    expect(protection?.startedTotal).toBe(1);
  });
});

describe("while DOWN is held", () => {
  let bench: Bench;
  let slots: number[];

  beforeEach(() => {
    bench = benchWith();
    slots = fleet(bench, 12);
    drop(bench, slots);
    bench.pass(3_000);
    bench.types();
  });

  it("an agent that beats recovers as always", () => {
    expect(bench.view(slots[0])).toMatchObject({ state: "suspect", held: true, missedBeats: 3 });
    bench.beat(slots[0]);
    expect(bench.types()).toEqual(["recovered"]);
    expect(bench.view(slots[0])).toMatchObject({ state: "alive", held: false, missedBeats: 0 });
    bench.pass(4_000);
    expect(bench.types()).toEqual(["suspected", "missed", "missed"]);
    expect(bench.view(slots[0]).held).toBe(true);
  });

  it("another life is not held", () => {
    bench.attach("default-0", { instanceId: "next", policy });
    expect(bench.view(slots[0])).toMatchObject({ state: "alive", held: false, epoch: 2 });
  });

  it("what agents and operators say passes", () => {
    const { monitor, now } = bench;
    monitor.leave(slots[0], { failed: true, reason: "", expectedBackInMs: undefined }, now);
    monitor.leave(slots[1], { failed: false, reason: "", expectedBackInMs: undefined }, now);
    monitor.unregister(slots[2], "", now);
    monitor.pause(slots[3], now.mono + 1_000, "", now);
    monitor.remove(slots[4], "", now);
    expect(bench.types()).toEqual(["down", "left", "left", "paused", "removed"]);
    expect(statesOf(bench, slots.slice(0, 4))).toEqual(["down", "left", "suspect"]);
    expect(monitor.protection?.heldCount("default")).toBe(7);
    bench.pass(1_000);
    expect(bench.view(slots[3]).state).toBe("alive");
  });

  it("a drop is told, and changes nothing", () => {
    bench.attach("default-0", { policy });
    bench.pass(10_000);
    bench.types();
    bench.drop(slots[0]);
    expect(bench.types()).toEqual(["dropped"]);
    expect(bench.view(slots[0])).toMatchObject({ state: "suspect", held: true, connected: false });
  });

  it("a policy with more patience takes an agent out of the hold", () => {
    bench.monitor.updatePolicy(slots[0], { maxMissedBeats: 8 }, bench.now);
    expect(bench.view(slots[0])).toMatchObject({ state: "suspect", held: false });
    bench.pass(5_000);
    expect(bench.view(slots[0])).toMatchObject({ state: "suspect", held: true, missedBeats: 8 });
  });

  it("a slot that is used again is not held, and not counted for the one before", () => {
    bench.monitor.remove(slots[0], "", bench.now);
    const { slot } = bench.attach("successor", { policy });
    expect(slot).toBe(slots[0]);
    expect(bench.view(slot)).toMatchObject({ state: "alive", held: false });
    expect(bench.monitor.protection?.heldCount("default")).toBe(11);
  });
});

describe("a hold ends", () => {
  it("when most have been back for a window, and the rest go DOWN", () => {
    const bench = benchWith();
    const slots = fleet(bench, 20);
    drop(bench, slots);
    bench.pass(5_000);
    const back = slots.slice(0, 16);
    passBeating(bench, back, 9_990);
    expect(count(bench, "protection_ended")).toBe(0);
    bench.pass(10);
    expect(bench.last("protection_ended")).toMatchObject({
      heldMs: 15_000,
      stillHeld: 4,
      reason: "most agents are back; 4 that are not back go DOWN now, at 100 a second",
    });
    expect(bench.monitor.protection?.isActive("default")).toBe(false);
    bench.pass(100);
    expect(statesOf(bench, slots.slice(16))).toEqual(["down"]);
    expect(bench.last("down").reason).toMatch(
      /^missed 3 beats, the first by its dropped stream; last heard from 15 s ago; DOWN was held for 12.7 s while many were silent$/,
    );
  });

  it("not while a quarter is missing: half the share that began it", () => {
    const bench = benchWith();
    const slots = fleet(bench, 20);
    drop(bench, slots);
    passBeating(bench, slots.slice(0, 15), 60_000);
    expect(count(bench, "protection_ended")).toBe(0);
    passBeating(bench, slots.slice(0, 16), 10_000);
    expect(bench.last("protection_ended")).toMatchObject({ heldMs: 70_000, stillHeld: 4 });
  });

  it("after its bound, when nobody comes back", () => {
    const bench = benchWith();
    const slots = fleet(bench, 20);
    drop(bench, slots);
    bench.pass(299_990);
    expect(count(bench, "down")).toBe(0);
    expect(count(bench, "protection_ended")).toBe(0);
    bench.pass(10);
    expect(bench.last("protection_ended")).toMatchObject({
      heldMs: 300_000,
      stillHeld: 20,
      reason:
        "DOWN was held for 5 min, its bound; 20 that are not back go DOWN now, at 100 a second",
    });
    bench.pass(200);
    expect(statesOf(bench, slots)).toEqual(["down"]);
  });

  it("when there is nobody left to hold", () => {
    const bench = benchWith();
    const slots = fleet(bench, 12);
    drop(bench, slots);
    for (const slot of slots) bench.monitor.unregister(slot, "", bench.now);
    bench.pass(10_000);
    expect(bench.last("protection_ended")).toMatchObject({ stillHeld: 0, heldMs: 10_000 });
    expect(bench.last("protection_ended").reason).toBe("most agents are back");
  });

  it("once for a fleet that flaps: not between two falls within a window", () => {
    const bench = benchWith();
    const slots = fleet(bench, 20);
    for (let second = 0; second < 240; second += 8) {
      drop(bench, slots);
      bench.pass(3_000);
      for (const id of slots.keys()) bench.attach(`default-${id}`, { policy });
      passBeating(bench, slots, 5_000);
    }
    expect(count(bench, "protection_started")).toBe(1);
    expect(count(bench, "protection_ended")).toBe(0);
    passBeating(bench, slots, 10_000);
    expect(count(bench, "protection_ended")).toBe(1);
    expect(count(bench, "down")).toBe(0);
  });

  it("for good, although the window is longer than the hold: the same agents begin no other", () => {
    const bench = benchWith({ holdMs: 2_500 });
    const slots = fleet(bench, 20);
    drop(bench, slots);
    bench.pass(3_000);
    expect(statesOf(bench, slots)).toEqual(["down"]);
    expect(count(bench, "protection_started")).toBe(1);
    const late = bench.attach("late", { policy }).slot;
    bench.drop(late);
    expect(count(bench, "protection_started")).toBe(1);
  });

  it("and another can begin", () => {
    const bench = benchWith();
    const slots = fleet(bench, 20);
    for (let round = 1; round <= 3; round++) {
      drop(bench, slots);
      bench.pass(3_000);
      for (const id of slots.keys()) bench.attach(`default-${id}`, { policy });
      passBeating(bench, slots, 10_500);
      expect(count(bench, "protection_started")).toBe(round);
      expect(count(bench, "protection_ended")).toBe(round);
    }
    expect(bench.monitor.protection?.startedTotal).toBe(3);
  });
});

describe("after a hold", () => {
  let bench: Bench;
  let slots: number[];

  beforeEach(() => {
    bench = benchWith({ holdMs: 30_000, releasePerSecond: 10 });
    slots = fleet(bench, 20);
    // Their verdicts come 100 ms apart, in the opposite order of their slots.
    for (const slot of slots.toReversed()) {
      bench.drop(slot);
      bench.beat(slot);
      bench.drop(slot);
      bench.pass(100);
    }
    bench.pass(bench.last("protection_started").at.mono + 30_000 - bench.now.mono);
    expect(bench.last("protection_ended").stillHeld).toBe(20);
    bench.types();
  });

  it("agents go DOWN at the rate, in the order in which they were held", () => {
    const { at } = bench.last("protection_ended");
    bench.pass(1_990);
    expect(bench.types()).toHaveLength(19);
    bench.pass(10);
    const downs = bench.events.filter((event) => event.type === "down");
    expect(downs.map(({ agentId }) => agentId)).toEqual(
      slots.map((_, n) => `default-${n}`).toReversed(),
    );
    expect(downs.map((event) => event.at.mono - at.mono)).toEqual(
      slots.map((_, n) => 100 * (n + 1)),
    );
    bench.pass(60_000);
    expect(bench.types().filter((type) => type !== "down")).toEqual([]);
  });

  it("an agent that beats before its turn recovers, and the next one takes its turn", () => {
    bench.pass(100);
    beat(bench, [slots[18], slots[10]]);
    bench.pass(100);
    expect(bench.types()).toEqual(["down", "recovered", "recovered", "down"]);
    expect(bench.last("down").agentId).toBe("default-17");
  });

  it("a verdict that comes meanwhile queues behind", () => {
    const { slot } = bench.attach("late", { policy: { ...policy, maxMissedBeats: 1 } });
    bench.drop(slot);
    expect(bench.view(slot)).toMatchObject({ state: "suspect", held: true });
    expect(bench.monitor.protection?.isActive("default")).toBe(false);
    bench.pass(2_000);
    expect(bench.view(slot).held).toBe(true);
    bench.pass(100);
    expect(bench.view(slot).state).toBe("down");
  });

  it("no new hold begins before the last is released; what fell silent meanwhile makes one then", () => {
    const others = Array.from(
      { length: 30 },
      (_, n) => bench.attach(`other-${n}`, { policy }).slot,
    );
    drop(bench, others);
    bench.types();
    bench.pass(1_990);
    expect(bench.types().filter((type) => type !== "missed")).toEqual(Array(19).fill("down"));
    bench.pass(10);
    expect(bench.types()).toEqual(["down", "protection_started"]);
    expect(bench.last("protection_started")).toMatchObject({ suspects: 30, watched: 30 });
    bench.pass(10_000);
    expect(statesOf(bench, others)).toEqual(["suspect, held"]);
  });
});

it("nothing is held when protection is off", () => {
  const bench = new Bench();
  const slots = fleet(bench, 30);
  drop(bench, slots);
  bench.pass(3_000);
  expect(statesOf(bench, slots)).toEqual(["down"]);
  expect(bench.monitor.protection).toBeUndefined();
});

it("100,000 agents that turn SUSPECT in one tick cost no more for each than a few do", () => {
  const cpuMs = (agents: number): number => {
    const monitor = new Monitor({ mono: 0, wall: 0 }, { protection: defaultProtection });
    const declaration = { agentType: "", labels: {}, policy };
    const hello = { organizationId: "o", instanceId: "", epoch: 0, declaration, client: undefined };
    for (let n = 0; n < agents; n++) {
      monitor.attach({ ...hello, agentId: `${n}`, stream: true }, { mono: 0, wall: 0 });
    }
    const begin = process.cpuUsage();
    monitor.advance({ mono: 1_300, wall: 0 });
    expect(monitor.population("suspect")).toBe(agents);
    monitor.advance({ mono: 4_000, wall: 0 });
    expect(monitor.protection?.heldCount("o")).toBe(agents);
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000;
  };
  cpuMs(10_000);
  const [few, many] = [cpuMs(10_000), cpuMs(100_000)];
  // Ten times as many cost about ten times as much; a hundred times if it were quadratic.
  expect(many).toBeLessThan(40 * Math.max(few, 10));
});
