import { describe, expect, it } from "vitest";
import { Bench } from "./harness.ts";

/** DOWN at once when its stream is lost, or after 1.25 s of silence. */
const impatient = { intervalMs: 1_000, maxMissedBeats: 1 };

describe("patience after the monitor's own trouble", () => {
  it.each([
    ["a stall", (bench: Bench) => bench.monitor.stalled(6_000, 6_000, bench.now)],
    ["a restart", (bench: Bench) => bench.monitor.wasRestarted(bench.now)],
  ])("after %s is not ended by an attempt that is turned away", (_, trouble) => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy: impatient });
    trouble(bench);
    bench.monitor.knock(
      {
        organizationId: "default",
        agentId: "a",
        instanceId: "a-1",
        epoch: 0,
        stream: true,
        declaration: undefined,
        client: undefined,
      },
      bench.now,
    );
    bench.pass(29_000);
    expect(bench.view(slot).state).toBe("alive");
    bench.pass(10_000);
    expect(bench.view(slot).state).toBe("down");
  });

  it("is there too when the machine slept, and no time has passed for the monitor", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy: impatient });
    bench.monitor.wasAway(60_000, bench.now);
    bench.drop(slot);
    bench.pass(29_000);
    expect(bench.view(slot).state).toBe("alive");
  });

  it.each([
    [1_700, "down"],
    [1_800, "alive"],
  ])(
    "after a stall of %i ms is for whose last ack may have been old when it began",
    (ms, state) => {
      const bench = new Bench();
      // Gives its stream up 3 s after its last acknowledged beat, which may be 1.25 s old and not late.
      const { slot } = bench.attach("a", { policy: { intervalMs: 1_000, maxMissedBeats: 1 } });
      bench.monitor.stalled(ms, ms, bench.now);
      bench.drop(slot);
      expect(bench.view(slot).state).toBe(state);
    },
  );

  it("is not ended by a short stall that follows a long one", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy: impatient });
    bench.monitor.stalled(6_000, 6_000, bench.now);
    bench.pass(100);
    bench.monitor.stalled(300, 300, bench.now);
    bench.pass(400);
    bench.drop(slot);
    bench.pass(29_000);
    expect(bench.view(slot).state).toBe("alive");
  });

  it.each([
    ["a stall", (bench: Bench) => bench.monitor.stalled(6_000, 6_000, bench.now)],
    ["a restart", (bench: Bench) => bench.monitor.wasRestarted(bench.now)],
  ])("does not take a hello heard late after %s for a life that was lost", (_, trouble) => {
    const bench = new Bench();
    trouble(bench);
    bench.pass(20_000);
    // Its agent has given the attempt up, and waits before the next one.
    const stale = bench.attach("stale", { policy: { intervalMs: 30_000, maxMissedBeats: 1 } });
    const lost = bench.attach("lost", { policy: { intervalMs: 30_000, maxMissedBeats: 1 } });
    bench.pass(11_000);
    bench.beat(lost.slot);
    bench.drop(stale.slot);
    bench.drop(lost.slot);
    expect(bench.view(stale.slot).state).toBe("alive");
    expect(bench.view(lost.slot).state).toBe("down");
    const later = bench.attach("later", { policy: { intervalMs: 30_000, maxMissedBeats: 1 } });
    bench.drop(later.slot);
    expect(bench.view(later.slot).state).toBe("down");
  });

  it("is not for who dies right after its hello, when the monitor was away for a moment only", () => {
    const bench = new Bench();
    bench.monitor.wasAway(999, bench.now);
    const { slot } = bench.attach("a", { policy: { intervalMs: 30_000, maxMissedBeats: 1 } });
    bench.drop(slot);
    expect(bench.view(slot).state).toBe("down");
  });

  it("lasts while others come back in numbers, and no longer than four times", () => {
    const bench = new Bench();
    const attach = (n: number) => bench.attach(`a${n}`, { policy: { intervalMs: 10_000 } }).slot;
    const slots = Array.from({ length: 600 }, (_, n) => attach(n));
    const missing = slots[599];
    bench.monitor.stalled(60_000, 60_000, bench.now);
    for (const slot of slots) bench.drop(slot);
    // Its patience is over after 30 to 33 s, and nobody is given up while the storm lasts.
    for (let n = 0; n < 500; n++) {
      bench.pass(200);
      attach(n);
    }
    expect(bench.view(missing).state).toBe("alive");
    bench.pass(5_010);
    expect(bench.view(missing).state).toBe("suspect");
    bench.pass(10_000);
    expect(bench.view(missing).state).toBe("down");
  });

  it("waits for the end of a pause", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy: impatient });
    bench.monitor.pause(slot, bench.now.mono + 60_000, "", bench.now);
    bench.monitor.stalled(6_000, 6_000, bench.now);
    bench.drop(slot);
    bench.pass(61_000);
    expect(bench.types()).toContain("resumed");
    bench.pass(28_000);
    expect(bench.view(slot).state).toBe("alive");
    bench.pass(10_000);
    expect(bench.view(slot).state).toBe("down");
  });

  it("is not given anew to an agent that was heard from, when its pause ends", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy: impatient });
    bench.monitor.stalled(6_000, 6_000, bench.now);
    bench.drop(slot);
    bench.pass(100);
    bench.attach("a", { policy: impatient });
    bench.monitor.pause(slot, bench.now.mono + 60_000, "", bench.now);
    bench.pass(61_000);
    bench.pass(500);
    expect(bench.view(slot).state).toBe("down");
  });
});
