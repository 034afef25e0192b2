import { describe, expect, it } from "vitest";
import { anybody } from "../../src/auth/identity.ts";
import { heartbeatStatusRoute } from "../../src/http/heartbeat-status.ts";
import { House } from "../support/house.ts";

/** The answer that the seed documents, whose fields and kinds of values ours has too. */
const documented = {
  success: true,
  status: "online",
  monitor: {
    running: true,
    agents_monitoring: 2,
    agents: ["pm", "dev"],
    config: { check_interval_ms: 30000, stale_threshold_ms: 300000, timeout_threshold_ms: 1800000 },
  },
  in_flight_agents: [
    {
      agent_id: "pm",
      task_id: "session_key",
      status: "running",
      running_for_ms: 1234,
      idle_for_ms: 50,
    },
  ],
  timestamp: "2026-02-17T12:00:00Z",
};

/** Names and kinds of all that is in a value; of a list, those of its first entry. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.entries(value).map(([name, inner]) => [name, shape(inner)]);
}

async function ask(house: House, organization?: string): Promise<typeof documented> {
  const { answer } = heartbeatStatusRoute(house.engine, { tickMs: 10 });
  const { text, contentType } = await answer({
    identity: anybody,
    parts: [],
    query: new Map(organization === undefined ? [] : [["organization", organization]]),
    headers: {},
    body: async () => ({ kept: new Uint8Array(), bytes: 0 }),
  });
  expect(contentType).toBe("application/json");
  return JSON.parse(text);
}

function busyHouse(): House {
  const house = new House();
  house.stream().say({ agentId: "pm", tasks: [{ taskId: "session_key" }] });
  house.clock.advance(1_184);
  house.stream().say({ agentId: "dev" });
  house.clock.advance(50);
  return house;
}

describe("GET /api/heartbeat/status", () => {
  it("has the documented fields, in their order, with values of the same kinds", async () => {
    const status = await ask(busyHouse());
    const withTask = status.in_flight_agents.filter(({ task_id }) => task_id !== null);
    expect(shape({ ...status, in_flight_agents: withTask })).toEqual(shape(documented));
    expect(status.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("tells who is watched, and what runs for how long", async () => {
    const { monitor, in_flight_agents, ...rest } = await ask(busyHouse());
    expect(rest).toMatchObject({ success: true, status: "online" });
    expect(monitor).toEqual({
      running: true,
      agents_monitoring: 2,
      agents: ["dev", "pm"],
      config: {
        check_interval_ms: 10,
        stale_threshold_ms: 300_000,
        timeout_threshold_ms: 1_800_000,
      },
    });
    const status = "running";
    expect(in_flight_agents).toEqual([
      { agent_id: "dev", task_id: null, status, running_for_ms: 50, idle_for_ms: 50 },
      { agent_id: "pm", task_id: "session_key", status, running_for_ms: 1_234, idle_for_ms: 1_234 },
    ]);
  });

  it("names an agent once for each of its tasks, and leaves out who is gone", async () => {
    const house = new House();
    house.stream().say({ agentId: "pm", tasks: [{ taskId: "a" }, { taskId: "b" }], activity: 2 });
    house.stream().say({ agentId: "gone" }).say({ goodbye: {} });
    const { monitor, in_flight_agents } = await ask(house);
    expect(monitor.agents).toEqual(["pm"]);
    expect(in_flight_agents.map(({ task_id, status }) => [task_id, status])).toEqual([
      ["a", "idle"],
      ["b", "idle"],
    ]);
  });

  it("is of one organization, or of all, whose agents are then named with it", async () => {
    const house = busyHouse();
    house.stream().say({ agentId: "pm", registration: { organizationId: "acme" } });
    expect((await ask(house, "acme")).monitor.agents).toEqual(["pm"]);
    expect((await ask(house, "*")).monitor.agents).toEqual([
      "acme/pm",
      "default/dev",
      "default/pm",
    ]);
    await expect(ask(house, "a b")).rejects.toThrow(/organization "a b" has a character/);
  });

  it("says that a monitor that stands still is offline", async () => {
    const house = busyHouse();
    house.engine.stop();
    expect(await ask(house)).toMatchObject({ status: "offline", monitor: { running: false } });
  });

  it("refuses to name more agents than fit in one answer", async () => {
    const house = new House();
    const now = house.engine.now();
    for (let at = 0; at <= 10_000; at++) {
      house.engine.monitor.attach(
        {
          organizationId: "default",
          agentId: `agent-${at}`,
          instanceId: "",
          epoch: 0,
          stream: false,
          declaration: undefined,
          client: undefined,
        },
        now,
      );
    }
    await expect(ask(house)).rejects.toThrow(
      /too many agents \(limit: 10000 agents\); ask for one/,
    );
  });
});
