import { describe, expect, it } from "vitest";
import type { HeartbeatError } from "../../src/errors.ts";
import { MuteStreams } from "../../src/services/mute-streams.ts";
import { FakeClock } from "../support/fake-clock.ts";

function bench(timeoutMs = 10_000) {
  const clock = new FakeClock();
  const stalled = { ms: 0 };
  const now = () => ({ mono: clock.now().mono + stalled.ms, wall: 0 });
  const every = clock.every.bind(clock);
  const streams = new MuteStreams({ now, every }, timeoutMs);
  const open = () => {
    const codes: string[] = [];
    const stream = { dismiss: ({ code }: HeartbeatError) => void codes.push(code) };
    streams.add(stream);
    return { ...stream, stream, codes };
  };
  return { clock, stalled, streams, open };
}

describe("a stream that says nothing", () => {
  it("is ended after the timeout, and within a second of it", () => {
    const { clock, open } = bench();
    clock.advance(300);
    const { codes } = open();
    clock.advance(9_999);
    expect(codes).toEqual([]);
    clock.advance(1_000);
    expect(codes).toEqual(["greeting_late"]);
    clock.advance(60_000);
    expect(codes).toHaveLength(1);
  });

  it("is left alone once it has spoken, and the others are not", () => {
    const { clock, streams, open } = bench();
    const [talker, mute] = [open(), open()];
    streams.remove(talker.stream);
    clock.advance(11_000);
    expect([talker.codes, mute.codes]).toEqual([[], ["greeting_late"]]);
  });

  it("is ended in its turn, not with those that opened before", () => {
    const { clock, open } = bench();
    const first = open();
    clock.advance(5_000);
    const second = open();
    clock.advance(6_000);
    expect([first.codes.length, second.codes.length]).toEqual([1, 0]);
    clock.advance(5_000);
    expect(second.codes).toEqual(["greeting_late"]);
  });

  it("costs one timer with all others, and none when all have gone", () => {
    const { clock, streams, open } = bench();
    expect(clock.pendingTimers).toBe(0);
    const opened = Array.from({ length: 1_000 }, open);
    expect(clock.pendingTimers).toBe(1);
    for (const { stream } of opened) streams.remove(stream);
    clock.advance(1_000);
    expect(clock.pendingTimers).toBe(0);
    open();
    expect(clock.pendingTimers).toBe(1);
  });

  it("is not blamed for a stall of ours: what it said is read first", () => {
    const { clock, stalled, streams, open } = bench();
    const { stream, codes } = open();
    const late = open();
    stalled.ms = 15_000;
    clock.advance(1_000);
    expect(codes).toEqual([]);
    streams.remove(stream);
    clock.advance(1_000);
    expect([codes, late.codes]).toEqual([[], ["greeting_late"]]);
  });

  it("is ended at once when the server drains", () => {
    const { clock, streams, open } = bench();
    const { codes } = open();
    streams.dismissAll({ code: "draining" } as HeartbeatError);
    expect(codes).toEqual(["draining"]);
    expect(clock.pendingTimers).toBe(0);
  });
});
