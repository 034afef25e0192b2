import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { AgentState, TaskState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { Fleet } from "../../web/src/data/fleet.ts";
import { type Arrangement, Arranger } from "../../web/src/view/arrange.ts";
import { Arranging } from "../../web/src/view/arranging.ts";
import { type View, wholeView } from "../../web/src/view/view.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { agent } from "./support/agents.ts";

const { ALIVE, DOWN, EXPECTED, LEFT, SUSPECT } = AgentState;

function fleetOf(...agents: ReturnType<typeof agent>[]): Fleet {
  const fleet = new Fleet(() => "*");
  fleet.beginSnapshot();
  for (const value of agents) fleet.apply({ case: "agent", value }, 0);
  fleet.apply({ case: "snapshotComplete", value: true }, 0);
  return fleet;
}

const shown = ({ groups }: Arrangement) =>
  groups.map(({ title, agents }) => [title, ...agents.map(({ agentId }) => agentId)].join(" "));

describe("an arrangement", () => {
  const fleet = fleetOf(
    agent("w-10", { agentType: "worker" }),
    agent("w-9", { agentType: "worker", state: LEFT }),
    agent("g-1", { agentType: "gateway", state: DOWN, organizationId: "acme" }),
    agent("g-2", { agentType: "gateway", state: SUSPECT, missedBeats: 1 }),
    agent("x", { state: EXPECTED }),
    agent("w-2", { agentType: "worker", tasks: [{ state: TaskState.STALE }] }),
  );
  const arrange = (view: Partial<View>) => new Arranger().arrange(fleet, { ...wholeView, ...view });

  it("has the worst first, and those before the others whose task is in trouble", () => {
    expect(shown(arrange({}))).toEqual([
      "DOWN g-1",
      "SUSPECT g-2",
      "task in trouble w-2",
      "EXPECTED x",
      "ALIVE w-10",
      "LEFT w-9",
    ]);
    expect(arrange({}).groups.map(({ isTroubled }) => isTroubled)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("goes by name, type and organization too", () => {
    expect(shown(arrange({ order: "name" }))).toEqual([" g-1 g-2 w-2 w-9 w-10 x"]);
    expect(shown(arrange({ order: "type" }))).toEqual([
      "gateway g-1 g-2",
      "no type x",
      "worker w-2 w-9 w-10",
    ]);
    expect(shown(arrange({ order: "organization" }))).toEqual([
      "acme g-1",
      "default g-2 w-2 w-9 w-10 x",
    ]);
  });

  it("counts and offers all, whatever is wanted of it", () => {
    const { wanted, all, types, organizations, counts } = arrange({ type: "gateway" });
    expect([wanted, all]).toEqual([2, 6]);
    expect(types).toEqual(["gateway", "worker"]);
    expect(organizations).toEqual(["acme", "default"]);
    expect(counts.get(DOWN)).toBe(1);
  });

  it("is empty where nobody is wanted", () => {
    expect(arrange({ search: "nobody", order: "name" }).groups).toEqual([]);
  });
});

describe("arranging", () => {
  function bench() {
    const clock = new FakeClock();
    const fleet = fleetOf(agent("a"), agent("b"));
    const view = signal(wholeView);
    const arranging = new Arranging(clock, fleet, view);
    const change = (id: string, state: AgentState) =>
      fleet.apply({ case: "agent", value: agent(id, { state }) }, 0);
    return { clock, fleet, view, arranging, change, now: () => shown(arranging.arrangement.value) };
  }

  it("follows changes, and not more often than one can follow", () => {
    const { clock, change, now } = bench();
    change("a", DOWN);
    clock.advance(499);
    expect(now()).toEqual(["ALIVE a b"]);
    clock.advance(1);
    expect(now()).toEqual(["DOWN a", "ALIVE b"]);
  });

  it("follows a choice at once, with what has changed until then", () => {
    const { fleet, view, change, now } = bench();
    change("b", DOWN);
    fleet.apply({ case: "agent", value: agent("c") }, 0);
    view.value = { ...wholeView, order: "name", states: [ALIVE] };
    expect(now()).toEqual([" a c"]);
  });

  it("forgets who is gone", () => {
    const { clock, fleet, now } = bench();
    fleet.apply({ case: "removedAgentId", value: "default/a" }, 0);
    clock.advance(500);
    expect(now()).toEqual(["ALIVE b"]);
  });

  it("leaves nothing behind", () => {
    const { clock, arranging, change } = bench();
    change("a", DOWN);
    arranging.stop();
    change("b", DOWN);
    expect(clock.pendingTimers).toBe(0);
  });
});
