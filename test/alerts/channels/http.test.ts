import { describe, expect, it } from "vitest";
import { DeliveryError } from "../../../src/alerts/channel.ts";
import { expectSuccess, HttpCaller, readRetryAfter } from "../../../src/alerts/channels/http.ts";
import { systemClock } from "../../../src/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { NOON } from "../support/messages.ts";
import { type Behaviour, Receiver } from "../support/receiver.ts";

const never = new AbortController().signal;

/** What an attempt comes to. */
async function attempt(behaviour: Behaviour): Promise<DeliveryError | undefined> {
  await using receiver = await Receiver.listen();
  receiver.behaviour = behaviour;
  return await failureOf(async () => {
    expectSuccess(await new HttpCaller(systemClock).postJson(receiver.url, { a: 1 }, never));
  });
}

async function failureOf(act: () => Promise<void>): Promise<DeliveryError | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof DeliveryError) return error;
    throw error;
  }
}

describe("an answer", () => {
  it.each([200, 201, 202, 204])("of %i is a success", async (status) => {
    expect(await attempt({ status })).toBeUndefined();
  });

  it.each([400, 401, 403, 404, 410, 413, 422])("of %i is for good", async (status) => {
    const failure = await attempt({ status, body: "no such thing" });
    expect(failure).toMatchObject({
      permanent: true,
      message: `answered ${status}: "no such thing"`,
    });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])("of %i may pass", async (status) => {
    expect(await attempt({ status })).toMatchObject({ permanent: false });
  });

  it.each([301, 302, 303, 307, 308])("of %i is not followed, and is for good", async (status) => {
    await using elsewhere = await Receiver.listen();
    const failure = await attempt({ status, headers: { location: elsewhere.url } });
    expect(failure).toMatchObject({ permanent: true });
    expect(failure?.message).toContain("put the address where it ends into the alerts file");
    expect(failure?.message).not.toContain(elsewhere.url);
    expect(elsewhere.received).toEqual([]);
  });

  it("that asks for rest is heard, in seconds and as a date", async () => {
    const headers = { "retry-after": "7" };
    expect(await attempt({ status: 429, headers })).toMatchObject({ retryAfterMs: 7_000 });
    expect(readRetryAfter(new Date(NOON + 9_000).toUTCString(), NOON)).toBe(9_000);
    expect(readRetryAfter(new Date(NOON - 9_000).toUTCString(), NOON)).toBe(0);
    expect(readRetryAfter("soon", NOON)).toBeUndefined();
    expect(readRetryAfter(null, NOON)).toBeUndefined();
  });

  it("of any length is read as far as a bound", async () => {
    const failure = await attempt({ status: 500, body: "x".repeat(10_000_000) });
    expect(failure?.message.length).toBeLessThan(17_000);
  });
});

it("is asked for by name, and with nothing that was not meant for it", async () => {
  await using receiver = await Receiver.listen();
  await new HttpCaller(systemClock).call({ method: "GET", url: `${receiver.url}/x` }, never);
  const [request] = receiver.received;
  expect(request).toMatchObject({ method: "GET", path: "/x", body: "" });
  expect(request?.headers["user-agent"]).toBe("heartbeat");
  expect(request?.headers.authorization).toBeUndefined();
});

describe("no answer", () => {
  it("because the connection closes may pass", async () => {
    const failure = await attempt("closes");
    expect(failure).toMatchObject({ permanent: false });
    expect(failure?.message).toMatch(/^cannot be reached: /);
  });

  it("because nobody listens may pass", async () => {
    const receiver = await Receiver.listen();
    const { url } = receiver;
    await receiver[Symbol.asyncDispose]();
    const failure = await failureOf(async () => {
      await new HttpCaller(systemClock).postJson(url, {}, never);
    });
    expect(failure?.message).toContain("ECONNREFUSED");
  });

  it("within ten seconds may pass, and lets go of the connection", async () => {
    await using receiver = await Receiver.listen();
    receiver.behaviour = "hangs";
    const clock = new FakeClock();
    const call = failureOf(async () => {
      await new HttpCaller(clock).postJson(receiver.url, {}, never);
    });
    await eventually("it was asked", () => receiver.received.length === 1);
    clock.advance(9_999);
    clock.advance(1);
    expect(await call).toMatchObject({ permanent: false, message: "no answer within 10 s" });
    expect(clock.pendingTimers).toBe(0);
  });

  it("is not waited for once the signal aborts", async () => {
    await using receiver = await Receiver.listen();
    receiver.behaviour = "hangs";
    const stop = new AbortController();
    const call = failureOf(async () => {
      await new HttpCaller(new FakeClock()).postJson(receiver.url, {}, stop.signal);
    });
    await eventually("it was asked", () => receiver.received.length === 1);
    stop.abort();
    expect(await call).toBeDefined();
  });
});
