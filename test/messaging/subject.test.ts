import { describe, expect, it } from "vitest";
import { matches, problemOfSubject, problemOfSubscription } from "../../src/messaging/subject.ts";

describe("a subject to publish to", () => {
  it.each(["tasks", "tasks.new", "_reply.4f", "a.b.c.d.e", "größe.ß"])("may be %s", (subject) => {
    expect(problemOfSubject(subject)).toBeUndefined();
  });

  it.each([
    ["", "is empty"],
    [".a", "has an empty token"],
    ["a.", "has an empty token"],
    ["a..b", "has an empty token"],
    ["a b", "has white space"],
    [`${"a.".repeat(16)}a`, "has 17 tokens, more than 16"],
    ["a.*", "has a wildcard, and a message goes to one subject"],
    ["a.>", "has a wildcard, and a message goes to one subject"],
  ])("may not be %j: it %s", (subject, problem) => {
    expect(problemOfSubject(subject)).toBe(problem);
  });
});

describe("a subject to subscribe to", () => {
  it.each(["tasks", "*", ">", "a.*.c", "a.>", "*.*.>"])("may be %s", (subject) => {
    expect(problemOfSubscription(subject)).toBeUndefined();
  });

  it.each([
    ["a.>.b", 'has a ">" before its end'],
    ["a.b*", "has a wildcard that is only part of a token"],
    ["a.>b", "has a wildcard that is only part of a token"],
    ["a\tb", "has white space"],
    ["", "is empty"],
  ])("may not be %j: it %s", (subject, problem) => {
    expect(problemOfSubscription(subject)).toBe(problem);
  });
});

describe("a subscription", () => {
  it.each([
    ["tasks.new", "tasks.new", true],
    ["tasks.new", "tasks.old", false],
    ["tasks", "tasks.new", false],
    ["tasks.*", "tasks.new", true],
    ["tasks.*", "tasks", false],
    ["tasks.*", "tasks.new.now", false],
    ["*.new", "tasks.new", true],
    ["tasks.>", "tasks.new.now", true],
    ["tasks.>", "tasks.new", true],
    ["tasks.>", "tasks", false],
    [">", "anything", true],
    ["*.>", "one", false],
  ])("%s to a message on %s: %s", (subscription, subject, expected) => {
    expect(matches(subscription, subject)).toBe(expected);
  });
});
