import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BookBench } from "./book-bench.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe("after a restart", () => {
  it("nobody is told again of what was told, and is told that it is over", () => {
    const bench = new BookBench();
    for (let n = 1; n <= 150; n++) bench.down(`w${n}`);
    bench.pass(10_000);
    expect(bench.notices()).toEqual(["firing"]);
    bench.restart(MINUTE);
    bench.pass(MINUTE);
    expect(bench.alerts()).toEqual(["agent_down told 150/150"]);
    for (let n = 1; n <= 149; n++) bench.back(`w${n}`);
    bench.restart();
    expect(bench.alerts()).toEqual(["agent_down told 1/150"]);
    expect(bench.notices()).toEqual([]);
    bench.back("w150");
    expect(bench.notices()).toEqual(["resolved"]);
  });

  it("what was pending goes on from where it stood", () => {
    const bench = new BookBench();
    bench.down("a").pass(6_000);
    bench.restart(60 * MINUTE);
    bench.pass(3_000);
    expect(bench.notices()).toEqual([]);
    bench.pass(1_000);
    expect(bench.notices()).toEqual(["firing"]);
  });

  it("what begins within the window joins the alert from before", () => {
    const bench = new BookBench();
    bench.down("a").pass(5_000);
    bench.restart();
    bench.down("b").pass(10_000);
    expect(bench.told()).toEqual(["firing: 2 agents of default are DOWN: a and b"]);
  });

  it("message names go on, so that none is given twice", () => {
    const bench = new BookBench();
    bench.down("a").pass(10_000);
    bench.restart();
    bench.back("a");
    expect(bench.messages.map(({ notification }) => notification.id)).toEqual([
      "alert-1-1",
      "alert-1-2",
    ]);
  });

  it("what is over without having been told so is over", () => {
    const bench = new BookBench();
    bench.down("a").down("b").pass(10_000);
    bench.agentStates.set("a", "alive");
    bench.restart();
    expect(bench.alerts()).toEqual(["agent_down told 1/2"]);
  });

  it("a document that is none of ours is told of, and the others are taken up", () => {
    const bench = new BookBench();
    bench.down("a").pass(10_000);
    bench.keep();
    bench.disk.set("x", { collection: "alerts", id: "broken", body: "{" });
    bench.disk.set("y", { collection: "deliveries", id: "not ours", body: "?" });
    const strange = {
      empty: {},
      nothing: null,
      "of another name": { id: "other", number: 2 },
      "without a phase": { id: "without a phase", number: 3 },
    };
    for (const [id, head] of Object.entries(strange)) {
      bench.disk.set(id, { collection: "alerts", id, body: JSON.stringify(head) });
    }
    bench.disk.set("z", { collection: "alert_named", id: "no list", body: "7" });
    bench.disk.set("torn", {
      collection: "alerts",
      id: "torn",
      body: JSON.stringify({ id: "torn", number: 4, phase: { name: "pending" }, kind: "gone" }),
    });
    bench.restart();
    expect(bench.problems.map((problem) => problem.replace("unreadable: ", "")).sort()).toEqual(
      ["broken", "no list", "torn", ...Object.keys(strange)].sort(),
    );
    expect(bench.alerts()).toEqual(["agent_down told 1/1"]);
  });

  it.each([
    ["silences", "nothing", null],
    ["silences", "no silence", { id: "no silence" }],
    ["alert_flaps", "no penalty", null],
    ["alerts", "of a later version", { phase: { name: "escalated" } }],
    ["alerts", "never over", { phase: { name: "resolved" } }],
  ])("a strange document in %s is told of: %s", (collection, id, change) => {
    const bench = new BookBench();
    bench.down("a").pass(10_000);
    bench.keep();
    const ours = JSON.parse(bench.disk.get("alerts alert-1")?.body ?? "");
    const strange = collection === "alerts" ? { ...ours, id, number: 2, ...change } : change;
    bench.disk.set(id, { collection, id, body: JSON.stringify(strange) });
    bench.restart();
    expect(bench.problems).toEqual([`unreadable: ${id}`]);
    expect(bench.alerts()).toEqual(["agent_down told 1/1"]);
    expect(bench.book.silences.list(bench.now, true)).toEqual([]);
  });

  it("an alert with a strange member is told of, and left out", () => {
    const bench = new BookBench();
    bench.down("a").pass(10 * MINUTE);
    bench.down("b").pass(10_000);
    bench.keep();
    const [collection, id] = ["alert_named", "alert-1"];
    bench.disk.set("alert_named alert-1", { collection, id, body: '[{"number":1}]' });
    bench.restart();
    expect(bench.problems).toEqual(["unreadable: alert-1"]);
    expect(bench.alerts()).toEqual(["agent_down told 1/1"]);
  });

  it("those that were over first are forgotten first", () => {
    const bench = new BookBench();
    bench.down("a").pass(40 * MINUTE);
    bench.down("b").pass(MINUTE).back("b").pass(MINUTE).back("a");
    expect(bench.alerts()).toEqual(["agent_down resolved 0/1", "agent_down resolved 0/1"]);
    bench.restart();
    bench.pass(DAY - 90_000);
    expect(bench.book.list()).toHaveLength(2);
    bench.pass(MINUTE);
    expect(bench.book.list().map(({ number }) => number)).toEqual([1]);
  });

  it("quiet spans and tasks' ends are awaited on", () => {
    const bench = new BookBench();
    bench.hear(bench.of("a", { type: "conflict", reason: "3 swaps" }));
    bench.taskStates.set("t", "stale");
    bench.task("task_stale", "a", "t").pass(5 * MINUTE);
    expect(bench.notices()).toEqual(["firing", "firing"]);
    bench.restart(DAY);
    bench.pass(4 * MINUTE);
    expect(bench.notices()).toEqual([]);
    bench.taskStates.delete("t");
    bench.pass(2 * MINUTE);
    expect(bench.notices()).toEqual(["resolved", "resolved"]);
  });
});

describe("what is kept", () => {
  it("is two documents for an alert of up to a hundred, and few for all beyond", () => {
    const bench = new BookBench();
    for (let n = 1; n <= 200; n++) bench.down(`w${n}`);
    bench.keep();
    expect([...bench.disk.keys()].filter((key) => key.startsWith("alert_members"))).toHaveLength(7);
    expect(bench.disk.size).toBe(9);
    for (let n = 1; n <= 200; n++) bench.back(`w${n}`);
    bench.keep();
    expect(bench.disk.size).toBe(2);
  });

  it("is forgotten a day after it was over, or when a thousand others were over since", () => {
    const bench = new BookBench({ policy: { groupWindowMs: 0 } });
    bench.down("a");
    bench.keep();
    bench.back("a").pass(DAY - 1_000);
    expect(bench.alerts()).toHaveLength(1);
    bench.pass(1_000);
    bench.keep();
    expect([bench.alerts(), [...bench.disk.keys()]]).toEqual([[], []]);
    for (let n = 1; n <= 1_100; n++) bench.down(`w${n}`).back(`w${n}`);
    bench.keep();
    expect([bench.alerts().length, bench.disk.size]).toEqual([1_000, 2_000]);
  });
});

describe("at its bounds", () => {
  it("what begins joins the last alert of its kind when too many are open", () => {
    const bench = new BookBench({ limits: { openAlerts: 2 } });
    for (let n = 1; n <= 4; n++) bench.down(`w${n}`).pass(MINUTE);
    expect(bench.alerts()).toEqual(["agent_down told 1/1", "agent_down told 3/3"]);
    expect(bench.problems).toEqual([
      "too many alerts are open: what begins joins the last of its kind",
    ]);
  });

  it("what begins is only counted when too much is not well", () => {
    const bench = new BookBench({ limits: { followed: 2 } });
    bench.down("a").down("b").down("c").down("d");
    expect(bench.alerts()).toEqual(["agent_down pending 2/4"]);
    expect(bench.problems).toHaveLength(1);
    bench.back("c").back("a").back("b");
    expect(bench.alerts()).toEqual(["agent_down resolved 0/4"]);
  });
});

describe("over any history with restarts", () => {
  type Step =
    | { readonly do: "down" | "back"; readonly agent: number }
    | { readonly do: "pass"; readonly ms: number }
    | { readonly do: "restart" };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ do: fc.constantFrom("down" as const, "back" as const), agent: fc.nat(5) }),
    fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 400_000 }) }),
    fc.constant({ do: "restart" as const }),
  );

  it("each DOWN is of exactly one open alert, and whoever is told that it fires is told that it is over", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bench = new BookBench();
        const down = new Set<string>();
        for (const one of steps) {
          if (one.do === "restart") bench.restart(60_000);
          if (one.do === "pass") bench.pass(one.ms);
          if (!("agent" in one)) continue;
          const agent = `w${one.agent}`;
          if (one.do === "down" && !down.has(agent)) bench.down(agent);
          if (one.do === "back" && down.has(agent)) bench.back(agent);
          if (one.do === "down") down.add(agent);
          else down.delete(agent);
        }
        const members = bench.book
          .list()
          .filter((alert) => alert.isOpen)
          .flatMap((alert) => [...alert.open()].filter((member) => !member.over));
        expect(members.map(({ agentId }) => agentId).sort()).toEqual([...down].sort());
        for (const agent of down) bench.back(agent);
        bench.pass(30 * 60_000);
        const ids = bench.messages.map(({ notification }) => notification.id);
        expect(new Set(ids).size).toBe(ids.length);
        const told = new Map<string, string[]>();
        for (const { notification } of bench.messages) {
          const id = notification.alert?.id ?? "";
          told.set(id, [...(told.get(id) ?? []), notification.notice]);
        }
        for (const notices of told.values()) {
          expect(["firing", "flapping"]).toContain(notices[0]);
          expect(notices.indexOf("resolved")).toBe(notices.length - 1);
        }
      }),
      { numRuns: 200 },
    );
  });
});
