/**
 * Runs a scenario for a language, and says how that ended.
 */
import { messageOf } from "../../src/library/callbacks.ts";
import { perform } from "./acts.ts";
import { type House, Stage } from "./stage.ts";
import type { Scenario, Step } from "./steps.ts";
import type { Language } from "./testees.ts";

/** How a run ended. */
export type Outcome =
  | { readonly verdict: "ok" }
  | { readonly verdict: "FAILED"; readonly reason: string; readonly lastWords: string };

const TIMEOUT_MS = 60_000;
/** Of each side's last words. */
const LINES = 20;

export async function run(scenario: Scenario, language: Language, house: House): Promise<Outcome> {
  let stage: Stage | undefined;
  try {
    stage = await Stage.set(scenario, language, house);
    await inTime(scenario.timeoutMs ?? TIMEOUT_MS, play(scenario, stage));
    return { verdict: "ok" };
  } catch (error) {
    return {
      verdict: "FAILED",
      reason: messageOf(error),
      lastWords: stage?.lastWords(LINES) ?? "",
    };
  } finally {
    await stage?.[Symbol.asyncDispose]();
  }
}

async function play({ steps }: Scenario, stage: Stage): Promise<void> {
  for (const [index, step] of steps.entries()) {
    try {
      await perform(inScope(step, stage), stage);
    } catch (error) {
      throw new Error(`step ${index + 1}, ${inWords(step)}: ${messageOf(error)}`);
    }
  }
  await stage.conclude();
}

async function inTime(timeoutMs: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => late.reject(new Error(`not done within ${timeoutMs / 1_000} s`)),
    timeoutMs,
  );
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The step with the run's names in its texts. */
function inScope<T>(value: T, stage: Stage): T {
  if (typeof value === "string") {
    const text = value
      .replaceAll("{scope}", stage.scope)
      .replaceAll("{language}", stage.language.name);
    return text as T;
  }
  if (Array.isArray(value)) return value.map((item) => inScope(item, stage)) as T;
  if (value === null || typeof value !== "object" || value instanceof RegExp) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, inScope(item, stage)]),
  ) as T;
}

function inWords({ act, ...rest }: Step): string {
  const words = JSON.stringify(rest, (_, value) =>
    value instanceof RegExp ? String(value) : value,
  );
  return `${act} ${words.length > 200 ? `${words.slice(0, 200)} …` : words}`;
}
