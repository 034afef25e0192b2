import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { HealthCheckRequestSchema } from "../../gen/typescript/grpc/health/v1/health_pb.js";
import {
  ListAgentsRequestSchema,
  ListAgentsResponseSchema,
  ListEventsRequestSchema,
  WatchAgentsRequestSchema,
  WatchEventsRequestSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { HeartbeatError } from "../../src/errors.ts";
import { LAG_GRACE_MS } from "../../src/events/follow.ts";
import { House } from "../support/house.ts";
import { Reader } from "../support/reader.ts";

const policy = { interval: { seconds: 1n, nanos: 0 } };
const beatFrom = (house: House, agentId: string, more: object = {}) =>
  house.stream().say({ agentId, registration: { policy, ...more } });

describe("a watch of events", () => {
  const watch = (house: House, request = {}) =>
    new Reader((context) =>
      house.services.status.watchEvents(create(WatchEventsRequestSchema, request), context),
    );
  const sequences = (items: { event?: { sequence: bigint } | undefined }[]) =>
    items.map(({ event }) => Number(event?.sequence));

  it("begins now, or after any sequence that is kept, and has neither gap nor repeat", async () => {
    const house = new House();
    beatFrom(house, "a");
    const fromNow = watch(house);
    const fromStart = watch(house, { afterSequence: 0n });
    const fromOne = watch(house, { afterSequence: 1n });
    expect(await fromNow.now()).toEqual([]);
    beatFrom(house, "b");
    expect(sequences(await fromNow.now())).toEqual([3, 4]);
    expect(sequences(await fromStart.now())).toEqual([1, 2, 3, 4]);
    expect(sequences(await fromOne.now())).toEqual([2, 3, 4]);
  });

  it("sees every event once while more arrive as it reads", async () => {
    const house = new House();
    const reader = watch(house, { afterSequence: 0n });
    const seen: number[] = [];
    for (let n = 0; n < 50; n++) {
      beatFrom(house, `agent-${n}`);
      if (n % 3 === 0) seen.push(...sequences(await reader.now()));
    }
    seen.push(...sequences(await reader.now()));
    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  });

  it("narrows by organization, agent, type and severity", async () => {
    const house = new House();
    const mine = watch(house, { organizationId: "acme" });
    const all = watch(house, { organizationId: "*", types: [1] });
    const bad = watch(house, { organizationId: "*", minSeverity: 3 });
    const one = watch(house, { organizationId: "acme", agentId: "x" });
    await Promise.all([mine, all, bad, one].map((reader) => reader.now()));
    beatFrom(house, "x");
    beatFrom(house, "y", { organizationId: "acme" }).say({ goodbye: { failed: true } });
    expect((await mine.now()).map(({ event }) => event?.agentId)).toEqual(["y", "y", "y"]);
    expect((await all.now()).map(({ event }) => event?.agentId)).toEqual(["x", "y"]);
    expect((await bad.now()).map(({ event }) => event?.type)).toEqual([6]);
    expect(await one.now()).toEqual([]);
  });

  it("that does not read is ended, with the sequence to resume after", async () => {
    const house = new House({ watcherMaxLag: 10 });
    const ended: HeartbeatError[] = [];
    const events = house.services.status.watchEvents(create(WatchEventsRequestSchema, {}), {
      signal: new AbortController().signal,
      end: (error) => ended.push(error),
    });
    const first = events.next();
    await Promise.resolve();
    beatFrom(house, "first");
    expect((await first).value?.event?.sequence).toBe(1n);
    for (let n = 0; n < 20; n++) beatFrom(house, `agent-${n}`);
    house.clock.advance(LAG_GRACE_MS);
    expect(ended).toEqual([]);
    beatFrom(house, "one-more");
    const resumeAfter = { metadata: { "heartbeat-resume-after": "1" } };
    expect(ended[0]).toMatchObject({ code: "watcher_slow", refusal: resumeAfter });
    await expect(events.next()).rejects.toMatchObject({ code: "watcher_slow" });
    expect(house.watchers.openCount).toBe(0);
    expect(house.watchers.slowTotal).toBe(1);
    const rest = await watch(house, { afterSequence: 1n }).now();
    expect(rest).toHaveLength(house.engine.log.lastSequence - 1);
  });

  it("that waits is not blamed for a burst, however large", async () => {
    const house = new House({ watcherMaxLag: 10 });
    for (let n = 0; n < 50; n++) beatFrom(house, `agent-${n}`);
    const reader = watch(house);
    await reader.now();
    house.clock.advance(1_250);
    expect(await reader.now()).toHaveLength(50);
    // Nor for one that comes while it reads: it has ten seconds to come up to it.
    for (let n = 0; n < 50; n++) beatFrom(house, `more-${n}`);
    expect(await reader.now()).toHaveLength(100);
    house.clock.advance(2 * LAG_GRACE_MS);
    expect((await reader.now()).length).toBeGreaterThan(100);
  });

  it("that waits for an event that is no longer kept is ended", async () => {
    const house = new House({ history: 10 });
    for (let n = 0; n < 20; n++) beatFrom(house, `agent-${n}`);
    const failure = await watch(house, { afterSequence: 5n })
      .now()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "sequence_out_of_range" });
    expect((await watch(house, { afterSequence: 30n }).now()).length).toBe(10);
  });

  it("leaves nothing behind, and one too many is refused", async () => {
    const house = new House({ maxWatchers: 2 });
    const readers = [watch(house), watch(house)];
    await Promise.all(readers.map((reader) => reader.now()));
    await expect(watch(house).now()).rejects.toMatchObject({ code: "streams_full" });
    for (const reader of readers) reader.abort.abort();
    await Promise.all(readers.map((reader) => reader.now()));
    expect(house.watchers.openCount).toBe(0);
    expect(house.watchers.slowTotal).toBe(0);
  });

  it("ends as unavailable when the server drains", async () => {
    const house = new House();
    const reader = watch(house);
    await reader.now();
    house.watchers.drain();
    await expect(reader.now()).rejects.toMatchObject({ code: "draining" });
  });
});

describe("a watch of agents", () => {
  const watch = (house: House, request = {}) =>
    new Reader((context) =>
      house.services.status.watchAgents(create(WatchAgentsRequestSchema, request), context),
    );
  const said = (items: { change: { case?: string | undefined; value?: unknown } }[]) =>
    items.map(({ change }) => {
      if (change.case !== "agent") return change.value;
      const agent = change.value as { agentId: string; state: number };
      return `${agent.agentId}:${agent.state}`;
    });

  it("tells the snapshot, then changes, then who is forgotten", async () => {
    const house = new House({ retentionMs: 10_000 });
    const stream = beatFrom(house, "a");
    const reader = watch(house);
    expect(said(await reader.now())).toEqual(["a:2", true]);
    stream.session.closed();
    // The drop and the suspicion come faster than they are read: one change.
    expect(said(await reader.now())).toEqual(["a:3"]);
    beatFrom(house, "b");
    expect(said(await reader.now())).toEqual(["b:2"]);
    house.clock.advance(3_000);
    await reader.now();
    house.clock.advance(10_000);
    expect(said(await reader.now())).toContain("a");
  });

  it("tells who no longer matches as removed, and who matches again as an agent", async () => {
    const house = new House();
    const stream = beatFrom(house, "a");
    const reader = watch(house, { states: [2], organizationId: "*" });
    expect(said(await reader.now())).toEqual(["a:2", true]);
    stream.session.closed();
    expect(said(await reader.now())).toEqual(["default/a"]);
    beatFrom(house, "a");
    expect(said(await reader.now())).toEqual(["a:2"]);
  });
});

describe("a snapshot of agents that is read slowly", () => {
  it("has nobody in it who is forgotten meanwhile, and nobody without a name", async () => {
    const house = new House({ retentionMs: 1_000 });
    beatFrom(house, "a");
    beatFrom(house, "b").say({ goodbye: {} });
    const request = create(WatchAgentsRequestSchema, {});
    const { signal } = new AbortController();
    const changes = house.services.status.watchAgents(request, { signal });
    const first = await changes.next();
    expect(first.value?.change).toMatchObject({ value: { agentId: "a" } });
    house.clock.advance(1_100);
    expect((await changes.next()).value?.change.case).toBe("snapshotComplete");
  });
});

describe("a list", () => {
  const list = (house: House, request: object = {}) =>
    house.services.status.listAgents(create(ListAgentsRequestSchema, request));
  const ids = (page: { agents: { agentId: string }[] }) =>
    page.agents.map((agent) => agent.agentId);

  it("of agents comes in pages that stay right while agents come and go", async () => {
    const house = new House({ retentionMs: 1_000 });
    for (const id of ["d", "b", "a", "c"]) beatFrom(house, id);
    const first = await list(house, { pageSize: 2 });
    expect(ids(first)).toEqual(["a", "b"]);
    expect(first.totalSize).toBe(4n);
    beatFrom(house, "aa");
    beatFrom(house, "bb");
    const second = await list(house, { pageSize: 2, pageToken: first.nextPageToken });
    expect(ids(second)).toEqual(["bb", "c"]);
    const third = await list(house, { pageSize: 2, pageToken: second.nextPageToken });
    expect(ids(third)).toEqual(["d"]);
    expect(third.nextPageToken).toBe("");
  });

  it("of agents is narrowed by every filter and ordered as asked", async () => {
    const house = new House();
    beatFrom(house, "web-1", { agentType: "web", labels: { zone: "a" } });
    house.clock.advance(10);
    beatFrom(house, "web-2", { agentType: "web", labels: { zone: "b" } }).session.closed();
    house.clock.advance(10);
    beatFrom(house, "job-1", { organizationId: "acme" });
    expect(ids(await list(house, { agentType: "web" }))).toEqual(["web-1", "web-2"]);
    expect(ids(await list(house, { labels: { zone: "b" } }))).toEqual(["web-2"]);
    expect(ids(await list(house, { states: [3] }))).toEqual(["web-2"]);
    expect(ids(await list(house, { idPrefix: "job" }))).toEqual([]);
    expect(ids(await list(house, { organizationId: "*" }))).toEqual(["job-1", "web-1", "web-2"]);
    const newest = { organizationId: "*", orderBy: "last_beat desc" };
    expect(ids(await list(house, newest))).toEqual(["job-1", "web-2", "web-1"]);
    const page = await list(house, { ...newest, pageSize: 1 });
    const next = await list(house, { ...newest, pageSize: 2, pageToken: page.nextPageToken });
    expect(ids(next)).toEqual(["web-2", "web-1"]);
  });

  it("of agents with large tasks has smaller pages, and leaves nobody out", async () => {
    const house = new House();
    const detail = new Uint8Array(4_096);
    for (let n = 0; n < 5; n++) {
      const tasks = Array.from({ length: 256 }, (_, t) => ({ taskId: `t${t}`, detail }));
      house.stream().say({ agentId: `big-${n}`, tasks });
    }
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await list(house, { pageToken });
      expect(toBinary(ListAgentsResponseSchema, page).length).toBeLessThan(4 * 1024 * 1024);
      seen.push(...ids(page));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(seen).toEqual(["big-0", "big-1", "big-2", "big-3", "big-4"]);
  });

  it("of events comes oldest or newest first, in pages that stay right while events arrive", async () => {
    const house = new House();
    const events = (request: object) =>
      house.services.status.listEvents(create(ListEventsRequestSchema, request));
    const numbers = (page: { events: { sequence: bigint }[] }) =>
      page.events.map(({ sequence }) => Number(sequence));
    for (const id of ["a", "b", "c"]) beatFrom(house, id);
    const newest = await events({ pageSize: 4, newestFirst: true });
    expect(numbers(newest)).toEqual([6, 5, 4, 3]);
    beatFrom(house, "d");
    const token = { pageToken: newest.nextPageToken };
    const rest = await events({ pageSize: 4, newestFirst: true, ...token });
    expect(numbers(rest)).toEqual([2, 1]);
    expect(rest.nextPageToken).toBe("");
    expect(numbers(await events({ agentId: "b" }))).toEqual([3, 4]);
    expect(numbers(await events({ afterSequence: 6n }))).toEqual([7, 8]);
    expect(numbers(await events({ types: [1], pageSize: 2 }))).toEqual([1, 3]);
    const later = { seconds: 1_767_225_601n, nanos: 0 };
    expect(numbers(await events({ since: later }))).toEqual([]);
    expect(numbers(await events({ until: later }))).toHaveLength(8);
  });
});

describe("health", () => {
  const SERVING = 1;
  const NOT_SERVING = 2;
  const SERVICE_UNKNOWN = 3;
  const watch = (house: House, service: string) =>
    new Reader((context) =>
      house.services.health.watch(create(HealthCheckRequestSchema, { service }), context),
    );
  const statuses = (items: { status: number }[]) => items.map(({ status }) => status);

  it("of an agent follows its state, and waits for one that is not known yet", async () => {
    const house = new House();
    const reader = watch(house, "agent/default/jobs/nightly");
    expect(statuses(await reader.now())).toEqual([SERVICE_UNKNOWN]);
    const stream = beatFrom(house, "jobs/nightly");
    expect(statuses(await reader.now())).toEqual([SERVING]);
    stream.session.closed();
    expect(statuses(await reader.now())).toEqual([NOT_SERVING]);
    house.clock.advance(60_000);
    expect(statuses(await reader.now())).toEqual([]);
    beatFrom(house, "jobs/nightly");
    expect(statuses(await reader.now())).toEqual([SERVING]);
  });

  it("of the server says NOT_SERVING before a drain ends the watch", async () => {
    const house = new House();
    const reader = watch(house, "");
    expect(statuses(await reader.now())).toEqual([SERVING]);
    house.sessions.drain(0);
    house.watchers.drain();
    expect(statuses(await reader.now())).toEqual([NOT_SERVING]);
    await expect(reader.now()).rejects.toMatchObject({ code: "draining" });
  });

  it("is listed for the server and every agent", async () => {
    const house = new House();
    beatFrom(house, "a");
    const { statuses } = await house.services.health.list({
      $typeName: "grpc.health.v1.HealthListRequest",
    });
    expect(Object.keys(statuses)).toContain("agent/default/a");
    expect(statuses[""].status).toBe(SERVING);
  });
});
