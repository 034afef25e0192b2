import type { RecordedEvent } from "../events/event.ts";

/** The newest events that are kept, in memory: a ring. */
export class Recent {
  readonly #ring: RecordedEvent[] = [];
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(recorded: RecordedEvent): void {
    this.#ring[recorded.sequence % this.#capacity] = recorded;
  }

  /** The event of a sequence; undefined when it is older, or from before this process. */
  at(sequence: number): RecordedEvent | undefined {
    const recorded = this.#ring[sequence % this.#capacity];
    return recorded?.sequence === sequence ? recorded : undefined;
  }
}
