/** The highest epoch that must not be given again, to whatever name: kept with each mark of the journal. */
export class EpochFloor {
  #highest = 0;

  get highest(): number {
    return this.#highest;
  }

  raise(epoch: number): void {
    this.#highest = Math.max(this.#highest, epoch);
  }
}
