import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Failure } from "../../src/alerts/attempt.ts";
import { Outbox } from "../../src/alerts/outbox.ts";
import type { Instant } from "../../src/clock.ts";
import { KeptDocuments } from "./support/kept.ts";
import { alert, message, NOON } from "./support/messages.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const all = Number.POSITIVE_INFINITY;
const at = (ms: number): Instant => ({ mono: 1_000_000 + ms, wall: NOON + ms });
const passing: Failure = { message: "answered 503", permanent: false, retryAfterMs: undefined };
const forGood: Failure = { message: "answered 400", permanent: true, retryAfterMs: undefined };

let outbox: Outbox;
let random: number;
beforeEach(() => {
  random = 1;
  outbox = fresh();
});

const unreadable: string[] = [];
const fresh = () =>
  new Outbox({
    channels: ["a", "b"],
    random: () => random,
    onUnreadable: (id) => void unreadable.push(id),
  });

/** Enqueues a message about an alert of its own, unless it is said which. */
function put(id: string, about = `alert of ${id}`, channel = "a", now = at(0)): void {
  outbox.enqueue(message(id, "firing", alert(about)), channel, now);
}

/** Tries the next one; answers its id. */
function attempt(outcome: "taken" | Failure, now: Instant, channel = "a"): string | undefined {
  const next = outbox.next(channel, all, now);
  if (!next) return undefined;
  outbox.begin(next.id);
  if (outcome === "taken") outbox.succeed(next.id, now);
  else outbox.fail(next.id, outcome, now);
  return next.id;
}

const stateOf = (id: string) => outbox.list().find((one) => one.id === id);

describe("a message", () => {
  it("to two channels is two deliveries, which end each for itself", () => {
    put("m", "x", "a");
    put("m", "x", "b");
    expect(attempt("taken", at(1), "a")).toBe("m.a");
    expect(outbox.list().map(({ id, state }) => [id, state])).toEqual([
      ["m.b", "waiting"],
      ["m.a", "delivered"],
    ]);
  });

  it("is sent under the name of its delivery, and taken once", () => {
    put("m");
    put("m");
    expect(outbox.next("a", all, at(0))?.notification.id).toBe("m.a");
    expect(outbox.list()).toHaveLength(1);
  });

  it("waits until it is on disk", () => {
    put("m");
    expect(outbox.next("a", outbox.lastOrder - 1, at(0))).toBeUndefined();
    expect(outbox.nextDueAt("a", outbox.lastOrder - 1)).toBeUndefined();
    expect(outbox.next("a", outbox.lastOrder, at(0))?.id).toBe("m.a");
  });

  it("for a channel that there is not is given up, and said so", () => {
    put("m", "x", "none");
    expect(stateOf("m.none")).toMatchObject({
      state: "dead",
      lastError: "the alerts file has no such channel",
    });
    expect(outbox.resend("m.none", at(1))?.state).toBe("dead");
  });

  it("that was put back is as if it had not begun", () => {
    put("m");
    outbox.begin("m.a");
    expect(outbox.next("a", all, at(0))).toBeUndefined();
    outbox.putBack("m.a");
    expect(stateOf("m.a")).toMatchObject({ state: "waiting", attempts: 0 });
    expect(outbox.next("a", all, at(0))?.id).toBe("m.a");
  });
});

describe("the messages of one alert", () => {
  it("go in their order, one at a time, also while the first is tried again", () => {
    put("firing", "x");
    put("resolved", "x");
    put("other", "y");
    const first = outbox.next("a", all, at(0));
    outbox.begin(first?.id ?? "");
    expect(outbox.next("a", all, at(0))?.id).toBe("other.a");
    outbox.fail("firing.a", passing, at(0));
    expect(attempt("taken", at(0))).toBe("other.a");
    expect(outbox.next("a", all, at(0))).toBeUndefined();
    expect(attempt("taken", at(5_000))).toBe("firing.a");
    expect(attempt("taken", at(5_000))).toBe("resolved.a");
  });

  it("do not wait for one that was given up", () => {
    put("firing", "x");
    put("resolved", "x");
    expect(attempt(forGood, at(0))).toBe("firing.a");
    expect(attempt("taken", at(0))).toBe("resolved.a");
  });
});

describe("a failure", () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [10, 512_000],
    [11, 600_000],
    [20, 600_000],
  ])("is the %ith in a row: the next attempt comes within %i ms", (failures, waitMs) => {
    put("m");
    let now = 0;
    for (let count = 0; count < failures; count++) {
      now = (outbox.nextDueAt("a", all) ?? 0) - at(0).mono;
      attempt(passing, at(now));
    }
    expect(stateOf("m.a")).toMatchObject({
      attempts: failures,
      nextAttemptAt: NOON + now + waitMs,
    });
  });

  it("is spread over the whole wait", () => {
    random = 0.25;
    put("m");
    attempt(passing, at(0));
    expect(stateOf("m.a")?.nextAttemptAt).toBe(NOON + 250);
  });

  it("that asks for rest gets it, up to an hour", () => {
    put("m");
    attempt({ ...passing, retryAfterMs: 7_200_000 }, at(0));
    expect(stateOf("m.a")?.nextAttemptAt).toBe(NOON + HOUR_MS);
  });

  it("for good ends it at once", () => {
    put("m");
    attempt(forGood, at(5));
    expect(stateOf("m.a")).toMatchObject({
      state: "dead",
      attempts: 1,
      lastError: "answered 400",
      endedAt: NOON + 5,
      nextAttemptAt: undefined,
    });
  });

  it("after a day of trying ends it", () => {
    put("m");
    attempt(passing, at(0));
    attempt(passing, at(DAY_MS - 1));
    expect(stateOf("m.a")?.state).toBe("waiting");
    attempt(passing, at(DAY_MS + HOUR_MS));
    expect(stateOf("m.a")).toMatchObject({ state: "dead", attempts: 3 });
  });

  it("is forgotten by what waits, once the channel takes messages again", () => {
    put("m");
    attempt({ ...passing, retryAfterMs: HOUR_MS }, at(0));
    expect(outbox.next("a", all, at(10))).toBeUndefined();
    outbox.hasten("a");
    expect(outbox.next("a", all, at(10))?.id).toBe("m.a");
  });
});

describe("what was kept", () => {
  it("and cannot be read is told, and left out", () => {
    put("m");
    const disk = new KeptDocuments();
    disk.apply(outbox.takeChanges());
    const documents = [
      ...disk.all,
      { collection: "deliveries", id: "broken", body: "{" },
      { collection: "deliveries", id: "strange", body: '{"state":"lost"}' },
      { collection: "alerts", id: "of somebody else", body: "{" },
    ];
    outbox = fresh();
    outbox.restore(documents, at(0));
    expect(outbox.list().map(({ id }) => id)).toEqual(["m.a"]);
    expect(unreadable).toEqual(["broken", "strange"]);
  });

  it("for a channel that is no more is given up, and said so", () => {
    put("m");
    const disk = new KeptDocuments();
    disk.apply(outbox.takeChanges());
    const options = { channels: ["b"], random: () => 1, onUnreadable: () => {} };
    outbox = new Outbox(options);
    outbox.restore(disk.all, at(1));
    expect(stateOf("m.a")).toMatchObject({
      state: "dead",
      lastError: "the alerts file has no such channel any more",
    });
  });
});

describe("with time", () => {
  it("what no attempt reached for a day is given up", () => {
    put("m");
    outbox.prune(at(DAY_MS - 1));
    expect(stateOf("m.a")?.state).toBe("waiting");
    outbox.prune(at(DAY_MS));
    expect(stateOf("m.a")).toMatchObject({
      state: "dead",
      lastError: "its channel took no message for a day",
    });
  });

  it("what was delivered is shown for a day, what was given up for a week", () => {
    put("good");
    put("bad");
    attempt("taken", at(0));
    attempt(forGood, at(0));
    outbox.prune(at(DAY_MS - 1));
    expect(outbox.list()).toHaveLength(2);
    outbox.prune(at(DAY_MS));
    expect(outbox.list().map(({ id }) => id)).toEqual(["bad.a"]);
    outbox.prune(at(7 * DAY_MS));
    expect(outbox.list()).toEqual([]);
    const disk = new KeptDocuments();
    disk.apply(outbox.takeChanges());
    expect(disk.all).toEqual([]);
  });
});

describe("sending again", () => {
  it("tries what was given up as if it were new", () => {
    put("m");
    attempt(forGood, at(0));
    expect(outbox.resend("m.a", at(2 * DAY_MS))).toMatchObject({ state: "waiting", attempts: 0 });
    attempt(passing, at(2 * DAY_MS));
    expect(stateOf("m.a")?.state).toBe("waiting");
    expect(attempt("taken", at(3 * DAY_MS - 1))).toBe("m.a");
  });

  it("tries at once what waits for its next attempt", () => {
    put("m");
    attempt({ ...passing, retryAfterMs: HOUR_MS }, at(0));
    outbox.resend("m.a", at(1));
    expect(outbox.next("a", all, at(1))?.id).toBe("m.a");
  });

  it("leaves what was delivered, what is under way, and what there is not", () => {
    put("m");
    outbox.begin("m.a");
    expect(outbox.resend("m.a", at(1))).toMatchObject({ state: "waiting" });
    outbox.succeed("m.a", at(1));
    expect(outbox.resend("m.a", at(1))?.state).toBe("delivered");
    expect(outbox.resend("other", at(1))).toBeUndefined();
  });
});

describe("a channel that takes nothing", () => {
  it("holds a thousand messages; the oldest are joined into one that says so", () => {
    for (let count = 0; count < 1_500; count++) put(`m${count}`, undefined, "a", at(count));
    expect(outbox.counts("a")).toEqual({ waiting: 1_001, dead: 0 });
    const joined = outbox.next("a", all, at(2_000));
    expect(joined?.notification).toMatchObject({
      id: "left-out.m0.a",
      notice: "left_out",
      alert: undefined,
      summary:
        "500 messages were left out since 2026-01-01T00:00:00.000Z (500 firing): a did not take them, and too many waited; see heartbeat alerts",
    });
    expect(attempt("taken", at(2_000))).toBe("left-out.m0.a");
    expect(attempt("taken", at(2_000))).toBe("m500.a");
  });

  it("gives the joined one another name once it was attempted, and joins what was joined meanwhile", () => {
    for (let count = 0; count < 1_001; count++) put(`m${count}`);
    const first = outbox.next("a", all, at(0));
    outbox.begin(first?.id ?? "");
    put("more");
    expect(outbox.counts("a").waiting).toBe(1_002);
    outbox.fail("left-out.m0.a", passing, at(0));
    expect(outbox.counts("a").waiting).toBe(1_001);
    const joined = outbox.list().filter(({ alertId }) => alertId === "");
    expect(joined).toMatchObject([
      {
        id: "left-out.m1.a",
        summary: expect.stringMatching(/^2 messages were left out/),
        attempts: 1,
        nextAttemptAt: NOON + 1_000,
      },
    ]);
    // Who was told nothing for long learns that first, although others have waited for longer.
    expect(outbox.next("a", all, at(1_000))?.id).toBe("left-out.m1.a");
    put("another");
    expect(outbox.list().filter(({ alertId }) => alertId === "")).toMatchObject([
      { id: "left-out.m2.a", summary: expect.stringMatching(/^3 messages/) },
    ]);
  });

  it("says whose messages the joined one stands for, if they are all of one organization", () => {
    const put = (count: number, organizationId: string | undefined) => {
      const about = alert(`x${count}`, { organizationId });
      outbox.enqueue(message(`m${count}`, "firing", about), "a", at(0));
    };
    const owner = () => outbox.list().find(({ alertId }) => alertId === "")?.organizationId;
    for (let count = 0; count < 1_002; count++) put(count, count < 2 ? "acme" : undefined);
    expect(owner()).toBe("acme");
    put(1_002, "acme");
    expect(owner()).toBeUndefined();
    attempt("taken", at(0));
    expect(owner()).toBeUndefined();
  });

  it("is bounded in bytes as well", () => {
    const members = Array.from({ length: 100 }, () => "x".repeat(1_000));
    for (let count = 0; count < 200; count++) {
      const about = alert(`x${count}`, { summary: members.join("") });
      outbox.enqueue(message(`m${count}`, "firing", about), "a", at(0));
    }
    // Each is twice in its message, as the alert's summary and as its own.
    expect(outbox.counts("a").waiting).toBeLessThan(100);
  });

  it("costs bounded memory and disk for a million events", () => {
    const disk = new KeptDocuments();
    const about = Array.from({ length: 5_000 }, (_, each) => alert(`x${each}`));
    for (let count = 0; count < 1_000_000; count++) {
      outbox.enqueue(message(`m${count}`, "firing", about[count % 5_000]), "a", at(count));
      if (count % 2_000 === 1_999) {
        // As the courier does, while nobody answers.
        attempt(passing, at(count));
        disk.apply(outbox.takeChanges());
      }
    }
    expect(outbox.counts("a").waiting).toBeLessThanOrEqual(1_002);
    expect(disk.all.length).toBeLessThanOrEqual(1_002);
    expect(disk.bytes).toBeLessThan(2_000_000);
    const [summary] = disk.all.filter(({ id }) => id.startsWith("left-out."));
    expect(summary?.body).toContain('"count":999000');
  }, 240_000);
});

/** What a courier and a core may do, in any order. */
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("put" as const), alert: fc.nat(4) }) },
    { weight: 3, arbitrary: fc.constant({ do: "begin" } as const) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("end" as const),
        how: fc.constantFrom("taken", "passing", "forGood", "putBack"),
        which: fc.nat(3),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(DAY_MS) }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ do: "resend" } as const, { do: "restart" } as const),
    },
  ),
  { maxLength: 80 },
);

it("loses no message, keeps each alert's order, and is on disk what it is in memory", () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 990, 1_000), (todo, before) => {
      outbox = fresh();
      const disk = new KeptDocuments();
      let now = 0;
      let count = 0;
      const underWay: string[] = [];
      for (; count < before; count++) put(`m${count}`, `old${count}`, "a", at(now));
      for (const step of todo) {
        if (step.do === "put") put(`m${count++}`, `x${step.alert}`, "a", at(now));
        if (step.do === "wait") {
          now += step.ms;
          outbox.prune(at(now));
        }
        if (step.do === "begin" && underWay.length < 4) {
          const next = outbox.next("a", all, at(now));
          if (next) {
            outbox.begin(next.id);
            underWay.push(next.id);
          }
        }
        if (step.do === "end" && underWay.length > 0) {
          const [id = ""] = underWay.splice(step.which % underWay.length, 1);
          if (step.how === "taken") outbox.succeed(id, at(now));
          else if (step.how === "putBack") outbox.putBack(id);
          else outbox.fail(id, step.how === "passing" ? passing : forGood, at(now));
        }
        if (step.do === "resend") {
          const dead = outbox.list().find(({ state }) => state === "dead");
          if (dead) outbox.resend(dead.id, at(now));
        }
        disk.apply(outbox.takeChanges());
        if (step.do === "restart") {
          const was = outbox.list();
          outbox = fresh();
          outbox.restore(disk.all, at(now));
          underWay.length = 0;
          expect(outbox.list()).toEqual(was);
          expect(outbox.takeChanges().changed).toEqual([]);
        }
        expect(outbox.counts("a").waiting).toBeLessThanOrEqual(1_000 + 4 + 2);
        const alerts = underWay.map((id) => stateOf(id)?.alertId).filter(Boolean);
        expect(new Set(alerts).size).toBe(alerts.length);
      }
      // Each message is there by itself, or counted; delivered ones are forgotten after a day.
      const told = outbox
        .list()
        .map(({ alertId, summary }) => (alertId === "" ? Number(summary.split(" ")[0]) : 1));
      const sum = told.reduce((a, b) => a + b, 0);
      expect(sum).toBeLessThanOrEqual(count);
      if (now < DAY_MS) expect(sum).toBe(count);
    }),
    { numRuns: 100 },
  );
});
