/**
 * Waiting for what happens elsewhere.
 */
import { sleep } from "../bench/processes.ts";

/** The first value of `probe` that is not false or undefined. Throws when none comes in time. */
export async function until<T>(
  what: string,
  withinMs: number,
  probe: () => Promise<T | false | undefined> | T | false | undefined,
  everyMs = 50,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await probe();
    if (value !== false && value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1_000} s: ${what}`);
    await sleep(everyMs);
  }
}

/** How long it took until `probe` was true, in ms; infinite when it was not in time. */
export async function timeUntil(
  withinMs: number,
  probe: () => Promise<boolean> | boolean,
  everyMs = 50,
): Promise<number> {
  const start = performance.now();
  for (;;) {
    if (await probe()) return performance.now() - start;
    if (performance.now() - start > withinMs) return Number.POSITIVE_INFINITY;
    await sleep(everyMs);
  }
}
