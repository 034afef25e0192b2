import { describe, expect, it } from "vitest";
import { Exchange, type Receiver } from "../../src/messaging/exchange.ts";
import { Mailbox } from "../../src/messaging/mailbox.ts";
import type { Message } from "../../src/messaging/message.ts";

const message = (subject: string, bytes = 1): Message => ({
  subject,
  data: new Uint8Array(bytes),
  contentType: "",
  fromAgentId: "",
  replyTo: "",
});

class Hearer implements Receiver {
  readonly heard: string[] = [];
  full = false;

  offer({ subject }: Message): boolean {
    if (!this.full) this.heard.push(subject);
    return !this.full;
  }
}

describe("an exchange", () => {
  it("hands a message to each receiver once, however many of its subscriptions match", () => {
    const exchange = new Exchange();
    const [one, two] = [new Hearer(), new Hearer()];
    exchange.subscribe("acme", ["tasks.*", "tasks.new", ">"], one);
    exchange.subscribe("acme", ["tasks.new"], two);
    expect(exchange.publish("acme", message("tasks.new"))).toBe(2);
    expect(one.heard).toEqual(["tasks.new"]);
    expect(two.heard).toEqual(["tasks.new"]);
  });

  it("keeps to an organization", () => {
    const exchange = new Exchange();
    const other = new Hearer();
    exchange.subscribe("other", [">"], other);
    expect(exchange.publish("acme", message("tasks.new"))).toBe(0);
    expect(other.heard).toEqual([]);
  });

  it("counts who has no room as left out, and not as handed to", () => {
    const exchange = new Exchange();
    const full = new Hearer();
    full.full = true;
    exchange.subscribe("acme", ["a"], full);
    exchange.subscribe("acme", ["a"], new Hearer());
    expect(exchange.publish("acme", message("a"))).toBe(1);
    expect(exchange).toMatchObject({ publishedTotal: 1, deliveredTotal: 1, skippedTotal: 1 });
  });

  it("hands nothing to who has unsubscribed, and forgets them", () => {
    const exchange = new Exchange();
    const gone = new Hearer();
    const unsubscribe = exchange.subscribe("acme", ["a", "a.>"], gone);
    expect(exchange.subscribers).toBe(1);
    unsubscribe();
    unsubscribe();
    expect(exchange.subscribers).toBe(0);
    expect(exchange.publish("acme", message("a"))).toBe(0);
    expect(gone.heard).toEqual([]);
  });

  it("keeps bytes of its own: the publisher's buffer may be used again", () => {
    const exchange = new Exchange();
    const kept: Message[] = [];
    exchange.subscribe("acme", ["a"], {
      offer: (one) => {
        kept.push(one);
        return true;
      },
    });
    const published = message("a", 4);
    exchange.publish("acme", published);
    published.data.fill(9);
    expect([...kept[0]!.data]).toEqual([0, 0, 0, 0]);
  });
});

describe("a mailbox", () => {
  it("leaves out the newest at its bound, and says how many before the next", () => {
    const mailbox = new Mailbox({ messages: 2, bytes: 100 });
    expect(["a", "b", "c", "d"].map((subject) => mailbox.put(message(subject)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(mailbox.take()).toMatchObject({ message: { subject: "a" }, skipped: 0 });
    expect(mailbox.put(message("e"))).toBe(true);
    expect(mailbox.take()).toMatchObject({ message: { subject: "b" }, skipped: 0 });
    expect(mailbox.take()).toMatchObject({ message: { subject: "e" }, skipped: 2 });
    expect(mailbox.take()).toBeUndefined();
  });

  it("owes the number of those left out last, once nothing waits that would tell it", () => {
    const mailbox = new Mailbox({ messages: 1, bytes: 100 });
    mailbox.put(message("a"));
    mailbox.put(message("b"));
    expect([mailbox.owesSkipped, mailbox.takeSkipped()]).toEqual([false, 0]);
    mailbox.take();
    expect([mailbox.owesSkipped, mailbox.takeSkipped()]).toEqual([true, 1]);
    expect([mailbox.owesSkipped, mailbox.takeSkipped()]).toEqual([false, 0]);
  });

  it("is bounded in bytes as well, and has room again when they are taken", () => {
    const mailbox = new Mailbox({ messages: 100, bytes: 10 });
    expect(mailbox.put(message("a", 8))).toBe(true);
    expect(mailbox.put(message("b", 3))).toBe(false);
    mailbox.take();
    expect(mailbox.put(message("c", 10))).toBe(true);
  });
});
