import type { LivenessEvent, RecordedEvent } from "./event.ts";

/**
 * The record of events, as those who read backwards from it see it. The journal implements it.
 *
 * Watchers hold no queues: each is a cursor over this record, woken when it grows.
 */
export interface EventLog {
  /** The oldest kept; one more than the last when none is kept. */
  readonly firstSequence: number;
  /** The newest; 0 before the first. */
  readonly lastSequence: number;
  /** Gives each event its place. */
  append(events: readonly LivenessEvent[]): readonly RecordedEvent[];
  /** The event of a sequence, if it is kept. */
  at(sequence: number): RecordedEvent | undefined;
  /** Calls back after each append, until the returned function is called. */
  onAppend(listener: () => void): () => void;
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
    const unsubscribe = log.onAppend(done);
    signal.addEventListener("abort", done, { once: true });
  });
}
