import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { MessageSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { AgentMessage } from "../../src/agent/message.ts";
import { bench } from "./support/bench.ts";

async function live(prepare: (agent: ReturnType<typeof bench>["agent"]) => void = () => {}) {
  const made = bench();
  prepare(made.agent);
  made.agent.start();
  await made.settle();
  made.server.stream.welcome();
  const published = () =>
    made.server.stream.beats.flatMap(({ messages }) => messages.map(({ subject }) => subject));
  const message = (subject: string, words = "") =>
    create(MessageSchema, { subject, data: new TextEncoder().encode(words) });
  return { ...made, published, message };
}

describe("publishing", () => {
  it("goes out at once, and tells to how many it was handed, in order", async () => {
    const { agent, server, settle, published } = await live();
    const counts = [agent.publish("a", "one"), agent.publish("b", { two: 2 })];
    await settle();
    expect(published()).toEqual(["a", "b"]);
    // Whoever awaits the answer is not done, though nothing else may keep the process.
    expect(server.stream.held).toBe(true);
    const [text, json] = server.stream.last.messages;
    expect(text).toMatchObject({ contentType: "text/plain; charset=utf-8" });
    expect(json).toMatchObject({ contentType: "application/json" });
    expect(new TextDecoder().decode(json!.data)).toBe('{"two":2}');
    server.stream.answer({ deliveredCounts: [3n, 0n] });
    expect(await Promise.all(counts)).toEqual([3, 0]);
    expect(server.stream.held).toBe(false);
  });

  it("waits for the Welcome: a stream that is put off would swallow it", async () => {
    const { agent, server, settle } = bench();
    agent.start();
    void agent.publish("early", "x");
    await settle();
    agent.idle();
    await settle();
    expect(server.stream.beats.map(({ messages }) => messages.length)).toEqual([0, 0]);
    server.stream.welcome();
    await settle();
    expect(server.stream.beats.map(({ messages }) => messages.length)).toEqual([0, 0, 1]);
  });

  it("that was written when the stream broke is not repeated, and nobody knows; the rest goes on", async () => {
    const { agent, server, settle, nextStream, published } = await live();
    const lost = agent.publish("lost", "x");
    await settle();
    server.stream.hangs = true;
    agent.beat();
    const kept = agent.publish("kept", "x");
    await settle();
    server.stream.end();
    expect(agent.state).toBe("waiting");
    await nextStream();
    expect(await lost).toBeUndefined();
    server.stream.welcome();
    await settle();
    expect(published()).toEqual(["kept"]);
    server.stream.answer({ deliveredCounts: [1n] });
    expect(await kept).toBe(1);
  });

  it("spreads over as many beats as it takes, none beyond what a beat may be", async () => {
    const { agent, server, settle } = await live();
    for (let n = 0; n < 5; n++) void agent.publish("big", new Uint8Array(30 * 1024));
    await settle();
    const sizes = server.stream.beats.map(({ messages }) => messages.length).filter((n) => n > 0);
    expect(sizes).toEqual([1, 1, 1, 1, 1]);
    expect(sizes.length).toBe(5);
  });

  it("is bounded while nothing can be sent", async () => {
    const { agent, server, of, settle } = await live();
    server.stream.hangs = true;
    agent.beat();
    await settle();
    for (let n = 0; n < 256; n++) void agent.publish("a", "x");
    expect(await agent.publish("one.more", "x")).toBeUndefined();
    expect(of("warn")).toContainEqual("a message on one.more is not sent: 256 wait already");
  });

  it("makes a Goodbye wait for the Welcome, without a word more, and no longer than its bound", async () => {
    const { agent, server, settle, clock } = bench();
    agent.start();
    void agent.publish("early", "x");
    await settle();
    const closing = agent.close("done");
    await settle();
    expect(server.stream.beats).toHaveLength(1);
    server.stream.welcome();
    await settle();
    const said = server.stream.beats.map((beat) => [beat.messages.length, beat.goodbye?.reason]);
    expect(said).toEqual([
      [0, undefined],
      [1, "done"],
    ]);
    clock.advance(2_000);
    await closing;
  });

  it("is said before the Goodbye, and answered with nothing once the agent has ended", async () => {
    const { agent, server, settle, published } = await live();
    const last = agent.publish("last", "x");
    const closing = agent.close("done");
    await settle();
    expect(published()).toEqual(["last"]);
    expect(server.stream.last.goodbye?.reason).toBe("done");
    server.stream.answer({ ackedSequence: server.stream.last.sequence, deliveredCounts: [1n] });
    server.stream.end({ by: "server", status: "OK", message: "" });
    await closing;
    expect(await last).toBe(1);
    expect(await agent.publish("late", "x")).toBeUndefined();
  });

  it.each([
    ["", /^subject "" is empty/],
    ["a.*", /^subject "a\.\*" has a wildcard/],
    ["a".repeat(257), /is too long/],
  ])("refuses the subject %j at once", (subject, message) => {
    expect(() => bench().agent.publish(subject, "x")).toThrow(message);
  });

  it("refuses more than 32 KiB at once", () => {
    expect(() => bench().agent.publish("a", new Uint8Array(32_769))).toThrow(
      /^data has 32769 bytes \(limit: 32768 bytes\)/,
    );
  });
});

describe("subscribing", () => {
  it("is declared with every stream", async () => {
    const handler = () => {};
    const { server, nextStream } = await live((agent) =>
      agent.onMessage("tasks.*", handler).onMessage("a", handler).onMessage("a", handler),
    );
    expect(server.stream.beats[0]?.registration?.subscriptions).toEqual(["tasks.*", "a"]);
    server.stream.end();
    const again = await nextStream();
    expect(again.beats[0]?.registration?.subscriptions).toEqual(["tasks.*", "a"]);
  });

  it("calls every handler that matches, one after the other, in order", async () => {
    const heard: string[] = [];
    const slow = async ({ subject }: AgentMessage) => {
      await Promise.resolve();
      heard.push(`slow ${subject}`);
    };
    const { server, settle, message } = await live((agent) =>
      agent.onMessage(">", slow).onMessage("a.*", (one) => {
        heard.push(`quick ${one.subject} ${one.text()}`);
      }),
    );
    server.stream.answer({ messages: [message("a.b", "1"), message("c", "2")] });
    await settle();
    expect(heard).toEqual(["slow a.b", "quick a.b 1", "slow c"]);
  });

  it("survives a handler that throws, or rejects", async () => {
    const heard: string[] = [];
    const { server, settle, message, of, agent } = await live((agent) =>
      agent
        .onMessage("a", () => {
          throw new Error("thrown");
        })
        .onMessage("a", async () => {
          throw new Error("rejected");
        })
        .onMessage("a", ({ subject }) => void heard.push(subject)),
    );
    server.stream.answer({ messages: [message("a"), message("a")] });
    await settle();
    expect(heard).toEqual(["a", "a"]);
    expect(of("warn").slice(0, 2)).toEqual([
      "the handler of a failed: thrown",
      "the handler of a failed: rejected",
    ]);
    expect(agent.state).toBe("live");
  });

  it("bounds what waits for a slow handler, and tells what the server left out", async () => {
    const { server, message, of } = await live((agent) =>
      agent.onMessage("a", () => new Promise(() => {})),
    );
    server.stream.answer({ messages: Array.from({ length: 258 }, () => message("a")) });
    server.stream.answer({ skippedCount: 7n });
    expect(of("warn")).toEqual([
      "a message on a is left out: 256 wait already",
      "a message on a is left out: 256 wait already",
      "the server left out 7 messages: this agent reads too slowly",
    ]);
  });

  it("comes before the start, to subjects that are some", () => {
    const { agent } = bench();
    expect(() => agent.onMessage("a..b", () => {})).toThrow(/^subject "a\.\.b" has an empty token/);
    for (let n = 0; n < 64; n++) agent.onMessage(`a.${n}`, () => {});
    expect(() => agent.onMessage("b", () => {})).toThrow(/^subject "b" is one too many/);
    agent.start();
    expect(() => agent.onMessage("a.0", () => {})).toThrow(/before start\(\)/);
  });
});
