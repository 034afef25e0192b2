import { create } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import {
  WatchBeatsRequestSchema,
  type WatchBeatsResponse,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { HeartbeatError } from "../../src/errors.ts";
import { LAG_GRACE_MS } from "../../src/events/follow.ts";
import { durationMs } from "../../src/services/messages/time.ts";
import { LOOK_MS } from "../../src/services/watch-beats.ts";
import { House } from "../support/house.ts";
import { Reader } from "../support/reader.ts";

const policy = { interval: { seconds: 1n, nanos: 0 } };
const beating = (house: House, agentId: string) =>
  house.stream().say({ agentId, registration: { policy } });

function watch(house: House, agentId: string): Reader<WatchBeatsResponse> {
  return new Reader((context) =>
    house.services.status.watchBeats(create(WatchBeatsRequestSchema, { agentId }), context),
  );
}

/** An answer in milliseconds: how many beats, the gap before the last, and the silence since. */
function read({ beats, gap, silence }: WatchBeatsResponse) {
  return [beats, gap && durationMs(gap), silence && durationMs(silence)];
}

async function told(reader: Reader<WatchBeatsResponse>) {
  return (await reader.now()).map(read);
}

describe("a watch of beats", () => {
  it("tells of the last beat at once, then of each that arrives, with its gap", async () => {
    const house = new House();
    const stream = beating(house, "a");
    house.clock.advance(400);
    const reader = watch(house, "a");
    expect(await told(reader)).toEqual([[0, undefined, 400]]);
    house.clock.advance(600);
    stream.say({});
    expect(await told(reader)).toEqual([]);
    house.clock.advance(LOOK_MS);
    expect(await told(reader)).toEqual([[1, 1_000, LOOK_MS]]);
    house.clock.advance(1_003 - LOOK_MS);
    stream.say({});
    house.clock.advance(LOOK_MS);
    const [answer] = await reader.now();
    expect(read(answer!)).toEqual([1, 1_003, expect.any(Number)]);
    const silence = durationMs(answer!.silence!);
    expect(timestampMs(answer!.arrivedAt!)).toBe(house.clock.now().wall - silence);
  });

  it("says nothing while nothing arrives, and joins what comes between two looks", async () => {
    const house = new House();
    const stream = beating(house, "a");
    const reader = watch(house, "a");
    await reader.now();
    house.clock.advance(5_000);
    expect(await told(reader)).toEqual([]);
    for (let n = 0; n < 3; n++) {
      house.clock.advance(1);
      stream.say({});
    }
    house.clock.advance(LOOK_MS);
    expect(await told(reader)).toEqual([[3, 5_003, LOOK_MS]]);
  });

  it("begins with nothing for an agent that has never beaten", async () => {
    const house = new House();
    const declaration = { agentType: "", labels: {}, policy: {} };
    house.engine.run((monitor, now) => monitor.register("default", "a", declaration, now));
    const reader = watch(house, "a");
    expect(await told(reader)).toEqual([[0, undefined, undefined]]);
    beating(house, "a");
    house.clock.advance(LOOK_MS);
    expect(await told(reader)).toEqual([[1, undefined, LOOK_MS]]);
  });

  it("goes on over a new life of the agent", async () => {
    const house = new House();
    beating(house, "a").session.closed();
    const reader = watch(house, "a");
    await reader.now();
    house.clock.advance(700);
    beating(house, "a");
    house.clock.advance(LOOK_MS);
    expect(await told(reader)).toEqual([[1, 700, LOOK_MS]]);
  });

  it("joins what a slow reader has missed", async () => {
    const house = new House();
    const stream = beating(house, "a");
    const request = create(WatchBeatsRequestSchema, { agentId: "a" });
    const { signal } = new AbortController();
    const answers = house.services.status.watchBeats(request, { signal });
    await answers.next();
    for (let n = 0; n < 9; n++) {
      house.clock.advance(1_000);
      stream.say({});
    }
    house.clock.advance(300);
    expect(read((await answers.next()).value!)).toEqual([9, 9_000, 300]);
  });

  it("that is not read at all is ended", async () => {
    const house = new House();
    const stream = beating(house, "a");
    const ended: HeartbeatError[] = [];
    const request = create(WatchBeatsRequestSchema, { agentId: "a" });
    const { signal } = new AbortController();
    const answers = house.services.status.watchBeats(request, {
      signal,
      end: (error) => ended.push(error),
    });
    await answers.next();
    // Silence is nobody's slowness.
    house.clock.advance(2 * LAG_GRACE_MS);
    stream.say({});
    house.clock.advance(LAG_GRACE_MS);
    expect(ended).toEqual([]);
    house.clock.advance(LOOK_MS);
    expect(ended[0]).toMatchObject({ code: "watcher_slow" });
    expect(house.watchers.slowTotal).toBe(1);
  });

  it("refuses a stranger, and ends when the agent is forgotten", async () => {
    const house = new House({ retentionMs: 1_000 });
    await expect(watch(house, "a").now()).rejects.toMatchObject({ code: "agent_unknown" });
    beating(house, "a").say({ goodbye: {} });
    const reader = watch(house, "a");
    await reader.now();
    house.clock.advance(2_000);
    await expect(reader.now()).rejects.toMatchObject({ code: "agent_unknown" });
  });

  it("ends when the agent is forgotten, although another has its place and its name", async () => {
    const house = new House({ retentionMs: 1_000 });
    beating(house, "a").say({}).say({ goodbye: {} });
    const request = create(WatchBeatsRequestSchema, { agentId: "a" });
    const { signal } = new AbortController();
    const answers = house.services.status.watchBeats(request, { signal });
    await answers.next();
    house.clock.advance(2_000);
    beating(house, "a").say({}).say({}).say({}).say({});
    await expect(answers.next()).rejects.toMatchObject({ code: "agent_unknown" });
  });

  it("ends as unavailable when the server drains", async () => {
    const house = new House();
    beating(house, "a");
    const reader = watch(house, "a");
    await reader.now();
    house.watchers.drain();
    await expect(reader.now()).rejects.toMatchObject({ code: "draining" });
  });

  it("takes a watch's place, and all of them have one timer, while there is one", async () => {
    const house = new House({ maxWatchers: 2 });
    beating(house, "a");
    const timers = house.clock.pendingTimers;
    const readers = [watch(house, "a"), watch(house, "a")];
    await Promise.all(readers.map((reader) => reader.now()));
    expect(house.clock.pendingTimers).toBe(timers + 1);
    await expect(watch(house, "a").now()).rejects.toMatchObject({ code: "streams_full" });
    for (const reader of readers) reader.abort.abort();
    await Promise.all(readers.map((reader) => reader.now()));
    expect(house.watchers.openCount).toBe(0);
    expect(house.clock.pendingTimers).toBe(timers);
  });
});
