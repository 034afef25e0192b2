import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { WatchBeatsResponseSchema } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { MOST_ARRIVALS, Trace } from "../../web/src/agent/trace.ts";

/** What a watch of beats tells: beats since the answer before, the last of them so long ago. */
const told = (beats: number, silenceMs: number, gapMs?: number) =>
  create(WatchBeatsResponseSchema, {
    beats,
    silence: durationFromMs(silenceMs),
    ...(gapMs !== undefined && { gap: durationFromMs(gapMs) }),
  });
const never = create(WatchBeatsResponseSchema, {});

const times = (trace: Trace) => trace.arrivals.map(({ at }) => at);

describe("a trace of beats", () => {
  it("places a beat where it came and not where it was read", () => {
    const trace = new Trace();
    trace.told(told(0, 400), 10_000);
    trace.told(told(1, 5, 1_000), 10_605);
    expect(times(trace)).toEqual([9_600, 10_600]);
    expect(trace.last?.gapMs).toBe(1_000);
  });

  it("knows of all since the last beat before it began, and of nothing earlier", () => {
    const trace = new Trace();
    trace.told(told(0, 400), 10_000);
    expect(trace.spans).toEqual([{ from: 9_600, until: undefined }]);
  });

  it("knows that an agent without a beat has had none since it began", () => {
    const trace = new Trace();
    trace.told(never, 10_000);
    expect(trace.arrivals).toEqual([]);
    expect(trace.spans).toEqual([{ from: 10_000, until: undefined }]);
  });

  it("tells beats that were joined as one, with their mean gap", () => {
    const trace = new Trace();
    trace.told(told(0, 0), 10_000);
    trace.told(told(4, 0, 80), 10_080);
    expect(trace.last).toEqual({ at: 10_080, gapMs: 20, beats: 4 });
  });

  it("has a hole where nothing was heard and beats came", () => {
    const trace = new Trace();
    trace.told(told(0, 0), 10_000);
    trace.close(11_000);
    expect(trace.isOpen).toBe(false);
    trace.told(told(0, 200), 15_000);
    expect(trace.spans).toEqual([
      { from: 10_000, until: 11_000 },
      { from: 14_800, until: undefined },
    ]);
    expect(times(trace)).toEqual([10_000, 14_800]);
    expect(trace.last?.gapMs).toBeUndefined();
  });

  it("has none where it turns out that no beat came meanwhile", () => {
    const trace = new Trace();
    trace.told(told(0, 0), 10_000);
    trace.close(11_000);
    trace.told(told(0, 5_020), 15_000);
    expect(trace.spans).toEqual([{ from: 10_000, until: undefined }]);
    expect(times(trace)).toEqual([10_000]);
  });

  it("is closed once, and not before its last beat", () => {
    const trace = new Trace();
    trace.close(5_000);
    expect(trace.spans).toEqual([]);
    trace.told(told(0, 0), 10_000);
    trace.close(9_000);
    trace.close(12_000);
    expect(trace.spans).toEqual([{ from: 10_000, until: 10_000 }]);
  });

  it("never goes back, however late something is read", () => {
    const trace = new Trace();
    trace.told(told(0, 0), 10_000);
    trace.told(told(1, 100, 50), 10_050);
    expect(times(trace)).toEqual([10_000, 10_000]);
  });

  it("is bounded", () => {
    const trace = new Trace();
    trace.told(told(0, 0), 0);
    for (let beat = 1; beat <= 5 * MOST_ARRIVALS; beat++) trace.told(told(1, 0, 100), beat * 100);
    expect(trace.arrivals.length).toBeLessThan(2 * MOST_ARRIVALS);
    for (let time = 1; time <= 300; time++) {
      trace.close(1_000_000 + time * 1_000);
      trace.told(told(0, 0), 1_000_500 + time * 1_000);
    }
    expect(trace.spans.length).toBeLessThan(100);
  });
});
