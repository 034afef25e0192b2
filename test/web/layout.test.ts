import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AgentState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Arrangement } from "../../web/src/view/arrange.ts";
import { indexAt, layOut, rectOf } from "../../web/src/wall/layout.ts";
import { moved } from "../../web/src/wall/moves.ts";
import { seen } from "./support/agents.ts";

const WIDTH = 900;
const HEIGHT = 600;

/** Groups of so many, of which the first are in trouble. */
function arrangement(...counts: readonly number[]): Arrangement {
  const groups = counts.map((count, group) => ({
    title: counts.length === 1 ? "" : `group ${group}`,
    isTroubled: group < counts.length - 1,
    agents: Array.from({ length: count }, (_, number) =>
      seen(`${group}-${number}`, { state: AgentState.ALIVE }),
    ),
  }));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return { groups, wanted: all, all, types: [], organizations: [], counts: new Map() };
}

const laidOut = (...counts: number[]) => layOut(arrangement(...counts), WIDTH, HEIGHT);
const formsOf = (...counts: number[]) => laidOut(...counts).sections.map(({ form }) => form);

describe("a wall", () => {
  it("has names for hundreds, dots for thousands, and names for the few in trouble among them", () => {
    expect(formsOf(200)).toEqual(["tile"]);
    expect(formsOf(2_000)).toEqual(["dot"]);
    expect(formsOf(12, 10_000)).toEqual(["tile", "dot"]);
  });

  it("shows ten thousand on one screen", () => {
    expect(laidOut(10_000).height).toBeLessThanOrEqual(HEIGHT);
    expect(laidOut(60, 9_900).height).toBeLessThanOrEqual(HEIGHT + 120);
  });

  it("has larger dots for many in trouble than for the rest", () => {
    const [troubled, rest] = laidOut(150, 9_000).sections;
    expect(troubled!.pitchX).toBeGreaterThan(rest!.pitchX);
  });

  it("is scrolled where even the smallest dots do not fit", () => {
    expect(laidOut(100_000).height).toBeGreaterThan(HEIGHT);
  });

  it("finds each agent where it is drawn, and draws it within the wall and apart from others", () => {
    const count = fc.integer({ min: 1, max: 700 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 120, max: 2_000 }), (first, second, width) => {
        const layout = layOut(arrangement(first, second), width, HEIGHT);
        for (let index = 0; index < first + second; index += 1 + (index % 7)) {
          const rect = rectOf(layout, index)!;
          expect(rect.x + rect.width).toBeLessThanOrEqual(width + 1);
          expect(indexAt(layout, rect.x + rect.width / 2, rect.y + rect.height / 2)).toBe(index);
        }
        expect(rectOf(layout, first + second)).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it("finds nobody beside the cells", () => {
    const layout = laidOut(3, 5);
    expect(indexAt(layout, 5, 5)).toBeUndefined();
    expect(indexAt(layout, WIDTH - 1, layout.sections[0]!.cellsTop + 1)).toBeUndefined();
    expect(indexAt(layout, 5, layout.height + 1)).toBeUndefined();
  });
});

describe("the keys on a wall", () => {
  it("reach every agent from the first with the arrows down and right", () => {
    const layout = laidOut(7, 3, 40);
    let index = 0;
    const visited = new Set([index]);
    for (let step = 0; step < 60; step++) {
      index = moved(layout, index, "ArrowRight", HEIGHT)!;
      visited.add(index);
    }
    expect(visited.size).toBe(50);
  });

  it("go down through groups of their own width, and up again", () => {
    const layout = laidOut(7, 3, 40);
    const sectionOf = (index: number) =>
      layout.sections.findLastIndex(({ first }) => first <= index);
    let index = 0;
    const sections = [];
    for (let step = 0; step < 20; step++) {
      sections.push(sectionOf(index));
      index = moved(layout, index, "ArrowDown", HEIGHT)!;
    }
    expect(new Set(sections)).toEqual(new Set([0, 1, 2]));
    for (let step = 0; step < 20; step++) index = moved(layout, index, "ArrowUp", HEIGHT)!;
    expect(sectionOf(index)).toBe(0);
  });

  it("stay at the ends", () => {
    const layout = laidOut(5, 5);
    expect(moved(layout, 0, "ArrowLeft", HEIGHT)).toBe(0);
    expect(moved(layout, 0, "ArrowUp", HEIGHT)).toBe(0);
    expect(moved(layout, 0, "End", HEIGHT)).toBe(9);
    expect(moved(layout, 9, "ArrowRight", HEIGHT)).toBe(9);
    expect(moved(layout, 9, "ArrowDown", HEIGHT)).toBe(9);
    expect(moved(layout, 9, "Home", HEIGHT)).toBe(0);
    expect(moved(layout, 9, "x", HEIGHT)).toBeUndefined();
  });

  it("go a screen at a time, to the last at last", () => {
    const layout = laidOut(50_000);
    const first = moved(layout, 0, "PageDown", HEIGHT)!;
    const rect = rectOf(layout, first)!;
    expect(rect.y).toBeGreaterThan(HEIGHT - 20);
    expect(rect.y).toBeLessThanOrEqual(HEIGHT);
    expect(moved(layout, first, "PageUp", HEIGHT)).toBe(0);
    let index = 0;
    for (let page = 0; page < 100; page++) index = moved(layout, index, "PageDown", HEIGHT)!;
    expect(rectOf(layout, index)!.y).toBe(rectOf(layout, 49_999)!.y);
  });
});
