import { describe, expect, it } from "vitest";
import { BookBench } from "./book-bench.ts";

const MINUTE = 60_000;

describe("an alert", () => {
  it("is told after its delay, and that it is over to whoever was told", () => {
    const bench = new BookBench();
    bench.down("worker-7").pass(9_000);
    expect(bench.told()).toEqual([]);
    expect(bench.alerts()).toEqual(["agent_down pending 1/1"]);
    bench.pass(1_000);
    expect(bench.told()).toEqual([
      "firing: worker-7 (type worker) of default is DOWN: silent for 3.2 s",
    ]);
    bench.pass(3 * MINUTE).back("worker-7");
    expect(bench.told()).toEqual([
      "resolved: worker-7 (type worker) of default is DOWN no more after 3 min 10 s: beats again",
    ]);
    expect(bench.alerts()).toEqual(["agent_down resolved 0/1"]);
  });

  it("is not told at all when it is over before", () => {
    const bench = new BookBench();
    bench
      .down("a")
      .pass(9_000)
      .back("a")
      .pass(10 * MINUTE);
    expect(bench.told()).toEqual([]);
    expect(bench.alerts()).toEqual(["agent_down resolved 0/1"]);
  });

  it("is told at once without a delay, with all that was decided at once", () => {
    const bench = new BookBench({ policy: { delayMs: 0 } });
    const down = { type: "down", from: "suspect", to: "down", lastVitals: undefined } as const;
    bench.hear(bench.of("a", down), bench.of("b", down));
    expect(bench.told()).toEqual(["firing: 2 agents of default are DOWN: a and b"]);
  });

  it("is one for all agents that go within the window, and names three of them", () => {
    const bench = new BookBench();
    for (let n = 1; n <= 500; n++) bench.down(`worker-${n}`);
    bench.pass(10_000);
    expect(bench.told()).toEqual([
      "firing: 500 agents of default are DOWN: worker-1, worker-2, worker-3 and 497 more",
    ]);
    for (let n = 1; n <= 499; n++) bench.back(`worker-${n}`);
    expect(bench.told()).toEqual([]);
    bench.back("worker-500");
    expect(bench.told()).toEqual([
      "resolved: 500 agents of default are DOWN no more after 10 s: worker-1, worker-2, worker-3 and 497 more",
    ]);
  });

  it("names the first hundred in full, and of the others the number", () => {
    const bench = new BookBench();
    for (let n = 1; n <= 150; n++) bench.down(`w${n}`);
    bench.pass(10_000);
    const alert = bench.messages[0].notification.alert;
    expect(alert?.members.map(({ agentId }) => agentId)).toEqual(
      Array.from({ length: 100 }, (_, n) => `w${n + 1}`),
    );
    expect([alert?.memberCount, alert?.openCount]).toEqual([150, 150]);
  });

  it("tells only of those that are not well again by then", () => {
    const bench = new BookBench();
    bench.down("a").pass(5_000).down("b").pass(4_000).back("a").pass(5_000);
    expect(bench.told()).toEqual([]);
    bench.pass(1_000);
    expect(bench.told()).toEqual(["firing: b (type worker) of default is DOWN: silent for 3.2 s"]);
  });

  it("grows while its window is open, and tells so once in five minutes", () => {
    const bench = new BookBench();
    bench.down("a").pass(10_000);
    expect(bench.notices()).toEqual(["firing"]);
    bench
      .pass(15_000)
      .down("b")
      .pass(20_000)
      .down("c")
      .pass(4 * MINUTE);
    expect(bench.told()).toEqual([]);
    bench.pass(MINUTE);
    expect(bench.told()).toEqual(["grown: 3 agents of default are DOWN: a, b and c"]);
    bench.pass(30 * MINUTE);
    expect(bench.told()).toEqual([]);
  });

  it("does not grow sooner because other silences are in force", () => {
    const bench = new BookBench();
    bench.down("a").pass(10_000).down("b");
    expect(bench.notices()).toEqual(["firing"]);
    bench.silence({ organizationId: "acme" });
    bench.pass(4 * MINUTE);
    expect(bench.notices()).toEqual([]);
    bench.pass(MINUTE);
    expect(bench.notices()).toEqual(["grown"]);
  });

  it("takes nothing more half a minute after the last that joined, or five minutes after the first", () => {
    const bench = new BookBench();
    bench.down("a").pass(31_000).down("b");
    expect(bench.alerts()).toEqual(["agent_down told 1/1", "agent_down pending 1/1"]);
    const steady = new BookBench();
    for (let n = 0; n <= 12; n++) steady.down(`w${n}`).pass(29_000);
    expect(steady.alerts()).toEqual(["agent_down told 11/11", "agent_down told 2/2"]);
  });

  it("keeps organizations, kinds and routes apart", () => {
    const bench = new BookBench({
      channelsFor: ({ labels }) => (labels.team === "red" ? ["red"] : ["ops"]),
    });
    bench.labels.set("r", { team: "red" });
    bench.down("a").down("r").down("x", { organizationId: "acme" });
    bench.taskStates.set("t", "stale");
    bench.task("task_stale", "b", "t");
    bench.pass(10_000);
    expect(
      bench.messages.map(({ channel, notification }) => [channel, notification.summary]),
    ).toEqual([
      ["ops", "a (type worker) of default is DOWN: silent for 3.2 s"],
      ["red", "r (type worker) of default is DOWN: silent for 3.2 s"],
      ["ops", "x (type worker) of acme is DOWN: silent for 3.2 s"],
      ["ops", "task t of b (type worker) of default stands still: task t: task_stale"],
    ]);
  });

  it("is told again every four hours while it lasts", () => {
    const bench = new BookBench();
    bench.down("a").pass(10_000);
    expect(bench.notices()).toEqual(["firing"]);
    bench.pass(4 * 60 * MINUTE - 1_000);
    expect(bench.notices()).toEqual([]);
    bench.pass(1_000);
    expect(bench.notices()).toEqual(["repeat"]);
    bench.pass(8 * 60 * MINUTE);
    expect(bench.notices()).toEqual(["repeat", "repeat"]);
  });

  it("is never told again with a repeat of 0", () => {
    const bench = new BookBench({ policy: { repeatMs: 0 } });
    bench.down("a").pass(10_000);
    expect(bench.notices()).toEqual(["firing"]);
    bench.pass(24 * 60 * MINUTE);
    expect(bench.notices()).toEqual([]);
  });

  it("has a message name that is the same to every channel and no other message's", () => {
    const bench = new BookBench({ channelsFor: () => ["ops", "pager"] });
    bench.down("a").pass(10_000).back("a");
    expect(bench.messages.map(({ notification, channel }) => [notification.id, channel])).toEqual([
      ["alert-1-1", "ops"],
      ["alert-1-1", "pager"],
      ["alert-1-2", "ops"],
      ["alert-1-2", "pager"],
    ]);
  });

  it("without a channel is kept and shown, and told to nobody", () => {
    const bench = new BookBench({ channelsFor: () => [] });
    bench.down("a").pass(10_000);
    expect(bench.alerts()).toEqual(["agent_down told 1/1"]);
    bench.back("a");
    expect(bench.messages).toEqual([]);
  });

  it("of an agent that left or was removed is over, and says why", () => {
    const bench = new BookBench();
    bench.down("a").pass(10_000).told();
    bench.hear(bench.of("a", { type: "left", from: "down", to: "left", reason: "said goodbye" }));
    bench.pass(MINUTE).down("b").pass(10_000);
    bench.hear(bench.of("b", { type: "removed", reason: "was DOWN for 1 d" }));
    expect(bench.told().map((told) => told.split(": ").slice(2).join(": "))).toEqual([
      "it left: said goodbye",
      "silent for 3.2 s",
      "it is known no more: was DOWN for 1 d",
    ]);
  });
});

describe("an alert of two processes with one id", () => {
  it("is over after ten minutes without another swap", () => {
    const bench = new BookBench();
    const conflict = () => bench.hear(bench.of("a", { type: "conflict", reason: "3 swaps" }));
    conflict();
    bench.pass(9 * MINUTE);
    conflict();
    bench.pass(9 * MINUTE);
    expect(bench.notices()).toEqual(["firing"]);
    bench.pass(2 * MINUTE);
    expect(bench.told()).toEqual([
      "resolved: a (type worker) of default is fought over no more after 19 min: nothing more was heard of it",
    ]);
  });
});

describe("an alert of a task", () => {
  it("that stands still is over when the task moves, which no event tells", () => {
    const bench = new BookBench();
    bench.taskStates.set("t", "stale");
    bench.task("task_stale", "a", "t").pass(MINUTE);
    expect(bench.notices()).toEqual(["firing"]);
    bench.taskStates.set("t", "running");
    bench.pass(1_000);
    expect(bench.told()).toEqual([
      "resolved: task t of a (type worker) of default stands still no more after 1 min 1 s: it shows activity again",
    ]);
  });

  it("that timed out is over when it ends after all, or after a day", () => {
    const bench = new BookBench();
    bench.task("task_timed_out", "a", "t1").pass(MINUTE).task("task_timed_out", "a", "t2");
    bench.pass(MINUTE);
    expect(bench.notices()).toEqual(["firing", "firing"]);
    bench.task("task_finished", "a", "t1");
    expect(bench.notices()).toEqual(["resolved"]);
    bench.pass(24 * 60 * MINUTE - 2 * MINUTE);
    expect(bench.notices().filter((notice) => notice === "resolved")).toEqual([]);
    bench.pass(2 * MINUTE);
    expect(bench.notices()).toEqual(["resolved"]);
  });

  it("is none while another attempt is awaited", () => {
    const bench = new BookBench();
    bench.task("task_timed_out", "a", "t", { nextAttemptAt: bench.wall + 1_000 });
    expect(bench.alerts()).toEqual([]);
  });

  it("that is given up is told as that alone", () => {
    const bench = new BookBench();
    bench.task("task_timed_out", "a", "t").task("task_given_up", "a", "t").pass(MINUTE);
    expect(bench.told()).toEqual([
      "firing: task t of a (type worker) of default is given up: task t: task_given_up",
    ]);
    expect(bench.alerts()).toEqual(["task_lost resolved 0/1", "task_given_up told 1/1"]);
  });

  it("that was lost with its agent is told with it, and has none of its own", () => {
    const bench = new BookBench();
    bench.down("a");
    for (let n = 1; n <= 12; n++) bench.task("task_orphaned", "a", `t${n}`);
    bench.pass(10_000);
    expect(bench.told()).toEqual([
      "firing: a (type worker) of default is DOWN: silent for 3.2 s; lost with it: tasks t1, t2, t3, t4, t5, t6, t7, t8, t9, t10 and 2 more",
    ]);
    bench.task("task_orphaned", "b", "t");
    expect(bench.alerts()).toEqual(["agent_down told 1/1", "task_lost pending 1/1"]);
  });

  it("goes with its agent when that is removed", () => {
    const bench = new BookBench();
    bench.task("task_stale", "a", "t1").task("task_timed_out", "a", "t2");
    bench.hear(bench.of("a", { type: "removed" }));
    expect(bench.alerts()).toEqual(["task_stale resolved 0/1", "task_lost resolved 0/1"]);
  });
});

describe("an alert of the monitor itself", () => {
  const stalled = (bench: BookBench) =>
    bench.hear({
      type: "monitor_stalled",
      at: bench.now,
      stalledMs: 9_000,
      heldBackMs: 9_000,
      reason: "the monitor stood still for 9 s",
    });

  it("is told once, and over after ten quiet minutes", () => {
    const bench = new BookBench();
    stalled(bench);
    bench.pass(MINUTE);
    stalled(bench);
    bench.pass(9 * MINUTE);
    expect(bench.told()).toEqual(["firing: the monitor itself: the monitor stood still for 9 s"]);
    bench.pass(2 * MINUTE);
    expect(bench.notices()).toEqual(["resolved"]);
  });

  it("is none for a stall of less than five seconds", () => {
    const bench = new BookBench();
    const stall = { type: "monitor_stalled", at: bench.now, heldBackMs: 0, reason: "" } as const;
    bench.hear({ ...stall, stalledMs: 4_999 });
    expect(bench.alerts()).toEqual([]);
    bench.hear({ ...stall, stalledMs: 5_000 });
    expect(bench.alerts()).toHaveLength(1);
  });
});

describe("after the monitor was away", () => {
  it("those who did not come back are one alert, though they are given up one after the other", () => {
    const bench = new BookBench();
    bench
      .down("a", { after: "absence" })
      .pass(2 * MINUTE)
      .down("b", { after: "absence" });
    bench
      .pass(2 * MINUTE)
      .down("c", { after: "absence" })
      .down("d");
    expect(bench.alerts()).toEqual(["agent_down told 3/3", "agent_down pending 1/1"]);
    expect(bench.told()).toEqual([
      "firing: a (type worker) of default did not come back after the monitor was away: silent for 3.2 s",
    ]);
    bench.pass(2 * MINUTE);
    expect(bench.told()).toEqual([
      "firing: d (type worker) of default is DOWN: silent for 3.2 s",
      "grown: 3 agents of default did not come back after the monitor was away: a, b and c",
    ]);
  });
});

describe("a mass failure", () => {
  const started = (bench: BookBench) =>
    bench.hear({
      type: "protection_started",
      at: bench.now,
      organizationId: "default",
      suspects: 50,
      watched: 100,
      reason: "50 of 100 agents fell silent within 10 s",
    });
  const ended = (bench: BookBench, stillHeld: number) =>
    bench.hear({
      type: "protection_ended",
      at: bench.now,
      organizationId: "default",
      heldMs: 5,
      stillHeld,
      reason: "most agents are back",
    });

  it("is one message, those included that went before it was seen and those that are let go after", () => {
    const bench = new BookBench();
    bench.down("early").pass(2_000);
    started(bench);
    expect(bench.alerts()).toEqual(["mass_failure pending 2/2"]);
    bench.pass(MINUTE);
    expect(bench.told()).toEqual([
      "firing: default: 50 of 100 agents fell silent within 10 s; DOWN by now: early",
    ]);
    bench.held = 2;
    ended(bench, 2);
    bench.pass(2_000).down("h1", { after: "hold" }).pass(2_000).down("h2", { after: "hold" });
    bench.held = 0;
    bench.pass(10 * MINUTE);
    bench.silence({ organizationId: "acme" });
    bench.pass(MINUTE);
    expect(bench.told()).toEqual([]);
    expect(bench.alerts()).toEqual(["mass_failure told 3/4"]);
    bench.back("early").back("h1");
    expect(bench.told()).toEqual([]);
    bench.back("h2");
    expect(bench.notices()).toEqual(["resolved"]);
  });

  it("is over with the hold when everybody is back", () => {
    const bench = new BookBench();
    started(bench);
    bench.pass(MINUTE);
    ended(bench, 0);
    bench.pass(1_000);
    expect(bench.told().at(-1)).toBe(
      "resolved: default: 50 of 100 agents fell silent within 10 s; over after 1 min 1 s: most agents are back",
    );
  });

  it("does not take what was told before, nor an agent that tells its own death", () => {
    const bench = new BookBench();
    bench.down("a").pass(10_000);
    started(bench);
    bench.down("b");
    expect(bench.alerts()).toEqual(["agent_down told 2/2", "mass_failure pending 1/1"]);
  });

  it("does not outlive a restart: whoever does not come back is told of as that", () => {
    const bench = new BookBench();
    started(bench);
    bench.pass(MINUTE);
    bench.restart();
    expect(bench.notices()).toEqual(["firing", "resolved"]);
  });
});

describe("what comes and goes", () => {
  /** Down for a while and back for a while, so often. */
  const flap = (bench: BookBench, times: number, downMs = 5_000, upMs = 5_000) => {
    for (let n = 0; n < times; n++) bench.down("a").pass(downMs).back("a").pass(upMs);
  };

  it("is told once as that, and not again before it has rested", () => {
    const bench = new BookBench();
    flap(bench, 4);
    expect(bench.told()).toEqual([]);
    flap(bench, 20);
    expect(bench.told()).toEqual([
      "flapping: a (type worker) of default comes and goes: silent for 3.2 s",
    ]);
    expect(bench.alerts().at(-1)).toBe("agent_down told 1/1");
    // Each time that it began again it has to rest for longer.
    bench.pass(10 * MINUTE);
    expect(bench.told()).toEqual([]);
    bench.pass(10 * MINUTE);
    expect(bench.told()).toEqual([
      expect.stringMatching(/^resolved: a .* it comes and goes no more$/),
    ]);
  });

  it("and stays is told as firing once it has rested", () => {
    const bench = new BookBench();
    flap(bench, 8);
    bench.told();
    bench.down("a").pass(15 * MINUTE);
    expect(bench.told()).toEqual(["firing: a (type worker) of default is DOWN: silent for 3.2 s"]);
    bench.back("a");
    expect(bench.notices()).toEqual(["resolved"]);
  });

  it("now and then is told each time", () => {
    const bench = new BookBench();
    flap(bench, 5, 15_000, 10 * MINUTE);
    expect(bench.notices()).toEqual(Array.from({ length: 5 }, () => ["firing", "resolved"]).flat());
  });

  it("is remembered over a restart", () => {
    const bench = new BookBench();
    flap(bench, 4);
    bench.restart();
    flap(bench, 3);
    expect(bench.notices()).toEqual(["flapping"]);
  });
});
