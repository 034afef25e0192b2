import { EventEmitter } from "node:events";
import { create, fromBinary } from "@bufbuild/protobuf";
import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import {
  StatusService,
  WatchEventsRequestSchema,
  type WatchEventsResponse,
  WatchEventsResponseSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { nextTurn } from "../../src/clock.ts";
import { LAG_GRACE_MS } from "../../src/events/follow.ts";
import { eventStream } from "../../src/grpc/event-stream.ts";
import { House } from "../support/house.ts";
import { RawClient } from "../support/raw-client.ts";
import { Reader } from "../support/reader.ts";
import { testServer } from "../support/server.ts";

describe("a watch of events over gRPC", () => {
  it("gets each event as a message of its own, whatever is sent in one go", async () => {
    await using server = await testServer();
    using client = new RawClient(server.grpcAddress);
    for (let n = 0; n < 150; n++)
      await client
        .beats()
        .say({ agentId: `a${n}` })
        .response();
    const seen: WatchEventsResponse[] = [];
    for await (const answer of client.watch(StatusService.method.watchEvents, {
      afterSequence: 0n,
    })) {
      if (seen.push(answer) === 300) break;
    }
    expect(seen.map(({ event }) => Number(event?.sequence))).toEqual(
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
    expect(seen.at(-1)?.event).toMatchObject({ agentId: "a149", reason: expect.any(String) });
  });

  it("is told how it ended after all that was on its way", async () => {
    await using server = await testServer();
    using client = new RawClient(server.grpcAddress);
    const stream = client.beats().say({ agentId: "a" });
    await stream.response();
    const watch = client.watch(StatusService.method.watchEvents, { afterSequence: 0n });
    await watch.next();
    for (let n = 0; n < 100; n++)
      await client
        .beats()
        .say({ agentId: `b${n}` })
        .response();
    void server.drain("the test is over");
    let last = 1;
    const rest = async () => {
      for await (const { event } of watch) {
        expect(Number(event?.sequence)).toBe(last + 1);
        last = Number(event?.sequence);
      }
    };
    await expect(rest()).rejects.toMatchObject({ code: 14 });
    expect(last).toBeGreaterThanOrEqual(202);
  });
});

/** A call whose reader takes a run when it is told to. */
class FakeCall extends EventEmitter {
  readonly request = create(WatchEventsRequestSchema, {});
  readonly metadata = new Metadata();
  readonly cancelled = false;
  readonly runs: WatchEventsResponse[][] = [];
  readonly waiting: (() => void)[] = [];

  sendMetadata(): void {}
  getPath = () => "/heartbeat.v1.StatusService/WatchEvents";
  getPeer = () => "peer";
  end(): void {}

  write(run: readonly Buffer[], onSent: () => void): boolean {
    this.runs.push(run.map((bytes) => fromBinary(WatchEventsResponseSchema, bytes)));
    this.waiting.push(onSent);
    return true;
  }

  get sequences(): number[][] {
    return this.runs.map((run) => run.map(({ event }) => Number(event?.sequence)));
  }
}

describe("a reader of a watch over gRPC", () => {
  const open = async (house: House) => {
    const call = new FakeCall();
    void eventStream(house.services.status, house.parts)(call as never);
    await nextTurn();
    return call;
  };

  it("is told what readers over HTTP are told", async () => {
    const house = new House();
    const call = await open(house);
    const overHttp = new Reader((context) =>
      house.services.status.watchEvents(create(WatchEventsRequestSchema, {}), context),
    );
    await overHttp.now();
    house
      .stream()
      .say({ agentId: "a", tasks: [{ taskId: "t" }] })
      .session.closed();
    await nextTurn();
    expect(call.runs.flat()).toHaveLength(5);
    expect(call.runs.flat()).toEqual(await overHttp.now());
  });

  it("that takes nothing has one run waiting, and then what came meanwhile in one", async () => {
    const house = new House();
    const call = await open(house);
    for (let n = 0; n < 20; n++) {
      house.stream().say({ agentId: `a${n}` });
      await nextTurn();
    }
    expect(call.sequences).toEqual([[1, 2]]);
    call.waiting[0]!();
    await nextTurn();
    expect(call.sequences[1]).toEqual(Array.from({ length: 38 }, (_, index) => index + 3));
  });

  it("that never takes anything is ended, and leaves nothing behind", async () => {
    const house = new House({ watcherMaxLag: 10 });
    const call = await open(house);
    const errors: { readonly metadata: Metadata }[] = [];
    call.on("error", (error) => errors.push(error as never));
    for (let n = 0; n < 20; n++) {
      house.stream().say({ agentId: `a${n}` });
      await nextTurn();
    }
    house.clock.advance(LAG_GRACE_MS);
    house.stream().say({ agentId: "one-more" });
    await nextTurn();
    expect(errors.map(({ metadata }) => metadata.get("heartbeat-resume-after"))).toEqual([["2"]]);
    expect(house.watchers.openCount).toBe(0);
    expect(house.watchers.slowTotal).toBe(1);
    expect(call.sequences).toEqual([[1, 2]]);
  });

  it("that goes while it takes nothing leaves nothing behind", async () => {
    const house = new House();
    const call = await open(house);
    house.stream().say({ agentId: "a" });
    await nextTurn();
    expect(house.watchers.openCount).toBe(1);
    call.emit("cancelled");
    await nextTurn();
    expect(house.watchers.openCount).toBe(0);
  });
});
