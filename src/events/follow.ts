import { nextTurn } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";
import type { RecordedEvent } from "./event.ts";
import type { EventLog } from "./log.ts";

export interface FollowOptions {
  /** Begin after this sequence. */
  readonly after: number;
  /**
   * Once the reader has caught up it may fall this many events behind; further, and it is ended. What
   * is appended at once while it waits does not count: it could not have read it yet.
   */
  readonly maxLag: number;
  readonly signal: AbortSignal;
  /** Ends a reader that does not read at all, and so cannot be told by its next reading. */
  readonly endSlow?: (error: HeartbeatError) => void;
}

/** Events read in one go before everything else has its turn. */
const READ_AT_ONCE = 500;

/**
 * Every event after a sequence, then every new one, without gap or repeat. Ends when the signal aborts.
 *
 * The reader is a cursor over the log, so a slow one costs no memory. Throws watcher_slow, with the
 * sequence to resume after, when it falls too far behind or what it was to read next is no longer kept.
 */
export async function* follow(
  log: EventLog,
  { after, maxLag, signal, endSlow }: FollowOptions,
): AsyncGenerator<RecordedEvent> {
  let cursor = after;
  let allowedLag = Number.POSITIVE_INFINITY;
  let wake: (() => void) | undefined;
  const isTooSlow = () => log.lastSequence - cursor > allowedLag;
  const unsubscribe = log.onAppend(() => {
    if (wake) wake();
    else if (isTooSlow()) endSlow?.(tooSlow(cursor, maxLag));
  });
  const stop = () => wake?.();
  signal.addEventListener("abort", stop, { once: true });
  try {
    while (!signal.aborted) {
      for (let read = 1; cursor < log.lastSequence; read++) {
        const next = log.at(cursor + 1);
        if (isTooSlow() || !next) throw tooSlow(cursor, maxLag);
        cursor++;
        yield next;
        if (signal.aborted) return;
        if (read % READ_AT_ONCE === 0) await nextTurn();
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
      allowedLag = Math.max(maxLag, log.lastSequence - cursor);
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", stop);
  }
}

function tooSlow(cursor: number, limit: number): HeartbeatError {
  return new HeartbeatError("watcher_slow", {
    problem: `this watch has fallen behind; resume after sequence ${cursor}`,
    limit: `${limit} events`,
    metadata: { "heartbeat-resume-after": String(cursor) },
  });
}
