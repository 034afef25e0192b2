/** What a pile may hold. */
export interface PileBounds {
  readonly count: number;
  readonly bytes: number;
}

interface Item {
  readonly id: string;
  readonly bytes: number;
}

/** Things by their ids, in the order in which they came; it knows when they are too many or too large. */
export class Pile<T extends Item> {
  readonly #bounds: PileBounds;
  readonly #items = new Map<string, T>();
  #bytes = 0;

  constructor(bounds: PileBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#items.size;
  }

  get isOverfull(): boolean {
    return this.size > this.#bounds.count || this.#bytes > this.#bounds.bytes;
  }

  /** Adds it at the end; one that is there keeps its place. */
  set(item: T): void {
    this.#bytes += item.bytes - (this.#items.get(item.id)?.bytes ?? 0);
    this.#items.set(item.id, item);
  }

  delete(id: string): void {
    this.#bytes -= this.#items.get(id)?.bytes ?? 0;
    this.#items.delete(id);
  }

  /** The oldest first. */
  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }
}
