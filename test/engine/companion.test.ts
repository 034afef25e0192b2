import { describe, expect, it } from "vitest";
import type { Instant } from "../../src/clock.ts";
import type { Companion, Present } from "../../src/engine/companion.ts";
import { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open.ts";
import type { LivenessEvent } from "../../src/events/event.ts";
import { type Document, DocumentMerge } from "../../src/journal/documents.ts";
import { MemoryLog } from "../../src/journal/memory.ts";
import { Monitor } from "../../src/monitor/monitor.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeStore } from "../support/fake-store.ts";

/** Keeps the last event's type, and how often it was told the time. */
class Scribe implements Companion {
  readonly heard: string[] = [];
  readonly taken: Document[] = [];
  readonly times: Instant[] = [];
  readonly merge = new DocumentMerge();
  present: Present | undefined;
  /** Thrown whenever it is asked. */
  trouble: Error | undefined;

  takeUp(documents: readonly Document[]): void {
    this.taken.push(...documents);
  }

  begin(present: Present): void {
    this.present = present;
  }

  hear(events: readonly LivenessEvent[]): void {
    if (this.trouble) throw this.trouble;
    for (const { type } of events) {
      this.heard.push(type);
      this.merge.change("scribe", "last", type);
    }
  }

  advance(now: Instant): void {
    if (this.trouble) throw this.trouble;
    this.times.push(now);
  }

  takeChanges() {
    return this.merge.take();
  }
}

const stalled = (at: Instant): LivenessEvent => ({
  type: "monitor_stalled",
  at,
  stalledMs: 1,
  heldBackMs: 1,
  reason: "",
});

async function openOn(store: FakeStore, companion: Companion, clock = new FakeClock()) {
  const engine = await openEngine({
    clock,
    store,
    companion,
    monitor: {},
    tickMs: 10,
    maxHeldBackMs: 1_000,
    historyEvents: 1_000,
    historyAgeMs: 1_000_000,
    backlogEvents: 1_000,
    greeting: "started",
  });
  return { clock, engine };
}

describe("the engine's companion", () => {
  it("has what it concludes kept in the transaction of the event", async () => {
    const store = new FakeStore();
    const { clock, engine } = await openOn(store, new Scribe());
    await clock.advanceAsync(10);
    engine.record([stalled(engine.now())]);
    await clock.advanceAsync(0);
    const kept = store.batches.map(({ events, documents }) => [
      events.map(({ event }) => event.type),
      documents.changed.map(({ body }) => body),
    ]);
    expect(kept).toEqual([
      [["monitor_started"], ["monitor_started"]],
      [["monitor_stalled"], ["monitor_stalled"]],
    ]);
  });

  it("is told the monitor's own time at each tick, and what it changes then is kept without an event", async () => {
    const store = new FakeStore();
    const scribe = new Scribe();
    const { clock, engine } = await openOn(store, scribe);
    engine.start();
    await clock.advanceAsync(20);
    const before = store.batches.length;
    expect(scribe.times.length).toBe(2);
    expect(scribe.times.at(-1)?.mono).toBe(engine.now().mono);
    await clock.advanceAsync(100);
    expect(store.batches.length).toBe(before);
    scribe.merge.change("scribe", "tick", "1");
    await clock.advanceAsync(20);
    expect(store.batches.at(-1)).toMatchObject({ events: [], documents: { removed: [] } });
    expect(store.batches.at(-1)?.documents.changed).toEqual([
      { collection: "scribe", id: "tick", body: "1" },
    ]);
  });

  it("gets back what was kept before anything else, and with it what the monitor knows", async () => {
    const store = new FakeStore();
    const first = await openOn(store, new Scribe());
    first.engine.run((monitor, now) =>
      monitor.register("default", "a", { agentType: "t", labels: { x: "1" }, policy: {} }, now),
    );
    await first.clock.advanceAsync(10);
    const scribe = new Scribe();
    await openOn(store.reopened(), scribe, first.clock);
    expect(scribe.taken.map(({ body }) => body)).toEqual(["registered"]);
    expect(scribe.heard).toEqual(["monitor_started"]);
    expect(scribe.present?.agentState("default", "a")).toBe("expected");
    expect(scribe.present?.agentState("default", "b")).toBeUndefined();
    expect(scribe.present?.labelsOf("default", "a")).toEqual({ x: "1" });
    expect(scribe.present?.labelsOf("default", "b")).toEqual({});
    expect(scribe.present?.taskState("default", "a", "t")).toBeUndefined();
    expect(scribe.present?.heldCount("default")).toBe(0);
  });

  it("that fails is told of once, and stops neither the events nor the ticks", () => {
    const clock = new FakeClock();
    const scribe = new Scribe();
    scribe.trouble = new Error("it has a bug");
    const troubles: unknown[] = [];
    const engine = new Engine({
      clock,
      monitor: new Monitor(clock.now()),
      log: new MemoryLog(100),
      tickMs: 10,
      companion: scribe,
      onCompanionTrouble: (error) => troubles.push(error),
    });
    engine.start();
    engine.record([stalled(engine.now())]);
    clock.advance(100);
    engine.record([stalled(engine.now())]);
    expect(engine.log.lastSequence).toBe(2);
    expect(troubles).toEqual([scribe.trouble]);
  });
});
