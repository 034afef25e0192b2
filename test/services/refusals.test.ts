import { pino } from "pino";
import { expect, it } from "vitest";
import { HeartbeatError } from "../../src/errors.ts";
import { Refusals } from "../../src/services/refusals.ts";
import { FakeClock } from "../support/fake-clock.ts";

const refused = { call: "heartbeat.v1.StatusService/GetAgent", peer: "127.0.0.1:9" };
const unknown = new HeartbeatError("agent_unknown", { problem: "is not known" });
const stranger = new HeartbeatError("token_missing", { problem: "is missing" });

function bench() {
  const clock = new FakeClock();
  const logged: Record<string, unknown>[] = [];
  const write = (line: string) => void logged.push(JSON.parse(line));
  const log = pino({ level: "debug", formatters: { level: (level) => ({ level }) } }, { write });
  const refusals = new Refusals(log, clock);
  const of = (level: string) => logged.filter((line) => line.level === level);
  return { clock, refusals, logged, of };
}

it("a refusal is told at debug, with what was called and from where", () => {
  const { refusals, logged } = bench();
  expect(refusals.of(unknown, refused)).toBe(unknown);
  expect(logged).toMatchObject([
    { level: "debug", ...refused, code: "agent_unknown", reason: unknown.message, msg: "refused" },
  ]);
});

it("what is a fault of ours is told once, with its cause", () => {
  const { refusals, logged } = bench();
  const refusal = refusals.of(new TypeError("why"), refused);
  refusals.tell(refusal, refused);
  expect(logged).toMatchObject([{ level: "error", err: { message: "why" } }]);
});

it("who may not call is told at info, ten times a minute, and how many there were", () => {
  const { clock, refusals, of } = bench();
  for (let n = 0; n < 100; n++) refusals.of(stranger, refused);
  expect(of("info")).toHaveLength(10);
  expect(of("debug")).toHaveLength(90);
  clock.advance(60_000);
  expect(of("info").at(-1)).toMatchObject({ leftOut: 90, msg: "more calls were refused" });
  expect(clock.pendingTimers).toBe(0);
  refusals.of(stranger, refused);
  expect(of("info").at(-1)).toMatchObject({ code: "token_missing" });
  clock.advance(60_000);
  expect(of("info")).toHaveLength(12);
});
