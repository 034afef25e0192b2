import { describe, expect, it } from "vitest";
import type { Silence } from "../../src/alerts/silences.ts";
import { BookBench } from "./book-bench.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("a silence", () => {
  it("keeps what begins in it from being told, and what ends in it too", () => {
    const bench = new BookBench();
    const { id } = bench.silence();
    bench.down("a").pass(MINUTE);
    expect(bench.alerts()).toEqual(["agent_down muted 1/1"]);
    expect(bench.book.silenceOf(bench.book.list()[0])).toBe(id);
    bench.back("a").pass(2 * HOUR);
    expect(bench.told()).toEqual([]);
  });

  it("ends, and what still fires is told then", () => {
    const bench = new BookBench();
    bench.silence();
    bench.down("a").pass(59 * MINUTE);
    expect(bench.told()).toEqual([]);
    bench.pass(MINUTE);
    expect(bench.notices()).toEqual(["firing"]);
  });

  it("that is ended by hand tells at once what still fires", () => {
    const bench = new BookBench();
    const { id } = bench.silence();
    bench.down("a").pass(MINUTE);
    bench.book.silences.end(id, bench.now);
    bench.pass(1_000);
    expect(bench.notices()).toEqual(["firing"]);
    expect(bench.book.silences.end(id, bench.now)?.endsAt).toBe(bench.wall - 1_000);
    expect(bench.book.silences.end("unknown", bench.now)).toBeUndefined();
  });

  it("in which the delay of what began runs out does not hide what began with it and is not silenced", () => {
    const bench = new BookBench();
    bench.silence({ idPrefix: "quiet-" });
    bench.down("quiet-1").down("loud-1").down("quiet-2").pass(10_000);
    expect(bench.told()).toEqual([
      "firing: loud-1 (type worker) of default is DOWN: silent for 3.2 s",
    ]);
    bench.pass(HOUR);
    expect(bench.told()).toEqual(["firing: 2 agents of default are DOWN: quiet-1 and quiet-2"]);
  });

  it("made later keeps an alert quiet when it matches all of it, and no part of it otherwise", () => {
    const bench = new BookBench();
    bench.down("a1").down("b1");
    bench.silence({ idPrefix: "a" });
    bench.pass(10_000);
    expect(bench.notices()).toEqual(["firing"]);
    const other = new BookBench();
    other.down("a1").down("b1").pass(1_000).back("b1");
    other.silence({ idPrefix: "a" });
    other.pass(MINUTE);
    expect(other.notices()).toEqual([]);
  });

  it("leaves nobody who was told with something that is over", () => {
    const bench = new BookBench();
    bench.down("a").pass(10_000);
    bench.silence();
    bench.pass(5 * HOUR).back("a");
    expect(bench.notices()).toEqual(["firing", "repeat", "resolved"]);
    const within = new BookBench();
    within.down("a").pass(10_000);
    within.silence();
    within.pass(MINUTE).back("a");
    expect(within.notices()).toEqual(["firing", "resolved"]);
  });

  it("puts off the repetition that falls into it", () => {
    const bench = new BookBench();
    bench.down("a").pass(3.5 * HOUR);
    expect(bench.notices()).toEqual(["firing"]);
    bench.silence();
    bench.pass(HOUR - 1_000);
    expect(bench.notices()).toEqual([]);
    bench.pass(1_000);
    expect(bench.notices()).toEqual(["repeat"]);
  });

  it("that ends at the instant at which another one is made is over all the same", () => {
    const bench = new BookBench();
    bench.silence({ endsAt: bench.wall + 60_000 });
    bench.down("a").pass(MINUTE - 1_000);
    bench.mono += 1_000;
    bench.wall += 1_000;
    bench.silence({ organizationId: "acme" });
    bench.pass(1_000);
    expect(bench.notices()).toEqual(["firing"]);
  });

  it("that begins later is none before", () => {
    const bench = new BookBench();
    const startsAt = bench.wall + HOUR;
    bench.silence({ startsAt, endsAt: startsAt + HOUR });
    bench.down("a").pass(10_000);
    expect(bench.notices()).toEqual(["firing"]);
    bench
      .pass(HOUR)
      .down("b")
      .pass(30 * MINUTE);
    expect(bench.notices()).toEqual([]);
  });

  it("ends when it was told to, also when the monitor was away meanwhile", () => {
    const bench = new BookBench();
    bench.silence();
    bench.down("a").pass(MINUTE);
    bench.restart(58 * MINUTE);
    bench.pass(30_000);
    expect(bench.notices()).toEqual([]);
    bench.pass(30_000);
    expect(bench.notices()).toEqual(["firing"]);
  });

  const table: readonly [string, Partial<Silence>, readonly string[]][] = [
    ["an organization", { organizationId: "acme" }, ["b", "c", "stall", "task"]],
    ["every organization", { organizationId: "*" }, []],
    ["an agent's id", { idPrefix: "a" }, ["b", "c", "stall"]],
    ["a type", { agentType: "loader" }, ["a", "c", "stall", "task"]],
    ["labels", { labels: { zone: "eu" } }, ["a", "b", "stall", "task"]],
    ["all of its labels", { labels: { zone: "eu", tier: "1" } }, ["a", "b", "c", "stall", "task"]],
    ["a kind", { kinds: ["task_stale"] }, ["a", "b", "c", "stall"]],
  ];
  it.each(table)("matches by %s", (_, facts, loud) => {
    // Each apart, so that each is silenced or told by itself.
    const bench = new BookBench({ policy: { groupWindowMs: 0 } });
    bench.labels.set("c", { zone: "eu" });
    bench.taskStates.set("task", "stale");
    bench.silence(facts);
    bench.down("a", facts.organizationId === "acme" ? { organizationId: "acme" } : {});
    bench.down("b", { agentType: "loader" }).down("c").task("task_stale", "a", "task");
    const reason = "stall";
    bench.hear({ type: "monitor_stalled", at: bench.now, stalledMs: 9_000, heldBackMs: 1, reason });
    bench.pass(MINUTE);
    const told = bench.messages.map(({ notification: { alert } }) => {
      const [member] = alert?.members ?? [];
      return alert?.kind === "monitor" ? member.reason : member.taskId || member.agentId;
    });
    expect(told.sort()).toEqual(loud);
  });

  it("of another organization matches nothing of this one's, one of all does", () => {
    const bench = new BookBench();
    bench.silence({ organizationId: "acme" });
    bench.down("a").pass(MINUTE);
    expect(bench.notices()).toEqual(["firing"]);
    bench.silence({ organizationId: "*" });
    bench.down("b", { organizationId: "acme" }).down("c", { organizationId: "other" }).pass(MINUTE);
    expect(bench.notices()).toEqual([]);
  });

  it("that has ended pushes out none of another organization", () => {
    const bench = new BookBench();
    const kept = bench.silence({ organizationId: "acme", endsAt: bench.wall + 1_000 });
    for (let n = 0; n < 1_001; n++) bench.silence({ endsAt: bench.wall + 2_000 });
    bench.pass(3_000);
    expect(bench.book.silences.find(kept.id)).toBeDefined();
    expect(bench.book.silences.list(bench.now, true)).toHaveLength(1_001);
  });

  it("is shown for a day after its end, and then forgotten", () => {
    const bench = new BookBench();
    bench.silence({ endsAt: bench.wall + 1_000 });
    const count = () => [
      bench.book.silences.list(bench.now, true).length,
      bench.book.silences.list(bench.now, false).length,
      bench.book.silences.count("default", bench.now).own,
    ];
    expect(count()).toEqual([1, 1, 1]);
    bench.pass(2_000);
    expect(count()).toEqual([1, 0, 0]);
    bench.keep();
    expect([...bench.disk.keys()]).toHaveLength(1);
    bench.pass(24 * HOUR);
    bench.keep();
    expect([count(), [...bench.disk.keys()]]).toEqual([[0, 0, 0], []]);
  });
});
