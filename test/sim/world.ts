import { type Due, DueQueue } from "./queue.ts";
import type { Random } from "./random.ts";

/**
 * The time of the simulated world, and what is to happen in it.
 *
 * One thing happens at a time. After a thing that has woken a promise the real loop turns once, so that
 * all that follows from it has happened before the next thing does.
 */
export class World {
  readonly random: Random;
  /** Milliseconds since the beginning, with a fraction. */
  now = 0;
  /** Things that have happened so far. */
  steps = 0;
  readonly #queue = new DueQueue();
  #order = 0;
  #stirred = false;

  constructor(random: Random) {
    this.random = random;
  }

  /** Plans something; taking its `run` away calls it off. */
  at(at: number, run: () => void): Due {
    const due: Due = { at: Math.max(at, this.now), order: this.#order++, run };
    this.#queue.push(due);
    return due;
  }

  in(delayMs: number, run: () => void): Due {
    return this.at(this.now + delayMs, run);
  }

  /** A promise may have been woken: the real loop has to turn before the next thing happens. */
  stir(): void {
    this.#stirred = true;
  }

  /** Lets everything happen that is planned until then; `afterEach` looks at what came of each. */
  async runUntil(end: number, afterEach: () => void): Promise<void> {
    for (let due = this.#queue.first; due && due.at <= end; due = this.#queue.first) {
      this.#queue.pop();
      if (due.run === undefined) continue;
      this.now = due.at;
      this.steps++;
      due.run();
      while (this.#stirred) {
        this.#stirred = false;
        await turn();
      }
      afterEach();
    }
    this.now = end;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
