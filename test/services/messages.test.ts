import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, it } from "vitest";
import { SendBeatRequestSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import {
  PublishRequestSchema,
  SubscribeRequestSchema,
  type SubscribeResponse,
} from "../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { GetStatusRequestSchema } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { type FakeStream, House } from "../support/house.ts";

const text = (data: Uint8Array) => new TextDecoder().decode(data);
const bytes = (words: string) => new TextEncoder().encode(words);

describe("messages", () => {
  let house: House;
  beforeEach(() => {
    house = new House();
  });

  const agent = (agentId: string, subscriptions: string[] = [], organizationId = "") =>
    house.stream().say({
      agentId,
      registration: { instanceId: agentId, subscriptions, organizationId },
    });
  const publish = async (subject: string, words = "", organizationId = "") => {
    const message = { subject, data: bytes(words) };
    const request = create(PublishRequestSchema, { organizationId, message });
    return Number((await house.services.message.publish(request)).deliveredCount);
  };
  const heard = (stream: FakeStream) =>
    stream.sent.flatMap(({ messages }) => messages.map(({ subject }) => subject));
  const counts = (stream: FakeStream) =>
    stream.sent.flatMap(({ deliveredCounts }) => deliveredCounts.map(Number));
  const subscription = (subjects: string[], organizationId = "") => {
    const gone = new AbortController();
    const request = create(SubscribeRequestSchema, { organizationId, subjects });
    const answers = house.services.message.subscribe(request, { signal: gone.signal });
    return { gone, answers, next: () => answers.next() as Promise<{ value: SubscribeResponse }> };
  };

  it("go from an agent's stream to others of its organization, and the ack says to how many", () => {
    const [one, two] = [agent("one", ["tasks.*"]), agent("two", ["tasks.new", ">"])];
    const stranger = agent("stranger", [">"], "other");
    const publisher = agent("publisher").say({
      sequence: 5n,
      messages: [
        {
          subject: "tasks.new",
          data: bytes("hi"),
          replyTo: "answers.1",
          contentType: "text/plain",
        },
        { subject: "nobody.hears" },
      ],
    });
    expect(heard(one)).toEqual(["tasks.new"]);
    expect(heard(two)).toEqual(["tasks.new", "nobody.hears"]);
    expect(heard(stranger)).toEqual([]);
    expect(one.sent.at(-1)?.messages[0]).toMatchObject({
      fromAgentId: "publisher",
      replyTo: "answers.1",
      contentType: "text/plain",
    });
    expect(publisher.sent.at(-1)).toMatchObject({ ackedSequence: 5n, deliveredCounts: [2n, 1n] });
  });

  it("may be published with the first message, and never come before the Welcome", () => {
    const stream = house.stream().say({
      agentId: "eager",
      registration: { instanceId: "eager", subscriptions: ["a"] },
      messages: [{ subject: "a" }],
    });
    expect(stream.sent[0]).toMatchObject({ deliveredCounts: [0n] });
    expect(stream.sent[0]?.welcome).toBeDefined();
    stream.say({ messages: [{ subject: "a" }] });
    expect(heard(stream)).toEqual(["a"]);
    expect(counts(stream)).toEqual([0, 1]);
  });

  it("to the publisher itself are counted as any other", () => {
    const stream = agent("echo", ["a"]);
    stream.say({ messages: Array.from({ length: 50 }, () => ({ subject: "a" })) });
    expect(heard(stream)).toHaveLength(50);
    expect(counts(stream)).toEqual(Array.from({ length: 50 }, () => 1));
  });

  it("claim no publisher: the server says who it was", () => {
    const one = agent("one", ["a"]);
    agent("two").say({ messages: [{ subject: "a", fromAgentId: "somebody else" }] });
    expect(one.sent.at(-1)?.messages[0]?.fromAgentId).toBe("two");
  });

  it("are handed to nobody whose stream has ended, in whatever way", async () => {
    agent("dropped", ["a"]).session.closed();
    agent("left", ["a"]).say({ goodbye: {} });
    agent("refused", ["a"]).say({ registration: {} });
    agent("twin", ["a"]);
    house.stream().say({ agentId: "twin", registration: { instanceId: "other" } });
    expect(await publish("a")).toBe(0);
  });

  it("wait for an agent that does not read, up to a bound; what is left out is counted and told", async () => {
    const slow = agent("slow", ["a.>"]);
    slow.reading = false;
    await publish("a.first");
    for (let n = 0; n < 256; n++) expect(await publish(`a.${n}`)).toBe(1);
    expect(await publish("a.lost")).toBe(0);
    slow.reading = true;
    slow.session.writable();
    expect(heard(slow)).toHaveLength(257);
    expect(await publish("a.after")).toBe(1);
    expect(slow.sent.at(-1)).toMatchObject({ skippedCount: 1n });
    const status = await house.services.status.getStatus(create(GetStatusRequestSchema));
    expect(status).toMatchObject({
      messagesPublishedTotal: 259n,
      messagesDeliveredTotal: 258n,
      messagesSkippedTotal: 1n,
      openSubscribers: 1n,
    });
  });

  it("tell their counts in order also when the publisher did not read for a while", () => {
    agent("one", ["b"]);
    const slow = agent("publisher");
    slow.reading = false;
    slow.say({ messages: [{ subject: "a" }] });
    slow.say({ messages: [{ subject: "b" }] }).say({ sequence: 9n });
    expect(counts(slow)).toEqual([0]);
    slow.reading = true;
    slow.session.writable();
    expect(counts(slow)).toEqual([0, 1]);
    expect(slow.sent.at(-1)?.ackedSequence).toBe(9n);
  });

  it("tell an agent that reads again how many it missed, with its next ack at the latest", async () => {
    const slow = agent("slow", ["a"]);
    slow.reading = false;
    slow.say({});
    for (let n = 0; n < 257; n++) await publish("a");
    slow.reading = true;
    slow.session.writable();
    expect(heard(slow)).toHaveLength(256);
    expect(slow.sent.at(-1)?.skippedCount).toBe(0n);
    slow.session.receiveBare(9n);
    expect(slow.sent.at(-1)).toMatchObject({ ackedSequence: 9n, skippedCount: 1n });
    slow.session.receiveBare(10n);
    expect(slow.sent.at(-1)).toMatchObject({ ackedSequence: 10n, skippedCount: 0n });
  });

  it("are counted before a Goodbye ends the stream, however slow its reader is", () => {
    agent("one", ["a"]);
    const slow = agent("publisher");
    slow.reading = false;
    slow.say({});
    slow.say({ sequence: 7n, messages: [{ subject: "a" }] }).say({ sequence: 8n, goodbye: {} });
    expect(slow.sent.at(-1)).toMatchObject({ ackedSequence: 8n, deliveredCounts: [1n] });
    expect(slow.ended).toBeNull();
  });

  it("end the stream of a publisher that reads nothing, before its counts pile up", () => {
    const slow = agent("publisher");
    slow.reading = false;
    slow.say({});
    const messages = Array.from({ length: 256 }, () => ({ subject: "a" }));
    for (let n = 0; n < 17; n++) slow.say({ messages });
    expect(slow.ended?.code).toBe("watcher_slow");
    expect(slow.ended?.message).toContain("4096 counts of messages held back");
  });

  it("may come with a beat without a stream", async () => {
    const one = agent("one", ["a"]);
    const beat = { agentId: "cron", messages: [{ subject: "a" }, { subject: "b" }] };
    const request = create(SendBeatRequestSchema, { beat });
    const { ack } = await house.services.heartbeat.sendBeat(request);
    expect(ack?.deliveredCounts).toEqual([1n, 0n]);
    expect(one.sent.at(-1)?.messages[0]?.fromAgentId).toBe("cron");
  });

  it("go to programs that subscribe, until they go", async () => {
    const { answers, next, gone } = subscription(["a.*"]);
    const first = next();
    expect(await publish("a.b", "hello")).toBe(1);
    expect(text((await first).value.message!.data)).toBe("hello");
    const pending = next();
    gone.abort();
    expect((await pending).value).toBeUndefined();
    expect(await publish("a.b")).toBe(0);
    await answers.return(undefined);
    expect(house.subscribers.openCount).toBe(0);
  });

  it("tell a program that reads too slowly how many it missed", async () => {
    const { answers, next } = subscription(["a"]);
    const first = next();
    await publish("a", "0");
    await first;
    for (let n = 1; n <= 300; n++) await publish("a", String(n));
    for (let n = 1; n <= 256; n++) expect((await next()).value.skippedCount).toBe(0n);
    const after = next();
    await publish("a", "after");
    expect((await after).value).toMatchObject({ skippedCount: 44n });
    await answers.return(undefined);
  });

  it.each([
    [{ subjects: [] }, /^subjects is empty/],
    [
      { subjects: ["a.>.b"] },
      /^subjects "a\.>\.b" has a ">" before its end \(limit: at most 16 tokens/,
    ],
    [{ subjects: ["a".repeat(257)] }, /has 257 bytes \(limit: 256 bytes\)/],
    [{ subjects: Array.from({ length: 65 }, (_, n) => `a${n}`) }, /has 65 entries/],
    [{ subjects: ["a"], organizationId: "a b" }, /^organization_id "a b"/],
  ])("of bad subjects are refused: %j", async (request, message) => {
    const { next } = subscription(
      request.subjects,
      "organizationId" in request ? request.organizationId : "",
    );
    await expect(next()).rejects.toThrow(message);
  });

  it.each([
    [{}, /^message is empty/],
    [{ message: {} }, /^message\.subject is empty/],
    [{ message: { subject: "a", replyTo: "b.*" } }, /^message\.reply_to "b\.\*" has a wildcard/],
    [
      { message: { subject: "a", contentType: "x".repeat(129) } },
      /^message\.content_type .* has 129 bytes \(limit: 128 bytes\)/,
    ],
  ])("that are bad are refused: %j", async (request, message) => {
    const bad = create(PublishRequestSchema, request);
    await expect(house.services.message.publish(bad)).rejects.toThrow(message);
  });

  it("are refused while the server drains, and subscriptions end", async () => {
    const { next } = subscription(["a"]);
    const first = next();
    house.sessions.drain(1_000);
    house.subscribers.drain();
    await expect(first).rejects.toMatchObject({ code: "draining" });
    await expect(publish("a")).rejects.toMatchObject({ code: "draining" });
  });
});
