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
  /** Default: one event at a time. */
  readonly run?: RunSize | undefined;
}

/** How many events are handed on in one go, and how many of these are as much work as one that goes alone. */
export interface RunSize {
  readonly events: number;
  readonly inAPiece: number;
}

const oneByOne: RunSize = { events: 1, inAPiece: 1 };

/** For how long a reader may be too far behind. */
export const LAG_GRACE_MS = 10_000;
/** Events that nobody wants are passed over so many at a time. */
const PASSED_AT_ONCE = 500;
/** Events that are asked for at once when they are not at hand. */
const OLDER_AT_ONCE = 500;

/**
 * Every event after a sequence, then every new one, without gap or repeat, in runs of those that are there.
 * Ends when the signal aborts.
 *
 * The reader is a cursor over the log, so a slow one costs no memory. Throws watcher_slow, with the
 * sequence to resume after, when it falls too far behind or what it was to read next is no longer kept.
 */
export async function* follow(
  log: EventLog,
  { clock, turns, filter, after, maxLag, signal, endSlow, run: size = oneByOne }: FollowOptions,
): AsyncGenerator<readonly RecordedEvent[]> {
  let cursor = after;
  let wake: (() => void) | undefined;
  let passed = 0;
  /** Pieces of work that may be done in this turn. */
  let granted = 0;
  const lag = new Lag(clock, maxLag);
  const isTooSlow = () => lag.isTooLong(log.lastSequence - cursor);
  const unsubscribe = log.onGrown(() => {
    if (wake) wake();
    else if (isTooSlow()) endSlow?.(tooSlow(cursor, maxLag));
  });
  // Asked for each run: a flag of our own is a tenth of what a signal made of two costs.
  let isOver = signal.aborted;
  const stop = () => {
    isOver = true;
    wake?.();
  };
  signal.addEventListener("abort", stop, { once: true });
  const grown = async () => {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    wake = undefined;
    lag.hasCaughtUp = true;
  };
  /** How many events of a run have their turn now. */
  const turn = async () => {
    const wanted = Math.ceil((log.lastSequence - cursor) / size.inAPiece);
    if (granted === 0) granted = await turns.take(wanted);
    return Math.min(size.events, granted * size.inAPiece);
  };
  /** Not before it is handed on: who is ended meanwhile has not had it. */
  const handOn = (run: readonly RecordedEvent[]) => {
    granted -= Math.ceil(run.length / size.inAPiece);
    cursor = run.at(-1)!.sequence;
    return run;
  };
  try {
    while (!isOver) {
      if (cursor >= log.lastSequence) {
        await grown();
        continue;
      }
      if (isTooSlow() || cursor + 1 < log.firstSequence) throw tooSlow(cursor, maxLag);
      const next = log.at(cursor + 1);
      if (!next) {
        const { events, upTo } = await olderEvents(log, filter, cursor);
        if (cursor + 1 < log.firstSequence) throw tooSlow(cursor, maxLag);
        for (let told = 0; told < events.length; ) {
          const most = await turn();
          if (isOver) return;
          const run = events.slice(told, told + most);
          told += run.length;
          yield handOn(run);
        }
        cursor = upTo;
      } else if (matches(filter, next)) {
        const most = await turn();
        if (isOver) return;
        yield handOn(runFrom(log, filter, next, most));
      } else {
        cursor = next.sequence;
        if (++passed % PASSED_AT_ONCE === 0) await turns.take(1);
      }
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", stop);
  }
}

/** How far a reader is behind, and since when that is too far. */
class Lag {
  /** Until then it reads what was before it. */
  hasCaughtUp = false;
  readonly #clock: Clock;
  readonly #max: number;
  #since: number | undefined;

  constructor(clock: Clock, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  isTooLong(events: number): boolean {
    if (!this.hasCaughtUp || events <= this.#max) {
      this.#since = undefined;
      return false;
    }
    const now = this.#clock.now().mono;
    this.#since ??= now;
    return now - this.#since >= LAG_GRACE_MS;
  }
}

/** An event that matches and those behind it that do, at most so many, as far as they are at hand. */
function runFrom(
  log: EventLog,
  filter: EventFilter,
  first: RecordedEvent,
  most: number,
): RecordedEvent[] {
  const run = [first];
  const last = Math.min(log.lastSequence, first.sequence + PASSED_AT_ONCE);
  for (let sequence = first.sequence + 1; run.length < most && sequence <= last; sequence++) {
    const next = log.at(sequence);
    if (!next) break;
    if (matches(filter, next)) run.push(next);
  }
  return run;
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
