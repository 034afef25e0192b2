import { describe, expect, it } from "vitest";
import { mutations } from "./mutations.ts";
import { prove } from "./prove.ts";
import { draw } from "./scenario.ts";
import { type Result, simulate } from "./simulation.ts";

/** Small and large fleets, with and without protection, fine and coarse ticks. */
const FIXED = [2, 8, 10, 23, 45, 46];
const HOURS = 2;
const FRESH_MS = 3_000;
/** One of each kind; `npm run sim -- --mutations` tries them all. */
const PROVEN: readonly (readonly [name: string, seed: number])[] = [
  ["drop-not-told", 1],
  ["told-before-kept", 1],
];

/** What a failure has to say, so that it can be repeated. */
function sayOf(seed: number, { violation }: Result): string {
  if (!violation) return "ok";
  const { check, agent, message } = violation;
  return `${check}, ${agent}: ${message}; npm run sim -- --seed ${seed} --hours ${HOURS}`;
}

describe("the service, simulated", () => {
  it.each(FIXED)("breaks no rule in the history of seed %i", { timeout: 120_000 }, async (seed) => {
    expect(sayOf(seed, await simulate(draw({ seed, hours: HOURS })))).toBe("ok");
  });

  it("breaks none in fresh histories", { timeout: 120_000 }, async () => {
    const end = performance.now() + FRESH_MS;
    let seed = Math.floor(Math.random() * 2 ** 31);
    do {
      expect(sayOf(seed, await simulate(draw({ seed, hours: HOURS })))).toBe("ok");
      seed++;
    } while (performance.now() < end);
  });
});

describe("the simulator", () => {
  it("goes the same way twice", { timeout: 60_000 }, async () => {
    const scenario = draw({ seed: 3, hours: 0.5 });
    expect(await simulate(scenario)).toEqual(await simulate(scenario));
  });

  it.each(PROVEN)("notices %s", { timeout: 120_000 }, async (name, seed) => {
    const mutation = mutations.find((one) => one.name === name);
    expect(await prove(mutation!, [seed])).toMatchObject({ check: expect.any(String) });
  });
});
