/** Small numbers, each given to one at a time: no more than were ever wanted at once. */
export class Slots {
  #free: number[] = [];
  #next = 0;

  take(): number {
    return this.#free.pop() ?? this.#next++;
  }

  giveBack(slot: number): void {
    this.#free.push(slot);
  }

  /** Those that nobody of these has are free. */
  keepOnly(holders: Iterable<{ readonly slot: number }>): void {
    const taken = new Set<number>();
    for (const { slot } of holders) taken.add(slot);
    this.#free = [];
    for (let slot = 0; slot < this.#next; slot++) {
      if (!taken.has(slot)) this.#free.push(slot);
    }
  }
}
