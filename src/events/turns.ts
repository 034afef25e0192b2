import { nextTurn } from "../clock.ts";

/** Pieces of work that are done before everything else has its turn: some milliseconds of it. */
const AT_ONCE = 100;
/** Of those that one may have: what is sent to one reader in one go costs less than as much to many. */
const IN_A_RUN = 25;

/**
 * Keeps many who work at the same time from taking the loop for themselves: they have one measure of work for
 * each of its turns between them. Who finds it used up waits for the next turn, behind those who came before.
 */
export class Turns {
  #left = AT_ONCE;
  #next: Promise<void> | undefined;

  /** Asks for pieces of work; resolves with how many may be done now, at least one, once there are any. */
  async take(wanted: number): Promise<number> {
    // Others who waited may have taken all of the turn that has come.
    while (this.#left === 0) await this.#nextTurn();
    void this.#nextTurn();
    const granted = Math.max(1, Math.min(wanted, IN_A_RUN, this.#left));
    this.#left -= granted;
    return granted;
  }

  #nextTurn(): Promise<void> {
    this.#next ??= nextTurn().then(() => {
      this.#left = AT_ONCE;
      this.#next = undefined;
    });
    return this.#next;
  }
}
