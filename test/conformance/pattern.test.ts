import { describe, expect, it } from "vitest";
import {
  atLeast,
  between,
  keep,
  kept,
  keptOrMore,
  like,
  type Memory,
  mismatch,
  moreThanKept,
  type Pattern,
} from "./pattern.ts";

const why = (pattern: Pattern, actual: unknown, memory: Memory = new Map()) =>
  mismatch(pattern, actual, memory);

describe("a pattern", () => {
  it("says nothing of fields that it does not name", () => {
    expect(why({ a: 1, b: { c: "x" } }, { a: 1, b: { c: "x", d: 2 }, e: 3 })).toBeUndefined();
  });

  it("names the field that is not as it should be", () => {
    expect(why({ b: { c: "x" } }, { b: { c: "y" } })).toBe('b.c is "y", not "x"');
    expect(why({ b: { c: "x" } }, {})).toBe("b is missing");
    expect(why("x", "y")).toBe('it is "y", not "x"');
  });

  it("takes null for nothing", () => {
    expect(why({ a: null, b: null }, { a: null })).toBeUndefined();
    expect(why({ a: null }, { a: 0 })).toBe("a is 0, not null");
  });

  it("compares with bounds and forms", () => {
    expect(
      why({ a: between(1, 2), b: atLeast(5), c: like(/x/, /y/) }, { a: 2, b: 5, c: "yx" }),
    ).toBe(undefined);
    expect(why(between(1, 2), 3)).toBe("it is 3, not within 1 to 2");
    expect(why(atLeast(1), null)).toBe("it is missing");
    expect(why(like(/x/, /y/), "x")).toBe('it is "x", not like /y/');
  });

  it("remembers, and compares with what it remembers", () => {
    const memory: Memory = new Map();
    expect(why({ epoch: keep("epoch") }, { epoch: "9007199254740993" }, memory)).toBeUndefined();
    expect(why(kept("epoch"), "9007199254740993", memory)).toBeUndefined();
    expect(why(kept("epoch"), "9007199254740992", memory)).toContain("not");
    expect(why(keptOrMore("epoch"), "9007199254740993", memory)).toBeUndefined();
    expect(why(keptOrMore("epoch"), "9007199254740992", memory)).toContain("after");
    expect(why(moreThanKept("epoch"), "9007199254740993", memory)).toContain("after");
    expect(why(moreThanKept("epoch"), "9007199254740994", memory)).toBeUndefined();
  });
});
