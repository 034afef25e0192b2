import { expect, it } from "vitest";
import { Circuit } from "../../src/alerts/circuit.ts";

/** One that has just opened, at the instant 0. */
function opened(): Circuit {
  const circuit = new Circuit();
  for (let failures = 0; failures < 3; failures++) circuit.fail(0, 0);
  return circuit;
}

it("opens after three failures in a row, and not sooner", () => {
  const circuit = new Circuit();
  circuit.fail(0, 0);
  circuit.fail(0, 0);
  circuit.succeed();
  circuit.fail(0, 0);
  circuit.fail(0, 0);
  expect(circuit.room(0, 4)).toBe(4);
  circuit.fail(0, 0);
  expect(circuit.room(999, 4)).toBe(0);
  expect(circuit.restsUntil).toBe(1_000);
});

it("lets one message try, then waits twice as long, a minute at most", () => {
  const circuit = opened();
  let now = 0;
  for (const restMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
    expect(circuit.restsUntil).toBe(now + restMs);
    now += restMs;
    expect(circuit.room(now, 4)).toBe(1);
    circuit.begin();
    expect(circuit.room(now, 4)).toBe(0);
    circuit.fail(now, 0);
  }
});

it("closes with the first success", () => {
  const circuit = opened();
  circuit.begin();
  circuit.succeed();
  expect(circuit.isClosed).toBe(true);
  expect(circuit.room(0, 4)).toBe(4);
});

it("opens at once when the other side asks to be left alone, and for as long", () => {
  const circuit = new Circuit();
  circuit.fail(0, 30_000);
  expect(circuit.restsUntil).toBe(30_000);
  circuit.fail(1_000, 60_000);
  expect(circuit.restsUntil).toBe(61_000);
  circuit.fail(1_000, 5_000);
  expect(circuit.restsUntil).toBe(61_000);
});

it("is not opened further by what was under way when it opened", () => {
  const circuit = opened();
  circuit.fail(500, 0);
  expect(circuit.restsUntil).toBe(1_000);
});

it("is hurried by nobody before the other side allows it", () => {
  const circuit = opened();
  circuit.fail(0, 30_000);
  circuit.hurry(100);
  expect(circuit.restsUntil).toBe(30_000);
  circuit.hurry(40_000);
  expect(circuit.restsUntil).toBe(40_000);
});

it("tries again at once when a try came to nothing, or somebody asks", () => {
  const circuit = opened();
  circuit.hurry(100);
  expect(circuit.room(100, 4)).toBe(1);
  circuit.begin();
  circuit.putBack(200);
  expect(circuit.room(200, 4)).toBe(1);
});
