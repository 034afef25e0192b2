import { describe, expect, it } from "vitest";
import { type Match, Routes, type Rule } from "../../src/alerts/routes.ts";
import { type AlertSubject, defaultAlertPolicy } from "../../src/alerts/routing.ts";

const subject: AlertSubject = {
  organizationId: "acme",
  kind: "agent_down",
  severity: "error",
  agentType: "worker",
  labels: { team: "a", zone: "eu" },
};

function rule(channel: string, match: Match = {}, rest: Partial<Rule> = {}): Rule {
  return { match, channels: [channel], goesOn: false, policy: {}, ...rest };
}

const channelsOf = (rules: readonly Rule[], about: Partial<AlertSubject> = {}) =>
  new Routes(rules, defaultAlertPolicy).routeOf({ ...subject, ...about }).channels;

describe("a rule", () => {
  it.each<[string, Match, boolean]>([
    ["nothing", {}, true],
    ["its organization", { organizations: new Set(["acme", "b"]) }, true],
    ["another organization", { organizations: new Set(["b"]) }, false],
    ["its type", { types: new Set(["worker"]) }, true],
    ["another type", { types: new Set(["work"]) }, false],
    ["its kind", { kinds: new Set(["agent_down", "monitor"]) }, true],
    ["another kind", { kinds: new Set(["monitor"]) }, false],
    [
      "all of its labels",
      {
        labels: new Map([
          ["team", "a"],
          ["zone", "eu"],
        ]),
      },
      true,
    ],
    [
      "one label with another value",
      {
        labels: new Map([
          ["team", "a"],
          ["zone", "us"],
        ]),
      },
      false,
    ],
    ["a label that it has not", { labels: new Map([["none", "a"]]) }, false],
    ["a lower severity", { severity: "warning" }, true],
    ["its severity", { severity: "error" }, true],
    ["two things, of which one is not so", { types: new Set(["worker"]), kinds: new Set() }, false],
  ])("that asks for %s matches or not", (_, match, expected) => {
    expect(channelsOf([rule("x", match)])).toEqual(expected ? ["x"] : []);
  });

  it("that asks for more severity than there is does not match", () => {
    expect(channelsOf([rule("x", { severity: "error" })], { severity: "warning" })).toEqual([]);
  });

  it("that asks for an organization does not match the monitor itself", () => {
    const rules = [rule("x", { organizations: new Set(["acme"]) }), rule("all")];
    expect(channelsOf(rules, { organizationId: undefined })).toEqual(["all"]);
  });
});

describe("rules", () => {
  it("are asked in their order, as far as the first that matches", () => {
    expect(channelsOf([rule("x", { kinds: new Set() }), rule("y"), rule("z")])).toEqual(["y"]);
  });

  it("that go on add the channels of those after them, each once", () => {
    const goesOn = { goesOn: true };
    const rules = [rule("x", {}, goesOn), rule("y", {}, goesOn), rule("x"), rule("z")];
    expect(channelsOf(rules)).toEqual(["x", "y"]);
  });

  it("may tell nobody on purpose", () => {
    expect(channelsOf([rule("x", {}, { channels: [] }), rule("y")])).toEqual([]);
  });

  it("have the policy of the first that matches, and for the rest the file's", () => {
    const rules = [
      rule("x", {}, { goesOn: true, policy: { delayMs: 0 } }),
      rule("y", {}, { policy: { repeatMs: 1 } }),
    ];
    const policy = { delayMs: 5, groupWindowMs: 6, repeatMs: 7 };
    const route = new Routes(rules, policy).routeOf(subject);
    expect(route.policy).toEqual({ delayMs: 0, groupWindowMs: 6, repeatMs: 7 });
  });

  it("give one outcome for all that takes the same way, and different names to different ways", () => {
    const routes = new Routes(
      [rule("x", { types: new Set(["worker"]) }), rule("y")],
      defaultAlertPolicy,
    );
    const first = routes.routeOf(subject);
    expect(routes.routeOf({ ...subject, organizationId: "other" })).toBe(first);
    expect(routes.routeOf({ ...subject, agentType: "other" }).name).not.toBe(first.name);
  });
});
