import { HeartbeatError } from "../errors.ts";
import type { RecordedEvent } from "./event.ts";
import { type EventLog, grownBeyond } from "./log.ts";

export interface FollowOptions {
  /** Begin after this sequence. */
  readonly after: number;
  /** Once the reader has caught up it may fall this many events behind; further, and it is ended. */
  readonly maxLag: number;
  readonly signal: AbortSignal;
}

/**
 * Every event after a sequence, then every new one, without gap or repeat. Ends when the signal aborts.
 *
 * The reader is a cursor over the log, so a slow one costs no memory. Throws watcher_slow, with the
 * sequence to resume after, when it falls too far behind or what it was to read next is no longer kept.
 */
export async function* follow(
  log: EventLog,
  { after, maxLag, signal }: FollowOptions,
): AsyncGenerator<RecordedEvent> {
  let cursor = after;
  let caughtUp = false;
  while (!signal.aborted) {
    while (cursor < log.lastSequence) {
      if (caughtUp && log.lastSequence - cursor > maxLag) throw tooSlow(cursor, maxLag);
      const next = log.at(cursor + 1);
      if (!next) throw tooSlow(cursor, log.lastSequence - log.firstSequence + 1);
      cursor++;
      yield next;
      if (signal.aborted) return;
    }
    caughtUp = true;
    await grownBeyond(log, cursor, signal);
  }
}

function tooSlow(cursor: number, limit: number): HeartbeatError {
  return new HeartbeatError("watcher_slow", {
    problem: `this watch has fallen behind; resume after sequence ${cursor}`,
    limit: `${limit} events`,
    metadata: { "heartbeat-resume-after": String(cursor) },
  });
}
