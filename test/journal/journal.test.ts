import { describe, expect, it } from "vitest";
import type { LivenessEvent } from "../../src/events/event.ts";
import { Journal, type JournalOptions } from "../../src/journal/journal.ts";
import type { Health } from "../../src/journal/record.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeStore } from "../support/fake-store.ts";

const happened = (reason: string, wall = Date.UTC(2026, 0, 1)): LivenessEvent => ({
  type: "monitor_stalled",
  at: { mono: 0, wall },
  stalledMs: 1,
  heldBackMs: 1,
  reason,
});

function bench(options: Partial<JournalOptions> & { store?: FakeStore } = {}) {
  const clock = new FakeClock();
  const store = options.store ?? new FakeStore();
  const health: Health["name"][] = [];
  const journal = new Journal({
    clock,
    store,
    begun: true,
    mark: () => ({ seenAt: clock.now(), epochFloor: 0 }),
    backlogEvents: 1_000,
    historyEvents: 1_000_000,
    historyAgeMs: 365 * 86_400_000,
    onHealth: ({ name }) => health.push(name),
    ...options,
  });
  const turn = () => clock.advanceAsync(0);
  const sequences = async () =>
    (
      await journal.find({
        filter: {},
        after: 0,
        before: Infinity,
        newestFirst: false,
        limit: 10_000,
      })
    ).map(({ sequence }) => sequence);
  return { clock, store, journal, health, turn, sequences };
}

describe("the journal", () => {
  it("gives a sequence at once, and shows nothing before it is kept", async () => {
    const { journal, store, turn, sequences } = bench();
    let grown = 0;
    journal.onGrown(() => grown++);
    store.stop();
    expect(journal.append([happened("a"), happened("b")]).map((event) => event.sequence)).toEqual([
      1, 2,
    ]);
    await turn();
    expect([journal.lastSequence, journal.backlog, grown]).toEqual([0, 2, 0]);
    expect(journal.at(1)).toBeUndefined();
    expect(await sequences()).toEqual([]);
    store.go();
    await turn();
    expect([journal.lastSequence, journal.backlog, grown]).toEqual([2, 0, 1]);
    expect(journal.at(2)?.event.reason).toBe("b");
    expect(await sequences()).toEqual([1, 2]);
  });

  it("keeps documents in the transaction of their events, and of each only the last", async () => {
    const { journal, store, turn } = bench();
    const document = (id: string, body: string) => ({ collection: "alerts", id, body });
    journal.append([happened("a")], undefined, { changed: [document("1", "x")], removed: [] });
    journal.append([], undefined, { changed: [document("2", "y")], removed: [] });
    journal.append([happened("b")], undefined, {
      changed: [document("2", "z")],
      removed: [{ collection: "alerts", id: "1" }],
    });
    await turn();
    expect(store.batches.map(({ events, documents }) => [events.length, documents])).toEqual([
      [2, { changed: [document("2", "z")], removed: [{ collection: "alerts", id: "1" }] }],
    ]);
  });

  it("keeps documents also when there is no room for their events", async () => {
    const { journal, store, turn } = bench({ backlogEvents: 1 });
    const changed = [{ collection: "alerts", id: "1", body: "x" }];
    journal.append([happened("a"), happened("b")], undefined, { changed, removed: [] });
    await turn();
    expect(store.batches.map(({ documents }) => documents.changed)).toEqual([changed]);
    expect(journal.unkeptTotal).toBe(1);
  });

  it("keeps in one transaction what is appended in one turn, and meanwhile gathers the next", async () => {
    const { journal, store, turn } = bench();
    for (let index = 0; index < 10; index++) journal.append([happened(String(index))]);
    expect(store.batches).toHaveLength(0);
    await turn();
    expect(store.batches.map(({ events }) => events.length)).toEqual([10]);
    store.stop();
    journal.append([happened("first")]);
    await turn();
    for (let index = 0; index < 5; index++) journal.append([happened(String(index))]);
    await turn();
    store.go();
    await turn();
    expect(store.batches.map(({ events }) => events.length)).toEqual([10, 1, 5]);
  });

  it("keeps rows in the transaction of the events that they came with, the last of each", async () => {
    const { journal, store, turn } = bench();
    const row = (agentId: string, body: string, taskId = "") => ({
      organizationId: "o",
      agentId,
      taskId,
      body,
    });
    journal.append([happened("a")], {
      changed: [row("a", "1"), row("a", "t", "task")],
      removed: [],
    });
    journal.append([happened("b")], { changed: [row("a", "2")], removed: [] });
    journal.append([], { changed: [], removed: [row("a", "", "")] });
    journal.append([], { changed: [row("a", "3"), row("b", "1")], removed: [] });
    await turn();
    expect(store.batches).toHaveLength(1);
    expect(store.batches[0].changed).toEqual([row("a", "3"), row("b", "1")]);
    expect(store.batches[0].removed).toEqual([row("a", "", "")]);
  });

  it("lets go of who waits for the disk when all appended before is kept, and not earlier", async () => {
    const { journal, store, turn } = bench();
    const told: string[] = [];
    store.stop();
    journal.append([happened("a")]);
    await turn();
    journal.append([happened("b")]);
    journal.kept().then(() => told.push("kept"));
    await turn();
    expect(told).toEqual([]);
    store.go();
    await turn();
    expect(told).toEqual(["kept"]);
    await journal.kept();
  });

  it("tries a batch again until it is kept, says so, and loses nothing", async () => {
    const { clock, journal, store, health, turn, sequences } = bench();
    store.fail("database or disk is full");
    journal.append([happened("a")]);
    const refused = expect(journal.kept()).rejects.toThrow(
      /the journal is in trouble: database or disk is full/,
    );
    await turn();
    await refused;
    await expect(journal.kept()).rejects.toMatchObject({ code: "journal_unavailable" });
    journal.append([happened("b")]);
    await clock.advanceAsync(60_000);
    expect([health, journal.lastSequence, journal.backlog]).toEqual([["failing"], 0, 2]);
    store.mend();
    await clock.advanceAsync(5_000);
    expect([health, await sequences()]).toEqual([
      ["failing", "healthy"],
      [1, 2],
    ]);
    await journal.kept();
  });

  it("calls a commit slow that takes more than five seconds, and is well again after it", async () => {
    const { clock, journal, store, health } = bench();
    store.stop();
    journal.append([happened("a")]);
    const waits = journal.kept();
    const refused = expect(waits).rejects.toThrow(/a commit has taken more than 5 s/);
    await clock.advanceAsync(4_900);
    expect(health).toEqual([]);
    await clock.advanceAsync(2_000);
    await refused;
    expect(health).toEqual(["slow"]);
    store.go();
    await clock.advanceAsync(10);
    // One commit that took long is no sign that the next will not.
    expect(health).toEqual(["slow"]);
    await clock.advanceAsync(2_000);
    expect(health).toEqual(["slow", "healthy"]);
  });

  it("loses events beyond its bound, counts them, and leaves no gap; rows are not lost", async () => {
    const { clock, journal, store, turn, sequences } = bench({ backlogEvents: 3 });
    store.fail("disk I/O error");
    const row = (body: string) => ({ organizationId: "o", agentId: "a", taskId: "", body });
    journal.append([happened("taken into the batch")]);
    await turn();
    const recorded = journal.append(["a", "b", "c", "d", "e"].map((reason) => happened(reason)));
    expect(recorded.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
    for (let index = 0; index < 1_000; index++) {
      expect(
        journal.append([happened("f")], { changed: [row(String(index))], removed: [] }),
      ).toEqual([]);
    }
    expect([journal.unkeptTotal, journal.backlog]).toEqual([1_002, 4]);
    store.mend();
    await clock.advanceAsync(10_000);
    journal.append([happened("g")]);
    await turn();
    expect(await sequences()).toEqual([1, 2, 3, 4, 5]);
    expect(store.batches.flatMap(({ changed }) => changed.map(({ body }) => body))).toEqual([
      "999",
    ]);
  });

  it("asks to wait while too much waits for a healthy disk", async () => {
    const { journal, store, turn } = bench({ backlogEvents: 10 });
    store.stop();
    journal.append(Array.from({ length: 6 }, () => happened("a")));
    expect(journal.isCrowded).toBe(true);
    await turn();
    store.go();
    await turn();
    expect(journal.isCrowded).toBe(false);
  });

  it("keeps how far the server has come, also when nothing happens", async () => {
    const { clock, store } = bench();
    await clock.advanceAsync(60_000);
    expect(store.batches.length).toBeGreaterThanOrEqual(8);
    expect(store.batches.length).toBeLessThanOrEqual(12);
    expect(store.batches.at(-1)?.mark.seenAt.mono).toBeGreaterThan(clock.now().mono - 7_000);
  });

  it("forgets what is too much and what is too old", async () => {
    const { clock, journal, sequences } = bench({ historyEvents: 5, historyAgeMs: 3_600_000 });
    const { wall } = clock.now();
    for (let index = 1; index <= 8; index++) journal.append([happened(String(index), wall)]);
    await clock.advanceAsync(2_000);
    expect([journal.firstSequence, await sequences()]).toEqual([4, [4, 5, 6, 7, 8]]);
    await clock.advanceAsync(2 * 3_600_000);
    expect([journal.firstSequence, journal.lastSequence, await sequences()]).toEqual([9, 8, []]);
  });

  it("keeps what waits before it closes, and ends well only then; a hanging disk does not hold it", async () => {
    const good = bench();
    good.journal.append([happened("a")]);
    const closed = good.journal.close();
    await good.turn();
    await closed;
    expect(good.store.reopened().opened).toMatchObject({ lastSequence: 1, endedWell: true });
    expect(good.clock.pendingTimers).toBe(0);

    const bad = bench();
    await bad.store.begin({ seenAt: bad.clock.now(), epochFloor: 0 });
    bad.store.stop();
    bad.journal.append([happened("a")]);
    const gaveUp = bad.journal.close();
    await bad.clock.advanceAsync(5_100);
    await gaveUp;
    expect(bad.store.reopened().opened).toMatchObject({ lastSequence: 0, endedWell: false });
    expect(bad.clock.pendingTimers).toBe(0);
  });

  it("goes on counting where the journal before ended", async () => {
    const first = bench();
    first.journal.append([happened("a"), happened("b")]);
    await first.turn();
    const second = bench({ store: first.store.reopened() });
    expect(second.journal.append([happened("c")])[0].sequence).toBe(3);
    await second.turn();
    expect(await second.sequences()).toEqual([1, 2, 3]);
  });
});
