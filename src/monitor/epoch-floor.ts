import { limits } from "../config.ts";

/**
 * The highest epoch that must not be given again, to whatever name: kept with each mark of the journal.
 *
 * What agents claim raises it as well. Of a task or an agent that is forgotten it is all that is left, and a
 * server that lost its memory must not go below what another one gave out. So that nobody uses the numbers
 * up, claims are measured from where this server began, not from how far claims have raised it.
 */
export class EpochFloor {
  #highest = 0;
  #begin = 0;

  get highest(): number {
    return this.#highest;
  }

  /** Where this server began: a server before it may have given out what is not above it. */
  get begin(): number {
    return this.#begin;
  }

  /** No claim beyond it is believed; what this server gave out itself may be claimed, however much that is. */
  get claimable(): number {
    const farthest = Math.min(this.#begin + limits.epochClaim, limits.highestToken);
    return Math.max(farthest, this.#highest);
  }

  beginAbove(epoch: number): void {
    this.#begin = Math.max(this.#begin, epoch);
    this.raise(epoch);
  }

  raise(epoch: number): void {
    this.#highest = Math.max(this.#highest, epoch);
  }
}
