import type { Slot } from "./columns.ts";

const EMPTY = -1;
/** An entry that was removed: a search goes on past it. */
const GONE = -2;
const SMALLEST = 16;

/**
 * From ids to slots: an open hash table whose entries are a hash and a slot, side by side.
 *
 * A Map holds the strings too and looks at one for every entry of a chain; here the ids stay in their
 * column, and only the one whose hash is right is looked at. At a million agents a look-up waits for
 * memory that much less.
 */
export class IdTable {
  readonly #ids: readonly string[];
  /** Hash and slot of each entry in turns. */
  #entries = new Int32Array(SMALLEST * 2).fill(EMPTY);
  #mask = SMALLEST - 1;
  #size = 0;
  /** Entries that are not EMPTY, removed ones included. */
  #filled = 0;
  /** Unknown to whoever chooses ids, so that they cannot be chosen to collide. */
  readonly #seed: number;

  /** @param ids the column that holds each slot's id */
  constructor(ids: readonly string[], seed: number) {
    this.#ids = ids;
    this.#seed = seed;
  }

  get size(): number {
    return this.#size;
  }

  /** Entries that there is memory for. */
  get capacity(): number {
    return this.#mask + 1;
  }

  find(id: string): Slot | undefined {
    const at = this.#search(id);
    return at === EMPTY ? undefined : this.#entries[at + 1];
  }

  /** Adds an id that is not in the table and stands in its slot's column already. */
  add(id: string, slot: Slot): void {
    if ((this.#filled + 1) * 2 > this.#mask + 1) this.#rebuild();
    this.#place(hashOf(id, this.#seed), slot);
    this.#size++;
    this.#filled++;
  }

  /** Removes an id while it still stands in its slot's column. */
  remove(id: string): boolean {
    const at = this.#search(id);
    if (at === EMPTY) return false;
    this.#entries[at + 1] = GONE;
    this.#size--;
    return true;
  }

  *slots(): Generator<Slot> {
    for (let at = 1; at < this.#entries.length; at += 2) {
      if (this.#entries[at] >= 0) yield this.#entries[at];
    }
  }

  /** Where an id's entry is; EMPTY when it has none. */
  #search(id: string): number {
    const entries = this.#entries;
    const hash = hashOf(id, this.#seed);
    for (let bucket = hash & this.#mask; ; bucket = (bucket + 1) & this.#mask) {
      const slot = entries[bucket * 2 + 1];
      if (slot === EMPTY) return EMPTY;
      if (slot !== GONE && entries[bucket * 2] === hash && this.#ids[slot] === id)
        return bucket * 2;
    }
  }

  #place(hash: number, slot: Slot): void {
    let bucket = hash & this.#mask;
    while (this.#entries[bucket * 2 + 1] !== EMPTY) bucket = (bucket + 1) & this.#mask;
    this.#entries[bucket * 2] = hash;
    this.#entries[bucket * 2 + 1] = slot;
  }

  /** A table with room, at most a third full, without the removed. */
  #rebuild(): void {
    const old = this.#entries;
    let buckets = SMALLEST;
    while (buckets < (this.#size + 1) * 3) buckets *= 2;
    this.#entries = new Int32Array(buckets * 2).fill(EMPTY);
    this.#mask = buckets - 1;
    this.#filled = this.#size;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] >= 0) this.#place(old[at], old[at + 1]);
    }
  }
}

/** FNV-1a over the id's characters, from a secret start and mixed at the end, as a 32-bit integer. */
export function hashOf(id: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
