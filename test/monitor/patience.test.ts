import { describe, expect, it } from "vitest";
import { Bench } from "./harness.ts";

/** DOWN at once when its stream is lost, or after 1.25 s of silence. */
const impatient = { intervalMs: 1_000, maxMissedBeats: 1 };

describe("patience after the monitor's own trouble", () => {
  it("is not ended by an attempt from before it that is turned away", () => {
    const bench = new Bench();
    const { slot } = bench.attach("a", { policy: impatient });
    bench.monitor.stalled(6_000, 6_000, bench.now);
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
