import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AgentState } from "../../src/events/event.ts";
import { Bench } from "./harness.ts";

/**
 * The rules of the design, written down as naively as they read: every agent is judged at every tick
 * by the formulas, with nothing armed, moved or remembered that is not in the rules.
 */
class ModelAgent {
  state: AgentState = "alive";
  missed = 0;
  lastBeat: number;
  silentSince: number;
  droppedAt: number | undefined;
  pausedUntil: number | undefined;
  stateSince = 0;
  readonly told: string[] = [];

  constructor(now: number) {
    this.lastBeat = now;
    this.silentSince = now;
  }

  beat(now: number): void {
    this.lastBeat = this.silentSince = now;
    this.missed = 0;
    this.droppedAt = undefined;
    if (this.state === "suspect" || this.state === "down") this.told.push(`recovered@${now}`);
    this.enter("alive", now);
  }

  drop(now: number): void {
    if (this.pausedUntil !== undefined || this.state === "left") return;
    this.told.push(`dropped@${now}`);
    this.droppedAt = now;
    if (this.state !== "down") this.judge(now);
  }

  leave(now: number): void {
    if (this.state === "left") return;
    this.pausedUntil = this.droppedAt = undefined;
    this.missed = 0;
    this.told.push(`left@${now}`);
    this.enter("left", now);
  }

  pause(until: number, now: number): void {
    if (this.state === "down" || this.state === "left") return;
    this.pausedUntil = until;
    this.told.push(`paused@${now}`);
  }

  resume(now: number): void {
    if (this.pausedUntil === undefined) return;
    this.pausedUntil = undefined;
    this.silentSince = now;
    this.missed = 0;
    this.droppedAt = undefined;
    this.told.push(`resumed@${now}`);
    if (this.state === "suspect") this.enter("alive", now);
  }

  tick(now: number): void {
    if (this.pausedUntil !== undefined && now >= this.pausedUntil) this.resume(now);
    if (this.pausedUntil === undefined) this.judge(now);
  }

  judge(now: number): void {
    if (this.state === "down" || this.state === "left") return;
    const silence = now - this.silentSince;
    const bySilence = Math.max(0, Math.floor((silence - GRACE) / INTERVAL));
    const missed = Math.min(MAX, bySilence + (this.droppedAt === undefined ? 0 : 1));
    while (this.missed < missed) {
      this.missed++;
      this.told.push(`${this.state === "suspect" ? "missed" : "suspected"}@${now}`);
      if (this.state !== "suspect") this.enter("suspect", now);
    }
    const gone = this.droppedAt !== undefined && now >= this.droppedAt + DROP_GRACE;
    if (this.missed >= MAX || silence >= INTERVAL * MULTIPLIER || gone) {
      this.told.push(`down@${now}`);
      this.enter("down", now);
    }
  }

  enter(state: AgentState, now: number): void {
    if (state !== this.state) this.stateSince = now;
    this.state = state;
  }
}

const INTERVAL = 130;
const GRACE = 45;
const MAX = 4;
const MULTIPLIER = 4.5;
const DROP_GRACE = 170;
const policy = {
  intervalMs: INTERVAL,
  graceMs: GRACE,
  maxMissedBeats: MAX,
  timeoutMultiplier: MULTIPLIER,
  dropGraceMs: DROP_GRACE,
};

const agent = fc.nat(2);
const deed = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("beat" as const), agent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("drop" as const), agent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("return" as const), agent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), agent }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("pause" as const),
      agent,
      ms: fc.integer({ min: 10, max: 900 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("resume" as const), agent }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.integer({ min: 1, max: 60 }).map((t) => t * 10),
    }),
  },
);

describe("the monitor", () => {
  it("says of each agent what the rules, judged naively at every tick, say", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 80 }), (deeds) => {
        const bench = new Bench();
        const names = ["a", "b", "c"];
        const slots = names.map((name) => bench.attach(name, { policy }).slot);
        const model = names.map(() => new ModelAgent(bench.now.mono));
        bench.types();
        const begin = bench.events.length;
        for (const d of deeds) {
          const now = bench.now.mono;
          if (d.do === "pass") {
            for (let t = now + 10; t <= now + d.ms; t += 10) for (const m of model) m.tick(t);
            bench.pass(d.ms);
          } else {
            act(bench, slots[d.agent], model[d.agent], d);
          }
          for (const [at, slot] of slots.entries()) {
            const view = bench.view(slot);
            expect([view.state, view.missedBeats]).toEqual([model[at].state, model[at].missed]);
          }
        }
        bench.take();
        for (const [at, name] of names.entries()) {
          const told = bench.events
            .slice(begin)
            .filter((event) => "agentId" in event && event.agentId === name)
            .filter((event) => event.type !== "connected")
            .map((event) => `${event.type}@${event.at.mono}`);
          expect(told).toEqual(model[at].told);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function act(
  bench: Bench,
  slot: number,
  model: ModelAgent,
  deed: { do: "beat" | "drop" | "return" | "leave" | "pause" | "resume"; ms?: number },
): void {
  const now = bench.now;
  const { state, connected } = bench.view(slot);
  switch (deed.do) {
    case "beat":
      if (!connected) return;
      bench.beat(slot);
      return model.beat(now.mono);
    case "return":
      bench.attach(bench.view(slot).agentId, { policy });
      return model.beat(now.mono);
    case "drop":
      if (!connected) return;
      bench.drop(slot);
      return model.drop(now.mono);
    case "leave":
      bench.monitor.unregister(slot, "", now);
      return model.leave(now.mono);
    case "pause":
      if (state === "down" || state === "left") return;
      bench.monitor.pause(slot, now.mono + (deed.ms ?? 0), "", now);
      return model.pause(now.mono + (deed.ms ?? 0), now.mono);
    case "resume":
      bench.monitor.resume(slot, now);
      return model.resume(now.mono);
  }
}
