import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AgentState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { columns, sorted } from "../../web/src/list/columns.tsx";
import { rowsSeen } from "../../web/src/list/window.ts";
import { seen, WALL } from "./support/agents.ts";

describe("the rows that are to be seen", () => {
  it("cover the screen, and with what is left out as tall as all", () => {
    const some = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 8_000_000 }), (count, top) => {
        const { from, to, above, below } = rowsSeen(count, 36, { top, height: 700 });
        expect(above + (to - from) * 36 + below).toBe(count * 36);
        const isReachable = top < count * 36;
        if (isReachable) expect(above).toBeLessThanOrEqual(top);
        if (isReachable)
          expect(above + (to - from) * 36).toBeGreaterThanOrEqual(Math.min(count * 36, top + 700));
        expect(to - from).toBeLessThan(40);
      }),
    );
  });

  it("stay below the height that browsers allow", () => {
    const { above, below, from, to } = rowsSeen(2_000_000, 36, { top: 0, height: 700 });
    expect(above + (to - from) * 36 + below).toBeLessThanOrEqual(15_000_000);
  });
});

describe("the list", () => {
  const moment = { mono: 0, serverWall: WALL };
  const agents = [
    seen("b", { state: AgentState.DOWN, missedBeats: 3, sinceLastBeat: durationFromMs(9_000) }),
    seen("a-10", { stateSince: timestampFromMs(WALL - 1_000) }),
    seen("a-9", { missedBeats: 1, agentType: "worker" }),
  ];
  const order = (sort: string) => sorted(agents, sort, moment).map(({ agentId }) => agentId);

  it.each([
    ["", ["b", "a-10", "a-9"]],
    ["nonsense", ["b", "a-10", "a-9"]],
    ["agent", ["a-9", "a-10", "b"]],
    ["-agent", ["b", "a-10", "a-9"]],
    ["state", ["b", "a-9", "a-10"]],
    ["missed", ["b", "a-9", "a-10"]],
    ["-missed", ["a-10", "a-9", "b"]],
    ["silence", ["b", "a-10", "a-9"]],
    ["type", ["b", "a-10", "a-9"]],
    ["since", ["a-10", "b", "a-9"]],
  ])("sorted by %o is %o", (sort, ids) => {
    expect(order(sort)).toEqual(ids);
  });

  it("says what is not known", () => {
    const silence = columns.find(({ name }) => name === "silence")!;
    expect(silence.cell(seen("x", { state: AgentState.EXPECTED }), moment)).toBe("never");
    expect(silence.cell(seen("x", { sinceLastBeat: undefined }), moment)).toBe("?");
    expect(silence.cell(seen("x"), moment)).toBe("<1s");
    expect(silence.cell(seen("x", { state: AgentState.DOWN }), { ...moment, mono: 41_900 })).toBe(
      "42s",
    );
    expect(silence.cell(seen("x"), { ...moment, mono: 20_000 })).toBe("<1.2s");
  });
});
