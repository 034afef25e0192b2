import { Code, ConnectError } from "@connectrpc/connect";
import { type Signal, signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { Asking, isAbsent } from "../../web/src/data/asking.ts";
import type { Link } from "../../web/src/data/link.ts";
import { FakeClock } from "../support/fake-clock.ts";

const heardAt = { mono: 0, wall: 0 };

/** A question that a test answers, on a clock that it moves. */
function asked(answers: () => Promise<number>) {
  const clock = new FakeClock();
  const link: Signal<Link> = signal({ kind: "live", heardAt });
  const live = { link, isListening: true };
  let questions = 0;
  const asking = new Asking({ clock, live }, 1_000, () => {
    questions++;
    return answers();
  });
  const pass = async (ms: number) => {
    await settled();
    clock.advance(ms);
    await settled();
  };
  return { asking, clock, link, live, pass, questions: () => questions };
}

/** Lets every promise that can go on go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const refuse = (code: Code) => () => Promise.reject(new ConnectError("no", code));

describe("a question that is asked again and again", () => {
  it("is asked at its pace, and keeps the last answer", async () => {
    let value = 0;
    const { asking, pass, questions } = asked(async () => ++value);
    await pass(0);
    expect(asking.answer.value).toMatchObject({ kind: "known", value: 1 });
    await pass(250);
    await pass(749);
    expect(questions()).toBe(1);
    await pass(1);
    expect(asking.answer.value).toMatchObject({ kind: "known", value: 2 });
    asking.stop();
  });

  it("is asked at once when there is reason to, and still not without a rest", async () => {
    const { asking, pass, questions } = asked(async () => 0);
    await pass(0);
    for (let event = 0; event < 1_000; event++) asking.again();
    await pass(249);
    expect(questions()).toBe(1);
    await pass(1);
    expect(questions()).toBe(2);
    asking.stop();
  });

  it("is not asked while nobody looks, nor after the end", async () => {
    const { asking, clock, live, pass, questions } = asked(async () => 0);
    await pass(0);
    live.isListening = false;
    await pass(250);
    await pass(10_000);
    expect(questions()).toBe(1);
    asking.stop();
    await pass(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it("keeps what it knows through a passing failure", async () => {
    let fails = false;
    const { asking, pass } = asked(async () => {
      if (fails) throw new ConnectError("away", Code.Unavailable);
      return 7;
    });
    await pass(0);
    fails = true;
    await pass(250);
    await pass(1_000);
    expect(asking.answer.value).toMatchObject({ kind: "known", value: 7 });
    asking.stop();
  });

  it("takes no for an answer until the server is another one", async () => {
    const { asking, link, pass, questions } = asked(refuse(Code.Unimplemented));
    await pass(0);
    expect(isAbsent(asking.answer.value)).toBe(true);
    await pass(250);
    await pass(60_000);
    expect(questions()).toBe(1);
    link.value = { kind: "lost", heardAt, why: "" };
    link.value = { kind: "live", heardAt };
    await pass(250);
    expect(questions()).toBe(2);
    asking.stop();
  });
});
