import type { Instant } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";
import type { Slot } from "./columns.ts";

/** What an incoming life is to the one that holds the lease. */
export type Incarnation =
  /** The same life: its epoch is kept. */
  | { readonly kind: "resumed"; readonly epoch: number }
  /** Another life: the next epoch. */
  | { readonly kind: "next"; readonly epoch: number };

/** What decides it. */
export interface Claim {
  /** The life that asks; empty when it does not say. */
  readonly instanceId: string;
  /** The epoch that it believes to hold; 0 claims nothing. */
  readonly epoch: number;
  /** Whether it opens a stream. A single beat that names no life speaks for whichever holds the lease. */
  readonly stream: boolean;
}

/** What is known of the name so far. */
export interface Holder {
  /** Whether any life has beaten under this name. */
  readonly lived: boolean;
  /** The life that holds the lease; empty when it does not say. */
  readonly instanceId: string;
  /** Its epoch; of a name without a life the last epoch that must not be given again. */
  readonly epoch: number;
  /** A new life gets an epoch beyond this one. */
  readonly floor: number;
  /** No claim beyond it is believed, unless the name has a higher epoch already. */
  readonly claimable: number;
}

/**
 * Which epoch a life gets. Epochs never shrink: a claim above what is known is believed, since a
 * server that lost its memory must not hand out an old token again.
 *
 * Throws epoch_old when the claim is below the epoch of the life that holds the lease, field_invalid
 * when it is too far above: nobody may use up the numbers.
 */
export function incarnationOf(claim: Claim, holder: Holder): Incarnation {
  const next = Math.max(holder.epoch, holder.floor) + 1;
  const highest = Math.max(holder.epoch, holder.claimable);
  if (claim.epoch > highest) {
    throw new HeartbeatError("field_invalid", {
      field: "epoch",
      value: String(claim.epoch),
      problem: "is too far beyond what this server knows",
      limit: `at most ${highest}`,
    });
  }
  if (!holder.lived) {
    const resumed = claim.epoch > holder.epoch;
    return resumed ? { kind: "resumed", epoch: claim.epoch } : { kind: "next", epoch: next };
  }
  if (claim.epoch !== 0 && claim.epoch < holder.epoch) {
    throw new HeartbeatError("epoch_old", {
      field: "epoch",
      value: String(claim.epoch),
      problem: "is old",
      limit: `the present epoch is ${holder.epoch}`,
    });
  }
  const same = claim.instanceId === "" ? !claim.stream : claim.instanceId === holder.instanceId;
  const claimed = Math.max(claim.epoch, same ? holder.epoch : 0);
  if (same) return { kind: "resumed", epoch: claimed };
  return { kind: "next", epoch: Math.max(claimed, next) };
}

/** How many swaps within how long make a conflict. */
export const CONFLICT_SWAPS = 3;
export const CONFLICT_WITHIN_MS = 60_000;

/** Remembers recent swaps of the few agents that have them. */
export class SwapWatch {
  readonly #swaps = new Map<Slot, number[]>();

  /** Records a swap; true when it completes a conflict. The next conflict needs as many again. */
  record(slot: Slot, now: Instant): boolean {
    const recent = (this.#swaps.get(slot) ?? []).filter((at) => now.mono - at < CONFLICT_WITHIN_MS);
    recent.push(now.mono);
    if (recent.length < CONFLICT_SWAPS) {
      this.#swaps.set(slot, recent);
      return false;
    }
    this.#swaps.delete(slot);
    return true;
  }

  forget(slot: Slot): void {
    this.#swaps.delete(slot);
  }
}
