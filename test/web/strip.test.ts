import { describe, expect, it } from "vitest";
import { AgentState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  clockTicks,
  endOf,
  expectedAfter,
  holesOf,
  isKnownAt,
  piecesOf,
  placeMarks,
  startOf,
  stripOf,
  xOf,
} from "../../web/src/agent/strip.ts";

const { ALIVE, DOWN, SUSPECT, UNSPECIFIED } = AgentState;
/** 860 px of past, at 48 px a second. */
const strip = stripOf(1_000, 100_000, 1_000, 1);
const beat = (at: number) => ({ at, gapMs: 1_000, beats: 1 });
const pace = { intervalMs: 1_000, graceMs: 250 };
const open = (from: number) => [{ from, until: undefined }];

describe("a strip", () => {
  it("has now where what is expected next has room behind it", () => {
    expect(xOf(strip, 100_000)).toBeCloseTo(860, 0);
    expect(xOf(strip, 99_000)).toBeCloseTo(812, 0);
    expect(startOf(strip)).toBeCloseTo(100_000 - 860 / 0.048, -2);
    expect(endOf(strip)).toBeGreaterThan(102_000);
  });

  it("moves by whole pixels of the screen", () => {
    const step = 1 / 0.048;
    const places = new Set<number>();
    for (let now = 100_000; now < 100_000 + 10 * step; now += 1) {
      places.add(stripOf(1_000, now, 1_000, 1).now);
    }
    expect(places.size).toBeLessThanOrEqual(11);
    expect(stripOf(1_000, 100_010, 1_000, 4).now).toBeGreaterThan(strip.now);
  });

  it("shows a least time however fast an agent beats", () => {
    const fast = stripOf(1_000, 100_000, 100, 1);
    expect(fast.now - startOf(fast)).toBeCloseTo(6_000, -2);
  });

  it("is cut into pieces in which the agent stands alike", () => {
    const standings = [
      { from: Number.NEGATIVE_INFINITY, state: ALIVE },
      { from: 95_000, state: SUSPECT },
      { from: 97_000, state: DOWN },
    ];
    const pieces = piecesOf(strip, open(90_000), standings, [beat(90_000), beat(94_000)], ALIVE);
    expect(pieces.map(({ from, until, state }) => [from, until, state])).toEqual([
      [90_000, 95_000, ALIVE],
      [95_000, 97_000, SUSPECT],
      [97_000, strip.now, DOWN],
    ]);
    expect(pieces.map(({ arrivals }) => arrivals.length)).toEqual([2, 0, 0]);
  });

  it("gives the beat that ends a state to the one after it", () => {
    const standings = [
      { from: Number.NEGATIVE_INFINITY, state: DOWN },
      { from: 95_000, state: ALIVE },
    ];
    const pieces = piecesOf(strip, open(90_000), standings, [beat(94_990)], ALIVE);
    expect(pieces.map(({ arrivals }) => arrivals.length)).toEqual([0, 1]);
  });

  it("is drawn in the state that is known when no event tells it, and nowhere else than is known", () => {
    expect(piecesOf(strip, [], [], [beat(95_000)], DOWN)).toEqual([]);
    const [piece, ...others] = piecesOf(strip, open(95_000), [], [beat(95_000)], DOWN);
    expect(piece).toMatchObject({ from: 95_000, state: DOWN });
    expect(others).toEqual([]);
  });

  it("has holes between what is known, and after it", () => {
    const spans = [
      { from: 90_000, until: 92_000 },
      { from: 94_000, until: 99_000 },
    ];
    expect(holesOf(strip, spans)).toEqual([
      { from: 92_000, until: 94_000 },
      { from: 99_000, until: strip.now },
    ]);
    expect(holesOf(strip, open(90_000))).toEqual([]);
    expect(isKnownAt(spans, 93_000)).toBe(false);
    expect(isKnownAt(spans, 95_000)).toBe(true);
    expect(isKnownAt(open(94_000), 200_000)).toBe(true);
  });

  it("expects beats from the last one on, as far as can be seen", () => {
    expect(expectedAfter(strip, beat(95_200), beat(97_300), pace)).toEqual([96_200, 97_200]);
    const ahead = expectedAfter(strip, beat(98_500), undefined, pace);
    expect(ahead[0]).toBe(99_500);
    expect(ahead.at(-1)).toBeLessThanOrEqual(endOf(strip));
    // An agent that fell silent long ago: what is left of the edge is not counted up to.
    expect(expectedAfter(strip, beat(0), undefined, pace)[0]).toBeGreaterThanOrEqual(
      startOf(strip),
    );
  });

  it("expects nothing where ticks would be no help", () => {
    const slow = stripOf(1_000, 100_000, 60_000, 1);
    expect(expectedAfter(slow, beat(90_000), undefined, pace)).toEqual([]);
  });

  it("places labels where they have room, and no line through one", () => {
    const mark = (at: number, label: string) => ({ at, label, tone: ALIVE, isMissed: false });
    const rowsOf = (...marks: ReturnType<typeof mark>[]) =>
      placeMarks(strip, marks, 3, () => 60).map(({ mark: { label }, row }) => [label, row]);
    const crowd = [95_000, 95_100, 95_200, 95_300].map((at, index) => mark(at, "abcd"[index]!));
    expect(rowsOf(...crowd, mark(98_000, "e"))).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
      ["d", undefined],
      ["e", 0],
    ]);
    // The line of c would cross b, although there is room above.
    expect(rowsOf(mark(95_000, "a"), mark(96_200, "b"), mark(96_600, "c"))).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
    expect(placeMarks(strip, [mark(10, "gone")], 3, () => 60)).toEqual([]);
    const missed = { at: 95_000, label: "missed", tone: UNSPECIFIED, isMissed: true };
    expect(placeMarks(strip, [missed], 3, () => 60)[0]?.row).toBeUndefined();
  });

  it("names whole instants of the server's clock", () => {
    const ticks = clockTicks(strip, 1_000_000_000);
    expect(ticks.length).toBeGreaterThan(3);
    expect(ticks.every(({ wall }) => wall % 2_000 === 0)).toBe(true);
    expect(xOf(strip, (ticks[0]?.wall ?? 0) - 1_000_000_000)).toBe(ticks[0]?.x);
  });
});
