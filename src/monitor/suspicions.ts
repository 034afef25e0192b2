import type { Slot } from "./columns.ts";
import { SlotQueue } from "./slot-queue.ts";

const SECOND_MS = 1_000;
/** However rarely an agent beats, the window is no longer: what is older is another failure. */
export const WIDEST_WINDOW_MS = 600_000;

interface Suspicion {
  readonly at: number;
  readonly windowMs: number;
}

/**
 * The agents of an organization that turned SUSPECT lately and have not come back: at most as long ago
 * as the window, which is as wide as two of the longest interval among them. Agents that beat rarely
 * notice the same failure later than agents that beat often.
 *
 * Who is too old goes when the next one comes.
 */
export class Suspicions {
  readonly #narrowestMs: number;
  readonly #turned = new SlotQueue<Suspicion>();
  /** How many of the agents ask for a window of each width. Whole seconds, so that these are few. */
  readonly #widths = new Map<number, number>();
  #widestMs = 0;

  /** @param windowMs the window where intervals are short */
  constructor(windowMs: number) {
    this.#narrowestMs = windowMs;
  }

  get size(): number {
    return this.#turned.size;
  }

  get windowMs(): number {
    return Math.max(this.#narrowestMs, this.#widestMs);
  }

  add(slot: Slot, intervalMs: number, nowMs: number): void {
    this.delete(slot);
    const seconds = Math.ceil((2 * intervalMs) / SECOND_MS);
    const windowMs = Math.min(WIDEST_WINDOW_MS, seconds * SECOND_MS);
    this.#turned.add(slot, { at: nowMs, windowMs });
    this.#widths.set(windowMs, (this.#widths.get(windowMs) ?? 0) + 1);
    this.#widestMs = Math.max(this.#widestMs, windowMs);
    this.forgetOld(nowMs);
  }

  delete(slot: Slot): void {
    const suspicion = this.#turned.delete(slot);
    if (!suspicion) return;
    const { windowMs } = suspicion;
    const left = this.#widths.get(windowMs)! - 1;
    if (left > 0) return void this.#widths.set(windowMs, left);
    this.#widths.delete(windowMs);
    if (windowMs === this.#widestMs) this.#widestMs = Math.max(0, ...this.#widths.keys());
  }

  clear(): void {
    this.#turned.clear();
    this.#widths.clear();
    this.#widestMs = 0;
  }

  /** Forgets those who turned longer ago than the window. */
  forgetOld(nowMs: number): void {
    for (let { first } = this.#turned; first; { first } = this.#turned) {
      if (nowMs - first.note.at <= this.windowMs) return;
      this.delete(first.slot);
    }
  }
}
