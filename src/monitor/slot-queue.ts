import type { Slot } from "./columns.ts";

/** Fewer gaps than this are not worth closing. */
const FEW = 32;

interface Entry<Note> {
  readonly slot: Slot;
  readonly note: Note;
}

/**
 * Slots in the order in which they came, each with something noted of it.
 *
 * Coming, going and asking for the first cost the same however many there are, which is why this is
 * not a Map: the first entry of a Map is looked for past all those that were deleted before it.
 */
export class SlotQueue<Note> {
  readonly #place = new Map<Slot, number>();
  #queue: (Entry<Note> | undefined)[] = [];
  /** No entry stands before this place. */
  #head = 0;

  get size(): number {
    return this.#place.size;
  }

  /** The one that came first; undefined when the queue is empty. */
  get first(): Entry<Note> | undefined {
    while (this.#head < this.#queue.length && !this.#queue[this.#head]) this.#head++;
    return this.#queue[this.#head];
  }

  /** To the end of the queue, from wherever it stood. */
  add(slot: Slot, note: Note): void {
    this.delete(slot);
    this.#place.set(slot, this.#queue.length);
    this.#queue.push({ slot, note });
  }

  /** Returns what was noted; undefined when it was not in the queue. */
  delete(slot: Slot): Note | undefined {
    const place = this.#place.get(slot);
    if (place === undefined) return undefined;
    const entry = this.#queue[place];
    this.#place.delete(slot);
    this.#queue[place] = undefined;
    if (this.#queue.length > 2 * this.size + FEW) this.#closeGaps();
    return entry?.note;
  }

  clear(): void {
    this.#place.clear();
    this.#queue = [];
    this.#head = 0;
  }

  #closeGaps(): void {
    this.#queue = this.#queue.filter((entry) => entry !== undefined);
    this.#head = 0;
    for (const [place, entry] of this.#queue.entries()) this.#place.set(entry!.slot, place);
  }
}
