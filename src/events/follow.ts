import type { Clock } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";
import type { RecordedEvent } from "./event.ts";
import { type EventFilter, matches } from "./filter.ts";
import type { EventLog } from "./log.ts";
import type { Turns } from "./turns.ts";

export interface FollowOptions {
  readonly clock: Clock;
  /** What it shares with all who follow. */
  readonly turns: Turns;
  /** Only events that match. */
  readonly filter: EventFilter;
  /** Begin after this sequence. */
  readonly after: number;
  /**
   * Once the reader has caught up it may fall this many events behind. If it is further behind for
   * {@link LAG_GRACE_MS}, it is ended: a burst is no fault of its reader.
   */
  readonly maxLag: number;
  readonly signal: AbortSignal;
  /** Ends a reader that does not read at all, and so cannot be told by its next reading. */
  readonly endSlow?: (error: HeartbeatError) => void;
}

/** For how long a reader may be too far behind. */
export const LAG_GRACE_MS = 10_000;
/** Events that nobody wants are passed over so many at a time. */
const PASSED_AT_ONCE = 500;
/** Events that are asked for at once when they are not at hand. */
const OLDER_AT_ONCE = 500;

/**
 * Every event after a sequence, then every new one, without gap or repeat. Ends when the signal aborts.
 *
 * The reader is a cursor over the log, so a slow one costs no memory. Throws watcher_slow, with the
 * sequence to resume after, when it falls too far behind or what it was to read next is no longer kept.
 */
export async function* follow(
  log: EventLog,
  { clock, turns, filter, after, maxLag, signal, endSlow }: FollowOptions,
): AsyncGenerator<RecordedEvent> {
  let cursor = after;
  let hasCaughtUp = false;
  let behindSince: number | undefined;
  let wake: (() => void) | undefined;
  /** Events that may be told in this turn. */
  let granted = 0;
  const isTooSlow = () => {
    if (!hasCaughtUp || log.lastSequence - cursor <= maxLag) {
      behindSince = undefined;
      return false;
    }
    const now = clock.now().mono;
    behindSince ??= now;
    return now - behindSince >= LAG_GRACE_MS;
  };
  const unsubscribe = log.onGrown(() => {
    if (wake) wake();
    else if (isTooSlow()) endSlow?.(tooSlow(cursor, maxLag));
  });
  // Asked for each event: a flag of our own is a tenth of what a signal made of two costs.
  let isOver = signal.aborted;
  const stop = () => {
    isOver = true;
    wake?.();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    while (!isOver) {
      for (let passed = 1; cursor < log.lastSequence; passed++) {
        if (passed % PASSED_AT_ONCE === 0) await turns.take(1);
        if (isTooSlow() || cursor + 1 < log.firstSequence) throw tooSlow(cursor, maxLag);
        const next = log.at(cursor + 1);
        if (next) {
          if (matches(filter, next)) {
            if (granted === 0) granted = await turns.take(log.lastSequence - cursor);
            if (isOver) return;
            granted--;
            // Not before: who is ended meanwhile has not had it.
            cursor = next.sequence;
            yield next;
          } else cursor = next.sequence;
        } else {
          const { events, upTo } = await olderEvents(log, filter, cursor);
          if (cursor + 1 < log.firstSequence) throw tooSlow(cursor, maxLag);
          for (const recorded of events) {
            if (granted === 0) granted = await turns.take(log.lastSequence - cursor);
            if (isOver) return;
            granted--;
            cursor = recorded.sequence;
            yield recorded;
            if (isOver) return;
          }
          cursor = upTo;
        }
        if (isOver) return;
      }
      if (isOver) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
      hasCaughtUp = true;
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", stop);
  }
}

/** Events that are not at hand, from before this process or long ago; and up to where that is all. */
async function olderEvents(log: EventLog, filter: EventFilter, after: number) {
  const { lastSequence } = log;
  const limit = OLDER_AT_ONCE;
  const query = { filter, after, before: lastSequence + 1, newestFirst: false, limit };
  const events = await log.find(query);
  const isAll = events.length < limit;
  return { events, upTo: isAll ? lastSequence : (events.at(-1)?.sequence ?? lastSequence) };
}

function tooSlow(cursor: number, limit: number): HeartbeatError {
  return new HeartbeatError("watcher_slow", {
    problem: `this watch has fallen behind; resume after sequence ${cursor}`,
    limit: `${limit} events`,
    metadata: { "heartbeat-resume-after": String(cursor) },
  });
}
