import { durationMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { AgentState, TaskState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { Fleet } from "../../web/src/data/fleet.ts";
import { isTroubled } from "../../web/src/data/seen.ts";
import { agent, seen } from "./support/agents.ts";

const told = (...agents: ReturnType<typeof agent>[]) =>
  agents.map((value) => ({ case: "agent" as const, value }));
const complete = { case: "snapshotComplete" as const, value: true };
const removed = (value: string) => ({ case: "removedAgentId" as const, value });

function fleetOf(...ids: string[]): Fleet {
  const fleet = new Fleet(() => "*");
  fleet.beginSnapshot();
  for (const change of told(...ids.map((id) => agent(id)))) fleet.apply(change, 0);
  fleet.apply(complete, 0);
  return fleet;
}

const idsOf = (fleet: Fleet) => [...fleet.values()].map(({ agentId }) => agentId);

describe("the fleet of the page", () => {
  it("shows the first snapshot as it comes, and says that it is not all", () => {
    const fleet = new Fleet(() => "*");
    fleet.beginSnapshot();
    fleet.apply({ case: "agent", value: agent("a") }, 0);
    expect([fleet.size, fleet.isComplete]).toEqual([1, false]);
    fleet.apply(complete, 0);
    expect([fleet.size, fleet.isComplete]).toEqual([1, true]);
  });

  it("keeps what it had until a later snapshot is complete, which replaces all", () => {
    const fleet = fleetOf("a", "gone");
    fleet.beginSnapshot();
    fleet.apply({ case: "agent", value: agent("a", { state: AgentState.DOWN }) }, 0);
    fleet.apply({ case: "agent", value: agent("new") }, 0);
    expect(idsOf(fleet)).toEqual(["a", "gone"]);
    expect(fleet.get("default/a")?.state).toBe(AgentState.ALIVE);
    fleet.apply(complete, 0);
    expect(idsOf(fleet)).toEqual(["a", "new"]);
    expect(fleet.get("default/a")?.state).toBe(AgentState.DOWN);
  });

  it("forgets who is removed, in a snapshot as well", () => {
    const fleet = fleetOf("a", "b");
    fleet.apply(removed("default/a"), 0);
    expect(idsOf(fleet)).toEqual(["b"]);
    fleet.beginSnapshot();
    for (const change of told(agent("b"), agent("c"))) fleet.apply(change, 0);
    fleet.apply(removed("default/b"), 0);
    fleet.apply(complete, 0);
    expect(idsOf(fleet)).toEqual(["c"]);
  });

  it("finds who is removed from a watch of one organization by the id alone", () => {
    const fleet = new Fleet(() => "acme");
    fleet.beginSnapshot();
    fleet.apply({ case: "agent", value: agent("a", { organizationId: "acme" }) }, 0);
    fleet.apply(complete, 0);
    fleet.apply(removed("a"), 0);
    expect(fleet.size).toBe(0);
  });

  it("counts by state, whatever changes", () => {
    const fleet = fleetOf("a", "b", "c");
    const apply = (id: string, state: AgentState) =>
      fleet.apply({ case: "agent", value: agent(id, { state }) }, 0);
    apply("a", AgentState.DOWN);
    apply("b", AgentState.DOWN);
    apply("b", AgentState.ALIVE);
    expect(Object.fromEntries(fleet.counts)).toEqual({
      [AgentState.ALIVE]: 2,
      [AgentState.DOWN]: 1,
    });
    fleet.apply(removed("default/a"), 0);
    expect(Object.fromEntries(fleet.counts)).toEqual({ [AgentState.ALIVE]: 2 });
  });

  it("gives each agent a number of its own, over snapshots too, and gives it on when one is gone", () => {
    const fleet = fleetOf("a", "b", "c");
    const slots = () =>
      Object.fromEntries([...fleet.values()].map((one) => [one.agentId, one.slot]));
    expect(slots()).toEqual({ a: 0, b: 1, c: 2 });
    fleet.apply({ case: "agent", value: agent("b", { state: AgentState.DOWN }) }, 0);
    fleet.apply(removed("default/a"), 0);
    fleet.apply({ case: "agent", value: agent("d") }, 0);
    expect(slots()).toEqual({ b: 1, c: 2, d: 0 });
    fleet.beginSnapshot();
    for (const change of told(agent("new"), agent("c"), agent("b"))) fleet.apply(change, 0);
    fleet.apply(removed("default/new"), 0);
    fleet.apply(complete, 0);
    expect(slots()).toEqual({ b: 1, c: 2 });
    for (const id of ["x", "y"]) fleet.apply({ case: "agent", value: agent(id) }, 0);
    expect(new Set(Object.values(slots())).size).toBe(4);
    expect(Math.max(...Object.values(slots()))).toBeLessThan(5);
  });

  it("gives each reader what changed since it looked, once", () => {
    const fleet = fleetOf("a", "b");
    const reader = fleet.reader();
    fleet.apply({ case: "agent", value: agent("a", { state: AgentState.DOWN }) }, 0);
    expect(reader.take()).toEqual({ membership: false, keys: new Set(["default/a"]) });
    expect(reader.take()).toEqual({ membership: false, keys: new Set() });
    fleet.apply({ case: "agent", value: agent("c") }, 0);
    expect(reader.take()).toEqual({ membership: true, keys: new Set(["default/c"]) });
    fleet.beginSnapshot();
    fleet.apply(complete, 0);
    expect(reader.take().membership).toBe(true);
    reader.close();
    fleet.apply({ case: "agent", value: agent("d") }, 0);
    expect(reader.take().membership).toBe(false);
  });
});

describe("an agent cut down to what a wall shows", () => {
  it("keeps a pace and a type once, however many have them", () => {
    const [one, other] = [seen("a", { agentType: "worker" }), seen("b", { agentType: "worker" })];
    expect(one.policy).toBe(other.policy);
    expect(durationMs(one.policy!.interval)).toBe(1_000);
  });

  it("counts its tasks, and is troubled by one that stands still", () => {
    const tasks = [
      { state: TaskState.RUNNING, progress: 0.4 },
      { state: TaskState.STALE, progress: 0.1 },
      { state: TaskState.SUCCEEDED, progress: 1 },
    ];
    const working = seen("a", { tasks });
    expect(working.tasks).toEqual({ inFlight: 2, broken: 1, progress: 0.4 });
    expect(isTroubled(working)).toBe(true);
    expect(isTroubled(seen("b", { tasks: tasks.slice(0, 1) }))).toBe(false);
  });

  it("is sorted by number where its id has one", () => {
    const ids = ["job-10", "job-9", "job-1", "job"].map((id) => seen(id));
    const sorted = ids.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ agentId }) => agentId);
    expect(sorted).toEqual(["job", "job-1", "job-9", "job-10"]);
  });
});
