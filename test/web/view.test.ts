import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AgentState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { filterOf } from "../../web/src/view/filter.ts";
import { agentHref, hrefOf, routeOf } from "../../web/src/view/route.ts";
import { forms, fromQuery, orders, states, toQuery, wholeView } from "../../web/src/view/view.ts";
import { seen } from "./support/agents.ts";

const anyView = fc.record({
  search: fc.string(),
  states: fc.subarray([...states]),
  type: fc.string(),
  organization: fc.string(),
  labels: fc.array(fc.string({ minLength: 1 })),
  order: fc.constantFrom(...orders),
  form: fc.constantFrom(...forms),
  sort: fc.string(),
});

describe("a view in the URL", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(fromQuery(toQuery(view))).toEqual(view);
        const route = { kind: "agents", view } as const;
        expect(routeOf(hrefOf(route))).toEqual(route);
      }),
    );
  });

  it("is short: what is as usual is left out", () => {
    expect(hrefOf({ kind: "agents", view: wholeView })).toBe("#/");
    expect(toQuery({ ...wholeView, states: [AgentState.DOWN, AgentState.SUSPECT] })).toBe(
      "state=DOWN%2CSUSPECT",
    );
  });

  it("is as usual where a URL makes no sense", () => {
    expect(fromQuery("state=SLEEPING&order=random&form=cube&label=")).toEqual(wholeView);
  });
});

describe("an agent's place", () => {
  it("names it, whatever is in its id", () => {
    const id = fc.stringMatching(/^[A-Za-z0-9._:/@-]{1,128}$/);
    fc.assert(
      fc.property(id, id, (organizationId, agentId) => {
        expect(routeOf(agentHref({ organizationId, agentId }))).toEqual({
          kind: "agent",
          organizationId,
          agentId,
        });
      }),
    );
  });

  it("does not break on a URL that is cut off", () => {
    expect(routeOf("#/agents/default/a%2")).toMatchObject({ agentId: "a%2" });
    expect(routeOf("#/agents/default/")).toMatchObject({ kind: "agents" });
  });
});

describe("a filter", () => {
  const worker = seen("eu/Worker-1", {
    agentType: "worker",
    labels: { region: "eu", team: "build=1" },
  });
  it.each([
    [{ search: "worker-" }, true],
    [{ search: " WORKER " }, true],
    [{ search: "worker-2" }, false],
    [{ states: [AgentState.ALIVE] }, true],
    [{ states: [AgentState.DOWN, AgentState.LEFT] }, false],
    [{ type: "worker" }, true],
    [{ type: "work" }, false],
    [{ organization: "acme" }, false],
    [{ labels: ["region=eu"] }, true],
    [{ labels: ["region"] }, true],
    [{ labels: ["region=us"] }, false],
    [{ labels: ["region=eu", "zone=a"] }, false],
    [{ labels: ["team=build=1"] }, true],
    [{ labels: ["constructor"] }, false],
  ])("of %o lets it through: %s", (change, isThrough) => {
    expect(filterOf({ ...wholeView, ...change })(worker)).toBe(isThrough);
  });
});
