import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Secret } from "../../src/alerts/channels/secret.ts";
import { readSelfBeatUrl, SelfBeat } from "../../src/alerts/self-beat.ts";
import { SettingsError } from "../../src/config/problems.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { Receiver } from "./support/receiver.ts";

let receiver: Receiver;
let clock: FakeClock;
let logged: Record<string, unknown>[];
let trouble: string | undefined;
let beat: SelfBeat;
beforeEach(async () => {
  receiver = await Receiver.listen();
  clock = new FakeClock();
  logged = [];
  trouble = undefined;
  beat = new SelfBeat({
    clock,
    url: new Secret(`${receiver.url}/ping/verysecret`),
    intervalMs: 60_000,
    trouble: () => trouble,
    log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  });
});
afterEach(async () => {
  beat.stop();
  await receiver[Symbol.asyncDispose]();
});

const sum = () => beat.report().sentTotal + beat.report().failuresTotal;

/** Lets a minute pass, and awaits the beat that it brings. */
async function minute(): Promise<void> {
  const before = sum();
  clock.advance(60_000);
  await eventually("a beat has ended", () => sum() === before + 1);
}

it("asks for its address at the start and every minute", async () => {
  beat.start();
  await eventually("the first beat", () => sum() === 1);
  await minute();
  await minute();
  expect(receiver.received.map(({ method, path }) => `${method} ${path}`)).toEqual(
    Array(3).fill("GET /ping/verysecret"),
  );
  expect(beat.report()).toEqual({ sentTotal: 3, failuresTotal: 0 });
  expect(logged).toEqual([]);
});

it("rests while the monitor is not well", async () => {
  trouble = "the journal is in trouble";
  beat.start();
  clock.advance(600_000);
  expect(logged).toMatchObject([{ error: "held back: the journal is in trouble", level: 40 }]);
  expect(receiver.received).toEqual([]);
  trouble = undefined;
  await minute();
  expect(receiver.received).toHaveLength(1);
  expect(logged.at(-1)).toMatchObject({ msg: "the outbound beat goes through again" });
});

it("counts every failure, tells it once, and never its address", async () => {
  receiver.behaviour = ({ path }) => ({ status: 500, body: `no ${path} here` });
  beat.start();
  await eventually("the first beat", () => sum() === 1);
  await minute();
  receiver.behaviour = { status: 200 };
  await minute();
  expect(beat.report()).toEqual({ sentTotal: 1, failuresTotal: 2 });
  expect(logged.map(({ msg }) => msg)).toEqual([
    "the outbound beat does not go through",
    "the outbound beat goes through again",
  ]);
  expect(JSON.stringify(logged)).not.toMatch(/verysecret/);
});

it("does not pile up at an address that hangs, and stops at once", async () => {
  receiver.behaviour = "hangs";
  beat.start();
  await eventually("it was asked", () => receiver.received.length === 1);
  beat.stop();
  clock.advance(600_000);
  expect(receiver.received).toHaveLength(1);
  expect(clock.pendingTimers).toBeLessThanOrEqual(1);
});

it("takes its address from a file, and says what is wrong with it", () => {
  const from = (text: string | undefined) => readSelfBeatUrl("beat.url", () => text);
  expect(from("https://hc.example.org/uuid\n").reveal()).toBe("https://hc.example.org/uuid");
  const fault = (text: string | undefined) => {
    try {
      from(text);
    } catch (error) {
      if (error instanceof SettingsError) return error.message;
    }
    return undefined;
  };
  expect(fault(undefined)).toBe(
    'self-beat-url-file "beat.url" cannot be read; check the path and its permissions',
  );
  expect(fault("verysecret")).toBe(
    'self-beat-url-file "beat.url" leads to what is no address of the web without a user in it (limit: http:// or https://, a host, a path); put the address there, and nothing else',
  );
});
