/** The bounds of the wait between attempts, in ms. */
export interface BackoffBounds {
  readonly initialMs: number;
  readonly maxMs: number;
}

/** The longest wait before attempt `step`, counted from 0: initial x 2^step, up to the maximum. */
export function ceilingMs(step: number, { initialMs, maxMs }: BackoffBounds): number {
  return Math.min(maxMs, initialMs * 2 ** step);
}

/** Full jitter: anything from 0 to the ceiling, so that a fleet that lost its server spreads out. */
export function fullJitterMs(step: number, bounds: BackoffBounds, random: () => number): number {
  return Math.floor(random() * ceilingMs(step, bounds));
}

/**
 * How far the waits have grown.
 *
 * They start anew only after a stream that was up for as long as the present ceiling: a server that
 * welcomes everybody and then hangs up is not asked eight times a second.
 */
export class Backoff {
  readonly #bounds: BackoffBounds;
  readonly #random: () => number;
  #step = 0;

  constructor(bounds: BackoffBounds, random: () => number) {
    this.#bounds = bounds;
    this.#random = random;
  }

  /** How long to wait after a stream that was up for `upMs` (0 when it never was). */
  afterLoss(upMs: number): number {
    this.#forgive(upMs);
    return fullJitterMs(this.#step++, this.#bounds, this.#random);
  }

  /** The same after a stream that the server asked to be moved: nothing, unless it asks in a circle. */
  afterRequest(upMs: number): number {
    this.#forgive(upMs);
    if (this.#step > 0) return this.afterLoss(upMs);
    this.#step = 1;
    return 0;
  }

  #forgive(upMs: number): void {
    if (upMs >= ceilingMs(this.#step, this.#bounds)) this.#step = 0;
  }
}
