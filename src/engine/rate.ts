const SAMPLE_MS = 1_000;
const SMOOTH_OVER_MS = 10_000;

/** The rate of a growing total, smoothed exponentially over about ten seconds. */
export class Rate {
  #perSecond = 0;
  #total = 0;
  #sampledAt: number;

  constructor(nowMs: number) {
    this.#sampledAt = nowMs;
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  /** Takes the total as it stands; does nothing within a second of the last sample. */
  sample(total: number, nowMs: number): void {
    const elapsed = nowMs - this.#sampledAt;
    if (elapsed < SAMPLE_MS) return;
    const present = ((total - this.#total) * 1000) / elapsed;
    const weight = 1 - Math.exp(-elapsed / SMOOTH_OVER_MS);
    this.#perSecond += (present - this.#perSecond) * weight;
    this.#total = total;
    this.#sampledAt = nowMs;
  }
}
