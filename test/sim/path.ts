import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** How good a path is. */
export interface Quality {
  /** One way, in ms. */
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Of a segment being lost: TCP sends it again, so it comes later. */
  readonly loss: number;
}

/** After this much loss in a row TCP has long given up. */
const MOST_RESENT = 6;
const FIRST_RESEND_MS = 200;
/** TCP never waits longer than this before it tries again. */
const LONGEST_RESEND_MS = 120_000;

export type Direction = "up" | "down";

/**
 * The network between one machine and the server. TCP runs over it, so nothing is lost or out of order
 * inside a connection: what is lost comes late, what is cut waits and comes some time after it was mended.
 */
export class Path {
  readonly #world: World;
  readonly #random: Random;
  readonly quality: Quality;
  /** Since when nothing gets through, by direction. */
  readonly #cutSince: Record<Direction, number | undefined> = { up: undefined, down: undefined };
  readonly #onMended = new Set<(direction: Direction) => void>();
  /** Since when each direction's retransmissions have got through again. */
  #wellSince = 0;

  constructor(world: World, name: string, quality: Quality) {
    this.#world = world;
    this.#random = world.random.fork(`path ${name}`);
    this.quality = quality;
  }

  isCut(direction: Direction): boolean {
    return this.#cutSince[direction] !== undefined;
  }

  cutSince(direction: Direction): number | undefined {
    return this.#cutSince[direction];
  }

  /** Whether both directions carry, and what had waited has come. */
  get isWell(): boolean {
    return !this.isCut("up") && !this.isCut("down") && this.#world.now >= this.#wellSince;
  }

  /** Since when it is well, or will be if nothing happens. */
  get wellSince(): number {
    return this.isCut("up") || this.isCut("down") ? Number.POSITIVE_INFINITY : this.#wellSince;
  }

  cut(direction: Direction): void {
    this.#cutSince[direction] ??= this.#world.now;
  }

  /** Carries again. What has waited comes when TCP tries next: the longer it was cut, the later. */
  mend(direction: Direction): void {
    const since = this.#cutSince[direction];
    if (since === undefined) return;
    this.#cutSince[direction] = undefined;
    const longest = Math.min(LONGEST_RESEND_MS, Math.max(FIRST_RESEND_MS, this.#world.now - since));
    const afterMs = this.#random.between(0, longest);
    this.#wellSince = Math.max(this.#wellSince, this.#world.now + afterMs);
    this.#world.in(afterMs, () => {
      if (this.isCut(direction)) return;
      for (const listener of [...this.#onMended]) listener(direction);
    });
  }

  onMended(listener: (direction: Direction) => void): () => void {
    this.#onMended.add(listener);
    return () => this.#onMended.delete(listener);
  }

  /** How long a segment that is sent now is under way. */
  transit(random: Random): number {
    const { delayMs, jitterMs, loss } = this.quality;
    let ms = delayMs + random.next() * jitterMs;
    for (let resent = 0; resent < MOST_RESENT && random.next() < loss; resent++) {
      ms += FIRST_RESEND_MS * 2 ** resent;
      this.#wellSince = Math.max(this.#wellSince, this.#world.now + ms);
    }
    return ms;
  }

  /** The longest that a segment is under way while the path is well. */
  get slowest(): number {
    const { delayMs, jitterMs, loss } = this.quality;
    return delayMs + jitterMs + (loss > 0 ? FIRST_RESEND_MS * (2 ** MOST_RESENT - 1) : 0);
  }
}
