import { expect, it } from "vitest";
import { LineLogger } from "../../src/orchestrator/logger.ts";
import { FakeClock } from "../support/fake-clock.ts";

it("writes one line with time, level and name; warnings and errors apart", () => {
  const out: string[] = [];
  const err: string[] = [];
  const write = (to: string[]) => (line: string) => void to.push(line);
  const logger = new LineLogger("CriticalAgent", new FakeClock(), write(out), write(err));
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`figure${n}`, n]));
  logger.info("working, 100 %d sure", { epoch: 4n });
  logger.info("stats:", many);
  logger.warn("late");
  logger.error("lost");
  expect(out[0]).toBe(
    "2026-01-01T00:00:00.000Z INFO CriticalAgent: working, 100 %d sure { epoch: 4n }\n",
  );
  expect(out[1]?.split("\n")).toHaveLength(2);
  expect(err).toEqual([
    "2026-01-01T00:00:00.000Z WARN CriticalAgent: late\n",
    "2026-01-01T00:00:00.000Z ERROR CriticalAgent: lost\n",
  ]);
});
