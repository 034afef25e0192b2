/** The golden ratio's fraction: its multiples spread evenly over an interval, however many there are. */
const GOLDEN = 0.618_033_988_749_895;

/** Gives out numbers of [0, 1), such that those who get one after another do not act in step. */
export class Phases {
  #given = 0;

  next(): number {
    return (++this.#given * GOLDEN) % 1;
  }
}
