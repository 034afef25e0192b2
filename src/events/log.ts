import type { LivenessEvent, RecordedEvent } from "./event.ts";
import type { EventFilter } from "./filter.ts";

/** Which events to read back. */
export interface EventQuery {
  readonly filter: EventFilter;
  /** Only events beyond this sequence, and before that one. */
  readonly after: number;
  readonly before: number;
  readonly newestFirst: boolean;
  readonly limit: number;
}

/**
 * The record of events, as those who read backwards from it see it. The journal implements it.
 *
 * What can be read has been kept: an event has its sequence as soon as it is appended, and can be read,
 * by whatever way, once it would outlive the process. Watchers hold no queues: each is a cursor over
 * this record, woken when it grows.
 */
export interface EventLog {
  /** The oldest kept; one more than the last when none is kept. */
  readonly firstSequence: number;
  /** The newest that is kept; 0 before the first. */
  readonly lastSequence: number;
  /** Gives each event its place. Beyond the bound of what may wait to be kept, none: they are lost. */
  append(events: readonly LivenessEvent[]): readonly RecordedEvent[];
  /** The event of a sequence, if it is at hand: the newest ones are. */
  at(sequence: number): RecordedEvent | undefined;
  /** Events in the order asked for. Rejects with journal_unavailable when they cannot be read. */
  find(query: EventQuery): Promise<readonly RecordedEvent[]>;
  /**
   * Calls back each time that `lastSequence` has grown, or whether anything can be kept has changed, until
   * the returned function is called.
   */
  onGrown(listener: () => void): () => void;
}

/** Resolves when the log has grown beyond `sequence`, or the signal aborts. */
export function grownBeyond(log: EventLog, sequence: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || log.lastSequence > sequence) return resolve();
    const done = () => {
      unsubscribe();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const unsubscribe = log.onGrown(done);
    signal.addEventListener("abort", done, { once: true });
  });
}
