import type { Clock, Timer } from "../../src/clock.ts";

/**
 * Does something as soon as it is asked for, and then rests: however often it is asked for meanwhile, it
 * is done once more, after the rest.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #act: () => number;
  #restedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  /** @param act returns for how many ms to rest then */
  constructor(clock: Clock, act: () => number) {
    this.#clock = clock;
    this.#act = act;
  }

  ask(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#restedAt - this.#clock.preciseMs());
    this.#timer = this.#clock.after(wait, () => this.now());
  }

  /** Whether it rests or not. */
  now(): void {
    this.stop();
    const restMs = this.#act();
    this.#restedAt = this.#clock.preciseMs() + restMs;
  }

  /** What was asked for is not done. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
