import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { BeatRequestSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { Outbox } from "../../src/agent/outbox.ts";

const beat = (sequence: bigint) => create(BeatRequestSchema, { sequence });

function make() {
  let writable = 0;
  const outbox = new Outbox(() => writable++);
  return { outbox, pulls: outbox[Symbol.asyncIterator](), calls: () => writable };
}

describe("the outbox", () => {
  it("takes the first message before the transport comes, and only that one", async () => {
    const { outbox, pulls } = make();
    outbox.put(beat(1n));
    expect(outbox.writable).toBe(false);
    expect(() => outbox.put(beat(2n))).toThrow();
    expect((await pulls.next()).value?.sequence).toBe(1n);
    expect(outbox.writable).toBe(false);
  });

  it("is writable when the transport asks again, for that means it has written", async () => {
    const { outbox, pulls, calls } = make();
    outbox.put(beat(1n));
    await pulls.next();
    const second = pulls.next();
    expect(calls()).toBe(1);
    expect(outbox.writable).toBe(true);
    outbox.put(beat(2n));
    expect(outbox.writable).toBe(false);
    expect((await second).value?.sequence).toBe(2n);
  });

  it("gives out what it holds before it ends", async () => {
    const { outbox, pulls } = make();
    outbox.put(beat(1n));
    outbox.end();
    expect((await pulls.next()).value?.sequence).toBe(1n);
    expect((await pulls.next()).done).toBe(true);
  });

  it("ends a transport that waits", async () => {
    const { outbox, pulls } = make();
    const waiting = pulls.next();
    outbox.end();
    expect((await waiting).done).toBe(true);
    expect(outbox.writable).toBe(false);
  });

  it("survives a transport that throws into it", async () => {
    const { outbox, pulls } = make();
    expect(await pulls.throw?.(new Error("EPIPE"))).toMatchObject({ done: true });
    expect(outbox.writable).toBe(false);
  });
});
