/** So many agents that come back within so long are a storm. */
const STORM_AGENTS = 10;
const STORM_MS = 5_000;

/**
 * When awaited agents came back lately: while they come in numbers, those who have not come yet may be
 * waiting at our door, and it is too early to give them up.
 */
export class Returns {
  /** Instants of the last returns, in a ring. */
  readonly #at = new Float64Array(STORM_AGENTS).fill(Number.NEGATIVE_INFINITY);
  #count = 0;

  /** An awaited agent was heard from. */
  add(nowMs: number): void {
    this.#at[this.#count++ % STORM_AGENTS] = nowMs;
  }

  /** Until when the storm lasts, as far as one can see; before now when there is none. */
  stormUntil(): number {
    return this.#at[this.#count % STORM_AGENTS] + STORM_MS;
  }
}
