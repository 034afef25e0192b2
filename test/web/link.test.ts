import { describe, expect, it } from "vitest";
import { type Link, linkAt, nextLink, SILENT_AFTER_MS } from "../../web/src/data/link.ts";

const at = (mono: number, wall = mono) => ({ mono, wall });
const live: Link = { kind: "live", heardAt: at(1_000) };

describe("the link", () => {
  it("is live with a snapshot, and not with an answer alone", () => {
    expect(nextLink({ kind: "connecting" }, { kind: "answer", at: at(1) }).kind).toBe("connecting");
    expect(nextLink({ kind: "connecting" }, { kind: "whole", at: at(1) }).kind).toBe("live");
    const lost = nextLink(live, { kind: "broken", why: "gone" });
    expect(nextLink(lost, { kind: "answer", at: at(9_000) })).toBe(lost);
    expect(nextLink(lost, { kind: "whole", at: at(9_000) })).toEqual({
      kind: "live",
      heardAt: at(9_000),
    });
  });

  it("is lost as of when it was last heard", () => {
    const lost = nextLink(nextLink(live, { kind: "answer", at: at(2_000) }), {
      kind: "broken",
      why: "the server ended the connection",
    });
    expect(lost).toEqual({
      kind: "lost",
      heardAt: at(2_000),
      why: "the server ended the connection",
    });
  });

  it("is lost by silence alone", () => {
    expect(linkAt(live, at(1_000 + SILENT_AFTER_MS))).toBe(live);
    expect(linkAt(live, at(1_001 + SILENT_AFTER_MS))).toMatchObject({ kind: "lost" });
  });

  it("is lost over a sleep of the machine, in which its monotonic clock stood still", () => {
    expect(linkAt(live, at(1_500, 61_000))).toMatchObject({ kind: "lost", heardAt: at(1_000) });
  });

  it("stays refused until a snapshot, whatever breaks", () => {
    const refused = nextLink(live, { kind: "refused", why: "no token" });
    expect(nextLink(refused, { kind: "broken", why: "gone" })).toBe(refused);
    expect(nextLink(refused, { kind: "whole", at: at(5_000) }).kind).toBe("live");
  });

  it("is not live with agents that are shown again, as of when they were shown last", () => {
    const again = nextLink(live, { kind: "shown", asOf: at(400) });
    expect(again).toMatchObject({ kind: "lost", heardAt: at(400) });
    expect(nextLink(again, { kind: "answer", at: at(2_000) })).toBe(again);
    expect(nextLink(again, { kind: "broken", why: "gone" })).toMatchObject({ why: "gone" });
    expect(nextLink(live, { kind: "shown", asOf: undefined })).toEqual({ kind: "connecting" });
    const lost: Link = { kind: "lost", heardAt: at(900), why: "gone" };
    expect(nextLink(lost, { kind: "shown", asOf: at(400) })).toEqual({ ...lost, heardAt: at(400) });
    const refused: Link = { kind: "refused", heardAt: at(900), why: "no token" };
    expect(nextLink(refused, { kind: "shown", asOf: at(400) })).toBe(refused);
  });

  it("is not live while nobody looks", () => {
    expect(nextLink(live, { kind: "hidden" })).toMatchObject({ kind: "lost", heardAt: at(1_000) });
    expect(nextLink({ kind: "connecting" }, { kind: "hidden" })).toEqual({ kind: "connecting" });
  });
});
