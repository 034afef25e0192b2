import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AgentState, LivenessEvent } from "../../src/events/event.ts";
import { Bench } from "./harness.ts";

const protection = {
  minAgents: 3,
  share: 0.5,
  windowMs: 500,
  holdMs: 2_000,
  releasePerSecond: 20,
};

/** Two organizations; agents that beat often and rarely, with much patience and with none. */
const kinds = [
  { intervalMs: 100, graceMs: 20, maxMissedBeats: 3, timeoutMultiplier: 3, dropGraceMs: undefined },
  { intervalMs: 100, graceMs: 20, maxMissedBeats: 1, timeoutMultiplier: 3, dropGraceMs: undefined },
  { intervalMs: 400, graceMs: 50, maxMissedBeats: 9, timeoutMultiplier: 2, dropGraceMs: 300 },
  {
    intervalMs: 1_300,
    graceMs: 1_400,
    maxMissedBeats: 3,
    timeoutMultiplier: 2,
    dropGraceMs: undefined,
  },
];
const agents = Array.from({ length: 13 }, (_, n) => ({
  organizationId: n < 8 ? "a" : "b",
  agentId: `agent-${n}`,
  policy: kinds[n % kinds.length],
}));

interface Known {
  state: AgentState;
  paused: boolean;
  /** It was alive before it turned SUSPECT. */
  wasAlive: boolean;
  heldSince: number | undefined;
}

/** What `expect` does, where it is asked a million times. */
function same(actual: readonly unknown[], expected: readonly unknown[]): void {
  if (actual.some((value, at) => value !== expected[at])) expect(actual).toEqual(expected);
}

/**
 * The rules of protection for one organization, as naively as they read, over the events in their order.
 * It decides nothing: it says what was decided wrongly.
 */
class Auditor {
  phase: "watching" | "holding" | "releasing" = "watching";
  readonly agents = new Map<string, Known>();
  turned: { agentId: string; at: number; windowMs: number }[] = [];
  since = 0;
  windowMs = 0;
  calmSince: number | undefined;
  released = 0;
  ending: number | undefined;
  due: { suspects: number; watched: number } | undefined;

  private list(): Known[] {
    return [...this.agents.values()].filter(({ paused }) => !paused);
  }

  private lateCounts(now: number): { suspects: number; watched: number } | undefined {
    const window = Math.max(protection.windowMs, ...this.turned.map(({ windowMs }) => windowMs));
    const old = this.turned.findIndex(({ at }) => now - at > window);
    if (old >= 0) {
      this.turned.splice(old, 1);
      return this.lateCounts(now);
    }
    const suspects = this.turned.length;
    const watched = suspects + this.list().filter(({ state }) => state === "alive").length;
    const enough = suspects >= protection.minAgents && suspects >= protection.share * watched;
    this.windowMs = window;
    return enough ? { suspects, watched } : undefined;
  }

  hear(event: LivenessEvent): void {
    const now = event.at.mono;
    if (event.type === "protection_started") return this.started(event, now);
    if (this.due) throw new Error(`${event.type} where protection should have started`);
    if (event.type === "protection_ended") return this.ended(event, now);
    if ("agentId" in event) this.hearOfAgent(event as never, now);
    this.lookWhetherCalm(now);
  }

  private started(event: { suspects: number; watched: number }, now: number): void {
    if (this.phase === "releasing") {
      expect([...this.agents.values()].some(({ heldSince }) => heldSince !== undefined)).toBe(
        false,
      );
      this.due = this.lateCounts(now);
    } else {
      expect(this.phase).toBe("watching");
    }
    expect({ suspects: event.suspects, watched: event.watched }).toEqual(this.due);
    this.phase = "holding";
    this.due = undefined;
    this.turned = [];
    this.since = now;
    this.calmSince = undefined;
    this.lookWhetherCalm(now);
  }

  private ended(event: { heldMs: number; stillHeld: number }, now: number): void {
    expect(this.phase).toBe("holding");
    expect(event.heldMs).toBe(now - this.since);
    expect(this.isOver(now)).toBe(true);
    this.ending = event.stillHeld;
    this.phase = "releasing";
    this.since = now;
    this.released = 0;
  }

  isOver(now: number): boolean {
    const isBack = this.calmSince !== undefined && now - this.calmSince >= this.windowMs;
    return isBack || now - this.since >= protection.holdMs;
  }

  private lookWhetherCalm(now: number): void {
    if (this.phase !== "holding") return;
    const suspect = this.list().filter((a) => a.state === "suspect" && a.wasAlive).length;
    const alive = this.list().filter(({ state }) => state === "alive").length;
    const calm = suspect === 0 || suspect < (protection.share / 2) * (alive + suspect);
    this.calmSince = calm ? (this.calmSince ?? now) : undefined;
  }

  private hearOfAgent(
    event: {
      type: string;
      agentId: string;
      reason: string;
      to?: AgentState;
      transition?: { to: AgentState };
    },
    now: number,
  ): void {
    const { agentId, type } = event;
    if (type === "removed") {
      this.agents.delete(agentId);
      this.turned = this.turned.filter((other) => other.agentId !== agentId);
      return;
    }
    const fresh: Known = {
      state: "expected",
      paused: false,
      wasAlive: false,
      heldSince: undefined,
    };
    const agent = this.agents.get(agentId) ?? fresh;
    this.agents.set(agentId, agent);
    const to = event.to ?? event.transition?.to ?? agent.state;
    if (type === "down") this.down(agent, event.reason, now);
    if (type === "suspected") agent.wasAlive = agent.state === "alive";
    agent.state = to;
    if (type === "paused") agent.paused = true;
    if (type === "resumed" || type === "left" || type === "down") agent.paused = false;
    if (to !== "suspect" || agent.paused) agent.heldSince = undefined;
    if ((to !== "suspect" && to !== "down") || agent.paused) {
      this.turned = this.turned.filter((other) => other.agentId !== agentId);
    }
    if (type !== "suspected" || !agent.wasAlive || this.phase === "holding") return;
    const { intervalMs } = agents.find((other) => other.agentId === agentId)!.policy;
    this.turned = this.turned.filter((other) => other.agentId !== agentId);
    this.turned.push({ agentId, at: now, windowMs: Math.ceil(intervalMs / 500) * 1_000 });
    const enough = this.lateCounts(now);
    if (this.phase === "watching") this.due = enough;
  }

  private down(agent: Known, reason: string, now: number): void {
    if (reason.startsWith("it reported its own failure")) return;
    expect(this.phase).not.toBe("holding");
    if (this.phase === "watching") return;
    expect(reason).toMatch(/DOWN was held for .* while many were silent$/);
    this.released++;
    expect(this.released).toBeLessThanOrEqual(this.allowed(now));
    // Who was held in the same tick may be told in either order.
    const since = [...this.agents.values()].map(({ heldSince }) => heldSince ?? Infinity);
    expect(agent.heldSince).toBe(Math.min(...since));
  }

  private allowed(now: number): number {
    return Math.floor(((now - this.since) * protection.releasePerSecond) / 1000);
  }

  /** After a command or a tick: nothing is left undone, and what is shown is what was decided. */
  look(bench: Bench, organizationId: string, isTick: boolean): void {
    const now = bench.now.mono;
    same([this.due], [undefined]);
    let held = 0;
    for (const [agentId, agent] of this.agents) {
      const view = bench.view(bench.monitor.find(organizationId, agentId)!);
      same([view.state, view.paused], [agent.state, agent.paused]);
      if (!view.held) {
        same([agent.heldSince], [undefined]);
        continue;
      }
      held++;
      same([view.state, view.paused], ["suspect", false]);
      agent.heldSince ??= now;
    }
    same([bench.monitor.protection?.heldCount(organizationId)], [held]);
    same([this.ending ?? held], [held]);
    this.ending = undefined;
    if (isTick && this.phase === "releasing") {
      if (held > 0) expect(this.released).toBe(this.allowed(now));
      else {
        this.phase = "watching";
        expect(this.lateCounts(now)).toBeUndefined();
      }
    }
    if (isTick && this.phase === "holding" && this.since < now)
      expect(this.isOver(now)).toBe(false);
    if (this.phase === "watching") same([held], [0]);
    const isActive = bench.monitor.protection?.isActive(organizationId);
    same([isActive], [this.phase === "holding"]);
  }
}

const agent = fc.nat(agents.length - 1);
const one = fc.record({
  do: fc.constantFrom(
    "attach" as const,
    "beat" as const,
    "drop" as const,
    "leave" as const,
    "fail" as const,
    "remove" as const,
    "pause" as const,
    "resume" as const,
    "expect" as const,
  ),
  who: agent.map((n) => [n]),
});
const crowd = fc.record({
  do: fc.constantFrom(
    "attach" as const,
    "beat" as const,
    "drop" as const,
    "drop" as const,
    "pause" as const,
  ),
  who: fc.subarray([...agents.keys()], { minLength: 5 }),
});
const pass = fc.record({
  do: fc.constant("pass" as const),
  ticks: fc.integer({ min: 1, max: 60 }),
});
const back = fc.record({
  do: fc.constant("back" as const),
  ticks: fc.integer({ min: 20, max: 250 }),
});
const deeds = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: one },
    { weight: 4, arbitrary: crowd },
    { weight: 4, arbitrary: pass },
    { weight: 1, arbitrary: back },
  ),
  { maxLength: 40, size: "max" },
);

function act(bench: Bench, what: string, n: number): void {
  const { organizationId, agentId, policy } = agents[n];
  const { monitor, now } = bench;
  const slot = monitor.find(organizationId, agentId);
  const declaration = { agentType: "", labels: {}, policy };
  if (what === "attach") return void bench.attach(agentId, { organizationId, policy });
  if (what === "expect") {
    monitor.register(organizationId, agentId, declaration, now);
    return;
  }
  if (slot === undefined) return;
  const { state, connected } = bench.view(slot);
  if (what === "beat" && connected) monitor.beat(slot, now);
  if (what === "drop" && connected) monitor.drop(slot, now);
  const failed = what === "fail";
  if (failed || what === "leave") {
    monitor.leave(slot, { reason: "", failed, expectedBackInMs: undefined }, now);
  }
  if (what === "remove") monitor.remove(slot, "", now);
  if (what === "resume") monitor.resume(slot, now);
  if (what === "pause" && state !== "down" && state !== "left") {
    monitor.pause(slot, now.mono + 300, "", now);
  }
}

/** Does all of it under the eyes of the auditors. */
function perform(steps: readonly { do: string; who?: number[]; ticks?: number }[]): Bench {
  const bench = new Bench({ protection });
  const auditors = new Map([
    ["a", new Auditor()],
    ["b", new Auditor()],
  ]);
  let heard = 0;
  const audit = (isTick: boolean): void => {
    bench.take();
    for (; heard < bench.events.length; heard++) {
      const event = bench.events[heard];
      if ("organizationId" in event) auditors.get(event.organizationId)?.hear(event);
    }
    for (const [id, auditor] of auditors) auditor.look(bench, id, isTick);
    const all = [...auditors.values()].flatMap(({ agents }) => [...agents.values()]);
    for (const state of ["alive", "suspect", "down", "left", "expected"] as const) {
      const there = all.filter((agent) => agent.state === state).length;
      same([state, bench.monitor.population(state)], [state, there]);
    }
  };
  const everybody = [...agents.keys()];
  const crowd = (what: string, who: readonly number[]): void => {
    for (const n of who) {
      act(bench, what, n);
      audit(false);
    }
  };
  crowd("attach", everybody);
  for (const step of steps) {
    crowd(step.do, step.who ?? []);
    for (let tick = 0; tick < (step.ticks ?? 0); tick++) {
      if (step.do === "back" && tick % 5 === 0) crowd(tick === 0 ? "attach" : "beat", everybody);
      bench.pass(10);
      audit(true);
    }
  }
  // Nobody beats any more: a hold, the release of all, and the longest of their timeouts.
  for (let tick = 0; tick < 200 + 65 + 270; tick++) {
    bench.pass(10);
    audit(true);
  }
  return bench;
}

describe("mass-failure protection", () => {
  it("does what the rules, read naively over the events, say", () => {
    fc.assert(
      fc.property(deeds, (steps) => {
        const bench = perform(steps);
        // A further hold may have begun among those who fell silent last.
        for (let round = 0; round < 3; round++) bench.pass(4_000);
        expect(bench.monitor.population("suspect")).toBe(0);
        expect(bench.monitor.protection?.heldCount(undefined)).toBe(0);
        expect(bench.monitor.protection?.isActive(undefined)).toBe(false);
        for (const organizationId of ["a", "b"]) {
          const pairs = bench.events
            .filter((event) => "organizationId" in event && event.organizationId === organizationId)
            .map(({ type }) => type)
            .filter((type) => type.startsWith("protection_"));
          for (const [at, type] of pairs.entries()) {
            expect(type).toBe(at % 2 === 0 ? "protection_started" : "protection_ended");
          }
          expect(pairs.length % 2).toBe(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});
