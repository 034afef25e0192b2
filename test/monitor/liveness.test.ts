import { beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./harness.ts";

const policy = { intervalMs: 1_000, maxMissedBeats: 3, timeoutMultiplier: 10, graceMs: 250 };

describe("an agent", () => {
  let bench: Bench;
  let slot: number;

  beforeEach(() => {
    bench = new Bench();
    slot = bench.attach("a", { policy }).slot;
    bench.types();
  });

  it("is registered and connected by its first message", () => {
    expect(bench.events.map((event) => event.type)).toEqual(["registered", "connected"]);
    expect(bench.view(slot)).toMatchObject({ state: "alive", connected: true, epoch: 1 });
  });

  it("stays alive for as long as it beats", () => {
    for (let beat = 0; beat < 1_000; beat++) {
      bench.pass(1_240);
      bench.beat(slot);
    }
    expect(bench.types()).toEqual([]);
    expect(bench.view(slot)).toMatchObject({ state: "alive", beatsReceived: 1_001 });
  });

  it("is suspected at the first missed beat, told of each further one, and down at the last", () => {
    bench.pass(1_240);
    expect(bench.types()).toEqual([]);
    bench.pass(10);
    expect(bench.types()).toEqual(["suspected"]);
    bench.pass(1_000);
    expect(bench.types()).toEqual(["missed"]);
    bench.pass(1_000);
    expect(bench.types()).toEqual(["missed", "down"]);
    expect(bench.last("down")).toMatchObject({ from: "suspect", missedBeats: 3, silenceMs: 3_250 });
    expect(bench.last("down").reason).toBe("missed 3 beats; last heard from 3.2 s ago");
    bench.pass(60_000);
    expect(bench.types()).toEqual([]);
  });

  it("is down at interval x multiplier although it has missed fewer beats", () => {
    const { slot } = bench.attach("b", {
      policy: { ...policy, timeoutMultiplier: 2, maxMissedBeats: 10 },
    });
    bench.types();
    bench.monitor.beat(slot, bench.now);
    bench.pass(1_990);
    expect(bench.view(slot).state).toBe("suspect");
    bench.pass(10);
    expect(bench.view(slot)).toMatchObject({ state: "down", missedBeats: 1 });
    expect(bench.last("down").reason).toBe("silent for 2 s; a beat is due every 1 s");
  });

  it("recovers with a beat, and the next silence is a new episode", () => {
    bench.pass(1_300);
    bench.beat(slot);
    expect(bench.types()).toEqual(["suspected", "recovered"]);
    bench.pass(1_300);
    expect(bench.types()).toEqual(["suspected"]);
    bench.pass(2_000);
    bench.types();
    bench.beat(slot);
    expect(bench.types()).toEqual(["recovered"]);
    expect(bench.last("recovered")).toMatchObject({ from: "down", to: "alive" });
  });

  it("misses one beat at once when its stream drops, and comes back in time", () => {
    bench.pass(500);
    bench.drop(slot);
    expect(bench.types()).toEqual(["dropped", "suspected"]);
    expect(bench.last("dropped").missedBeats).toBe(1);
    expect(bench.view(slot)).toMatchObject({ state: "suspect", connected: false, missedBeats: 1 });
    bench.pass(100);
    const again = bench.attach("a", { policy });
    expect(again).toMatchObject({ slot, epoch: 1, resumed: true });
    expect(bench.types()).toEqual(["connected", "recovered"]);
    expect(bench.view(slot)).toMatchObject({ state: "alive", missedBeats: 0, reconnects: 1 });
    bench.pass(1_240);
    expect(bench.types()).toEqual([]);
  });

  it("counts the drop as one missed beat beside those of its silence", () => {
    bench.drop(slot);
    bench.types();
    bench.pass(1_250);
    expect(bench.types()).toEqual(["missed"]);
    bench.pass(1_000);
    expect(bench.types()).toEqual(["missed", "down"]);
    expect(bench.last("down").reason).toContain("missed 3 beats, the first by its dropped stream");
  });

  it("is down at once by a drop when one missed beat is enough", () => {
    const { slot } = bench.attach("b", { policy: { ...policy, maxMissedBeats: 1 } });
    bench.types();
    bench.drop(slot);
    expect(bench.types()).toEqual(["dropped", "suspected", "down"]);
  });

  it("is down when the drop grace is over, and not before", () => {
    const { slot } = bench.attach("b", { policy: { ...policy, dropGraceMs: 300 } });
    bench.drop(slot);
    bench.pass(290);
    expect(bench.view(slot).state).toBe("suspect");
    bench.pass(10);
    expect(bench.last("down").reason).toMatch(/not back 300 ms after its stream was dropped/);
  });

  it("with a drop grace of 0 is down at once", () => {
    const { slot } = bench.attach("b", { policy: { ...policy, dropGraceMs: 0 } });
    bench.types();
    bench.drop(slot);
    expect(bench.types()).toEqual(["dropped", "suspected", "down"]);
  });

  it("that was down already is told as dropped once its stream ends, and stays down", () => {
    bench.pass(5_000);
    bench.types();
    bench.drop(slot);
    expect(bench.types()).toEqual(["dropped"]);
    expect(bench.view(slot)).toMatchObject({ state: "down", connected: false });
  });

  it("leaves by a Goodbye, and nothing more is said of it until it is forgotten", () => {
    bench.monitor.leave(
      slot,
      { reason: "done", failed: false, expectedBackInMs: undefined },
      bench.now,
    );
    bench.drop(slot);
    expect(bench.types()).toEqual(["left"]);
    bench.leap(86_400_000 - 10);
    expect(bench.types()).toEqual([]);
    bench.leap(10);
    expect(bench.types()).toEqual(["removed"]);
    expect(bench.monitor.find("default", "a")).toBeUndefined();
  });

  it("that tells its own failure is down at once, with the reason", () => {
    bench.monitor.detach(slot);
    bench.monitor.leave(
      slot,
      { reason: "exited with code 3", failed: true, expectedBackInMs: undefined },
      bench.now,
    );
    expect(bench.types()).toEqual(["down"]);
    expect(bench.last("down").reason).toBe("it reported its own failure: exited with code 3");
  });

  it("that a late tick finds gone for long is told each missed beat once, then down", () => {
    bench.leap(3_600_000);
    expect(bench.types()).toEqual(["suspected", "missed", "missed", "down"]);
  });

  it("is not forgotten while its stream is open, however long it is down", () => {
    bench.leap(10_000);
    bench.leap(10 * 86_400_000);
    expect(bench.monitor.find("default", "a")).toBe(slot);
    bench.drop(slot);
    bench.leap(2 * 86_400_000);
    expect(bench.monitor.find("default", "a")).toBeUndefined();
  });

  it("keeps its last vitals for the report of its death", () => {
    const vitals = { cpu: 0.5, rssBytes: 1_000n, loopLagMs: 3, custom: { queue: 7 } };
    bench.monitor.setVitals(slot, vitals);
    bench.pass(10_000);
    expect(bench.last("down").lastVitals).toEqual(vitals);
  });

  it("measures the jitter of its arrivals", () => {
    for (let beat = 0; beat < 200; beat++) {
      bench.pass(beat % 2 === 0 ? 900 : 1_100);
      bench.beat(slot);
    }
    expect(bench.view(slot).jitterMs).toBeCloseTo(200, -1);
  });
});

describe("an expected agent", () => {
  const declaration = { agentType: "cron", labels: {}, policy };

  it("goes down like the others when no beat comes", () => {
    const bench = new Bench();
    const slot = bench.monitor.register("default", "e", declaration, bench.now);
    expect(bench.types()).toEqual(["registered"]);
    expect(bench.view(slot)).toMatchObject({ state: "expected", lastBeatAt: undefined });
    bench.pass(10_000);
    expect(bench.types()).toEqual(["suspected", "missed", "missed", "down"]);
    expect(bench.last("suspected").from).toBe("expected");
  });

  it("is alive with its first beat", () => {
    const bench = new Bench();
    bench.monitor.register("default", "e", declaration, bench.now);
    bench.types();
    bench.pass(500);
    bench.attach("e", { stream: false });
    expect(bench.types()).toEqual(["connected"]);
    expect(bench.last("connected").transition).toEqual({ from: "expected", to: "alive" });
  });

  it("keeps the policy that its operator set, whatever it declares itself", () => {
    const bench = new Bench();
    const slot = bench.monitor.register("default", "e", declaration, bench.now);
    bench.attach("e", { policy: { intervalMs: 60_000 } });
    expect(bench.view(slot).policy.intervalMs).toBe(1_000);
  });
});

describe("an agent that an operator registers although it is known", () => {
  const declared = (policy: object, labels = {}) => ({ agentType: "", labels, policy });

  it("gets the policy over the one in force, is told, and is judged by it", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy });
    bench.types();
    bench.monitor.register("default", "a", declared({ intervalMs: 2_000 }), bench.now);
    expect(bench.types()).toEqual(["policy_updated"]);
    expect(bench.view(slot).policy).toMatchObject({ intervalMs: 2_000, timeoutMultiplier: 10 });
  });

  it("keeps its policy when only labels are renewed, and watchers hear of it", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy });
    bench.types();
    bench.monitor.register("default", "a", declared({}, { team: "x" }), bench.now);
    expect(bench.types()).toEqual(["registered"]);
    expect(bench.view(slot)).toMatchObject({ labels: { team: "x" }, policy });
    bench.monitor.register("default", "a", declared({}, { team: "x" }), bench.now);
    expect(bench.types()).toEqual([]);
  });

  it("and that had left is expected again", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy });
    bench.monitor.unregister(slot, "", bench.now);
    bench.types();
    bench.monitor.register("default", "a", declared({}), bench.now);
    expect(bench.types()).toEqual(["registered"]);
    expect(bench.last("registered").transition).toEqual({ from: "left", to: "expected" });
    bench.pass(1_250);
    expect(bench.types()).toEqual(["suspected"]);
  });
});

describe("an agent whose retention is over, and whom no tick has come for yet", () => {
  it("may still be given a policy, and is forgotten once", () => {
    const bench = new Bench({ retentionMs: 1_000 });
    const { slot } = bench.attach("a", { policy });
    bench.monitor.unregister(slot, "", bench.now);
    const late = { mono: bench.now.mono + 1_005, wall: bench.now.wall + 1_005 };
    bench.monitor.updatePolicy(slot, { intervalMs: 5_000 }, late);
    bench.leap(5_000);
    bench.leap(5_000);
    expect(bench.types().filter((type) => type === "removed")).toHaveLength(1);
    expect(bench.monitor.population("left")).toBe(0);
    expect([bench.attach("b").slot, bench.attach("c").slot]).toEqual([slot, slot + 1]);
  });
});

describe("an outage", () => {
  it("is no part of an agent's jitter", () => {
    const bench = new Bench();
    bench.monitor.register("default", "a", { agentType: "", labels: {}, policy }, bench.now);
    bench.pass(3_600_000);
    const { slot } = bench.attach("a", { policy });
    for (let beat = 0; beat < 20; beat++) {
      bench.pass(beat === 10 ? 60_000 : 1_000);
      bench.beat(slot);
    }
    expect(bench.view(slot).jitterMs).toBe(0);
  });
});

describe("a pause", () => {
  let bench: Bench;
  let slot: number;

  beforeEach(() => {
    bench = new Bench();
    slot = bench.attach("a", { policy }).slot;
    bench.types();
  });

  it("lets no deadline run and ends by itself, after which the silence starts anew", () => {
    bench.monitor.pause(slot, bench.now.mono + 60_000, "upgrade", bench.now);
    bench.pass(59_990);
    expect(bench.types()).toEqual(["paused"]);
    bench.pass(10);
    expect(bench.types()).toEqual(["resumed"]);
    bench.pass(1_240);
    expect(bench.types()).toEqual([]);
    bench.pass(10);
    expect(bench.types()).toEqual(["suspected"]);
  });

  it("ignores a drop", () => {
    bench.monitor.pause(slot, bench.now.mono + 60_000, "", bench.now);
    bench.types();
    bench.drop(slot);
    expect(bench.types()).toEqual([]);
    expect(bench.view(slot)).toMatchObject({ connected: false, missedBeats: 0 });
  });

  it("that is resumed clears the suspicion", () => {
    bench.pass(1_300);
    bench.monitor.pause(slot, bench.now.mono + 60_000, "", bench.now);
    bench.pass(5_000);
    bench.types();
    expect(bench.monitor.resume(slot, bench.now)).toBe(true);
    expect(bench.types()).toEqual(["resumed"]);
    expect(bench.view(slot)).toMatchObject({ state: "alive", missedBeats: 0 });
    expect(bench.monitor.resume(slot, bench.now)).toBe(false);
  });

  it("that is resumed forgets a drop from before it", () => {
    bench.drop(slot);
    bench.monitor.pause(slot, bench.now.mono + 60_000, "", bench.now);
    bench.monitor.resume(slot, bench.now);
    bench.types();
    bench.pass(1_240);
    expect(bench.types()).toEqual([]);
  });

  it("is refused for an agent that is down", () => {
    bench.pass(10_000);
    expect(() => bench.monitor.pause(slot, 99_999, "", bench.now)).toThrow(/is DOWN/);
  });

  it("shows its end", () => {
    bench.monitor.pause(slot, bench.now.mono + 60_000, "", bench.now);
    bench.pass(1_000);
    expect(bench.view(slot).pausedUntil).toBe(bench.now.wall + 59_000);
  });
});

describe("a policy that an operator changes", () => {
  it("judges the silence from now on, and outranks what the agent declares", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy });
    bench.pass(900);
    bench.monitor.updatePolicy(slot, { intervalMs: 100, graceMs: 0 }, bench.now);
    bench.pass(90);
    expect(bench.types()).not.toContain("suspected");
    bench.pass(220);
    expect(bench.types()).toContain("down");
    bench.attach("a", { policy });
    expect(bench.view(slot).policy).toMatchObject({ intervalMs: 100, graceMs: 0 });
  });
});

describe("twins", () => {
  it("supersede each other with growing epochs, and three swaps in a minute are a conflict", () => {
    const bench = new Bench();
    const epochs = ["x", "y", "x", "y"].map(
      (instanceId) => bench.attach("a", { instanceId }).epoch,
    );
    expect(epochs).toEqual([1, 2, 3, 4]);
    expect(bench.types().filter((type) => type === "superseded")).toHaveLength(3);
    expect(bench.events.filter((event) => event.type === "conflict")).toHaveLength(1);
    expect(bench.last("superseded")).toMatchObject({
      oldInstanceId: "x",
      instanceId: "y",
      epoch: 4,
    });
  });

  it("are not told of a process that starts again after its stream dropped", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { instanceId: "x" });
    bench.drop(slot);
    bench.types();
    expect(bench.attach("a", { instanceId: "y" })).toMatchObject({ epoch: 2, resumed: false });
    expect(bench.types()).toEqual(["connected", "recovered"]);
  });

  it("without a stream take it from one that has one, which is then not connected", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { instanceId: "x" });
    bench.attach("a", { instanceId: "y", stream: false });
    expect(bench.view(slot)).toMatchObject({ connected: false, instanceId: "y", epoch: 2 });
  });

  it("cannot use up the epochs by claiming a very large one", () => {
    const bench = new Bench();
    expect(() => bench.attach("a", { epoch: Number.MAX_SAFE_INTEGER })).toThrow(/too far beyond/);
    expect(bench.types()).toEqual([]);
    expect(bench.attach("a", { epoch: 7 }).epoch).toBe(7);
  });

  it("are refused with an old epoch", () => {
    const bench = new Bench();
    bench.attach("a", { instanceId: "x" });
    bench.attach("a", { instanceId: "y" });
    expect(() => bench.attach("a", { instanceId: "x", epoch: 1 })).toThrow(/epoch 1 is old/);
    expect(bench.view(0).instanceId).toBe("y");
  });
});

describe("bounds", () => {
  it("refuse one agent too many, and take it once another is forgotten", () => {
    const bench = new Bench({ maxAgents: 2, retentionMs: 1_000 });
    const { slot } = bench.attach("a");
    bench.attach("b");
    expect(() => bench.attach("c")).toThrow(/limit: 2/);
    bench.monitor.unregister(slot, "", bench.now);
    bench.pass(1_000);
    expect(bench.attach("c").slot).toBe(slot);
    expect(bench.view(slot)).toMatchObject({
      agentId: "c",
      epoch: 2,
      beatsReceived: 1,
      reconnects: 0,
    });
  });
});
