import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Signal, signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import {
  type WatchBeatsResponse,
  WatchBeatsResponseSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { BeatWatch } from "../../web/src/agent/beat-watch.ts";
import type { Api } from "../../web/src/data/client.ts";
import type { Link } from "../../web/src/data/link.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { Feed } from "./support/feed.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

const told = (beats: number, silenceMs = 0) =>
  create(WatchBeatsResponseSchema, {
    beats,
    silence: durationFromMs(silenceMs),
    gap: durationFromMs(1_000),
  });

/** A watch of an agent's beats, and what tells them. */
function watched() {
  const clock = new FakeClock();
  const heard = () => ({ kind: "live", heardAt: clock.now() }) as const;
  const link: Signal<Link> = signal(heard());
  const streams: Feed<WatchBeatsResponse>[] = [];
  const server = { failure: undefined as ConnectError | undefined, open: 0 };
  const status = {
    async *watchBeats(_request: unknown, { signal: aborted }: { signal: AbortSignal }) {
      if (server.failure) throw server.failure;
      const feed = new Feed<WatchBeatsResponse>();
      streams.push(feed);
      server.open++;
      try {
        yield* feed.read(aborted);
      } finally {
        server.open--;
      }
    },
  };
  const api = { status } as unknown as Api;
  const watch = new BeatWatch({ api, clock, link }, { organizationId: "default", agentId: "a" });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  return { clock, heard, link, pass, server, streams, watch };
}

describe("the watch of an agent's beats", () => {
  it("draws what is told", async () => {
    const { streams, watch, clock, pass } = watched();
    await settled();
    expect(watch.listening.value).toBe("connecting");
    streams[0]?.put(told(0, 300));
    await settled();
    expect(watch.listening.value).toBe("listening");
    await pass(700);
    streams[0]?.put(told(1));
    await settled();
    expect(watch.trace.arrivals.map(({ at }) => at - clock.now().mono)).toEqual([-1_000, 0]);
    watch.stop();
    await settled();
  });

  it("knows nothing from when the server was last heard, once the link is lost", async () => {
    const { streams, watch, link, clock, pass, server } = watched();
    await settled();
    streams[0]?.put(told(0));
    await settled();
    const heardAt = { ...clock.now(), mono: clock.now().mono + 500 };
    await pass(3_600);
    link.value = { kind: "lost", heardAt, why: "" };
    await settled();
    expect(watch.trace.spans.at(-1)?.until).toBe(heardAt.mono);
    expect(watch.listening.value).toBe("lost");
    expect(server.open).toBe(0);
  });

  it("takes up the stream again with the link", async () => {
    const { streams, watch, link, heard, clock, pass, server } = watched();
    await settled();
    streams[0]?.put(told(0));
    await settled();
    link.value = { kind: "lost", heardAt: clock.now(), why: "" };
    await pass(5_000);
    link.value = heard();
    await settled();
    streams[1]?.put(told(0, 100));
    await settled();
    expect(watch.listening.value).toBe("listening");
    expect(watch.trace.spans).toHaveLength(2);
    expect(server.open).toBe(1);
    // An answer of the status makes a live link live anew, and no other stream.
    link.value = heard();
    await settled();
    expect(streams).toHaveLength(2);
  });

  it("comes back after an end, and there is a hole", async () => {
    const { streams, watch, pass } = watched();
    await settled();
    streams[0]?.put(told(0));
    await settled();
    await pass(100);
    streams[0]?.end(new ConnectError("over", Code.Unavailable));
    await settled();
    expect(watch.trace.isOpen).toBe(false);
    await pass(5_000);
    expect(streams).toHaveLength(2);
  });

  it("says when the server tells of no beats, and asks no more", async () => {
    const { streams, watch, link, heard, clock, server, pass } = watched();
    server.failure = new ConnectError("none", Code.Unimplemented);
    link.value = { kind: "lost", heardAt: clock.now(), why: "" };
    link.value = heard();
    await settled();
    expect(watch.listening.value).toBe("absent");
    server.failure = undefined;
    await pass(60_000);
    expect(streams.length).toBeLessThanOrEqual(1);
  });

  it("notices a stream that has died without an end, by a beat that it does not tell", async () => {
    const { streams, watch, clock, pass } = watched();
    await settled();
    streams[0]?.put(told(0));
    await settled();
    const toldAt = clock.now().mono;
    for (let second = 0; second < 4; second++) {
      await pass(1_000);
      watch.compare(clock.now().mono - 100, clock.now().mono);
      await settled();
    }
    expect(watch.trace.spans.at(-1)).toEqual({ from: toldAt, until: toldAt });
    await pass(1_000);
    expect(streams).toHaveLength(2);
  });

  it("believes a stream whose agent is silent", async () => {
    const { streams, watch, clock, pass } = watched();
    await settled();
    streams[0]?.put(told(0));
    await settled();
    const beatAt = clock.now().mono;
    for (let second = 0; second < 10; second++) {
      await pass(1_000);
      // Two answers never place a beat at the same millisecond.
      watch.compare(beatAt + 40, clock.now().mono);
    }
    expect(streams).toHaveLength(1);
    expect(watch.trace.isOpen).toBe(true);
  });

  it("holds no stream after its end", async () => {
    const { watch, server, link, heard, clock } = watched();
    await settled();
    expect(server.open).toBe(1);
    watch.stop();
    await settled();
    expect(server.open).toBe(0);
    link.value = heard();
    await settled();
    expect(server.open).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
