import type { Event } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";

/** How many events the page keeps; the history is asked of the server. */
export const EVENTS_KEPT = 1_000;

/** The events that were told last, the oldest first. Bounded: older ones are let go. */
export class EventLog {
  #events: Event[] = [];
  #lastSequence = 0n;
  #journalId = "";
  #historySequence = 0n;
  readonly #listeners = new Set<(event: Event | undefined) => void>();

  get events(): readonly Event[] {
    return this.#events.length <= EVENTS_KEPT ? this.#events : this.#events.slice(-EVENTS_KEPT);
  }

  get lastSequence(): bigint {
    return this.#lastSequence;
  }

  get journalId(): string {
    return this.#journalId;
  }

  /** Is called with each event, and with undefined when all begins anew. */
  onEvent(listener: (event: Event | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Sequences mean nothing to another journal: what is known of the last one goes. Events up to
   * `historySequence` happened before anybody looked.
   */
  beginJournal(journalId: string, afterSequence: bigint, historySequence = afterSequence): void {
    this.#journalId = journalId;
    this.#historySequence = historySequence;
    this.#lastSequence = afterSequence;
    this.#events = [];
    this.#tell(undefined);
  }

  /** Whether it is no news to whoever looks at the page. */
  isHistory({ sequence }: Event): boolean {
    return sequence <= this.#historySequence;
  }

  /** Some were forgotten before they could be told. */
  skipTo(sequence: bigint): void {
    if (sequence > this.#lastSequence) this.#lastSequence = sequence;
  }

  add(event: Event): void {
    if (event.sequence <= this.#lastSequence) return;
    this.#lastSequence = event.sequence;
    this.#events.push(event);
    // In one go, and seldom: shifting a thousand for each would be paid by every event.
    if (this.#events.length >= 2 * EVENTS_KEPT) this.#events = this.#events.slice(-EVENTS_KEPT);
    this.#tell(event);
  }

  #tell(event: Event | undefined): void {
    for (const listener of this.#listeners) listener(event);
  }
}
