import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { GetStatusResponseSchema } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { nextOverview } from "../../src/cli/top/standing.ts";
import type { Link } from "../../web/src/data/link.ts";
import { bannersOf } from "../../web/src/ui/banners.tsx";

const heardAt = { mono: 0, wall: new Date(2026, 0, 1, 14, 3, 9).getTime() };
const later = (ms: number) => ({ mono: ms, wall: heardAt.wall + ms });
const live: Link = { kind: "live", heardAt };

const status = (rest: MessageInitShape<typeof GetStatusResponseSchema> = {}) =>
  create(GetStatusResponseSchema, { journalHealthy: true, ...rest });
const texts = (link: Link, rest: MessageInitShape<typeof GetStatusResponseSchema> = {}) =>
  bannersOf(link, nextOverview(undefined, status(rest), 0), heardAt).map(({ text }) => text);

describe("the banners", () => {
  it("are none while all is well, or nothing is known yet", () => {
    expect(texts(live)).toEqual([]);
    expect(bannersOf({ kind: "connecting" }, undefined, heardAt)).toEqual([]);
  });

  it("say that the link is gone, and as of when all is that is shown", () => {
    expect(texts({ kind: "lost", heardAt, why: "the server cannot be reached" })).toEqual([
      "Not live, shown as of 14:03:09: the server cannot be reached.",
    ]);
    expect(texts({ kind: "refused", heardAt: undefined, why: "no token" })).toEqual([
      "No access, nothing is known yet: no token.",
    ]);
  });

  it("say what ails the server", () => {
    expect(texts(live, { draining: true })).toEqual([expect.stringContaining("about to stop")]);
    expect(
      texts(live, { journalHealthy: false, journalTrouble: "disk full", journalBacklog: 1_200n }),
    ).toEqual(["The journal is in trouble: disk full; 1,200 events not kept yet."]);
    expect(texts(live, { protectionActive: true, heldCount: 40n })).toEqual([
      "Protection: many agents fell silent at once, 40 agents held from DOWN.",
    ]);
    expect(texts(live, { heldCount: 1n })).toEqual([
      "Protection is over: 1 agent still held, given up one by one.",
    ]);
  });

  it("say that the monitor stood still, for a minute", () => {
    const before = nextOverview(undefined, status(), 0);
    const stalled = status({ stallsTotal: 1n, heldBackTotal: durationFromMs(700) });
    const overview = nextOverview(before, stalled, 1_000);
    expect(bannersOf(live, overview, later(3_000))).toEqual([
      {
        kind: "stall",
        severity: "warning",
        text: "The monitor itself stood still at 14:03:10: deadlines moved by 700ms, nobody is blamed.",
      },
    ]);
    expect(bannersOf(live, overview, later(62_000))).toEqual([]);
  });
});
