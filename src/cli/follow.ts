import { Code, ConnectError } from "@connectrpc/connect";
import type { Event } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { GetStatusResponse } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { sleep, type Timer } from "../clock.ts";
import type { Connection } from "./client.ts";
import type { CliContext } from "./context.ts";
import type { eventFilter } from "./event-lines.ts";
import { isPassing, networkFault } from "./failure.ts";
import { note } from "./output.ts";
import { instant } from "./words.ts";

export interface Following {
  readonly filter: ReturnType<typeof eventFilter>;
  /** Everything up to this sequence is known already. */
  readonly after: bigint;
  /** Of the server whose sequence that is. */
  readonly life: Life;
  readonly reconnect: boolean;
  readonly print: (event: Event) => void;
  /** Ends it, without an error. */
  readonly signal: AbortSignal;
}

/** Whose sequences they are. A server that is started again goes on counting where its journal ended. */
export type Life = Pick<GetStatusResponse, "serverId" | "startedAt" | "journalId">;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** A watch that stands this long is connected. A server that drains accepts, too, and ends at once. */
export const STEADY_AFTER_MS = 1_500;

/**
 * Prints events as they happen, across broken connections and restarts of the server: each time it
 * resumes after the last event that it has seen, so that none is missed and none is told twice. A server
 * with another journal, or none that outlives it, counts from 1: of that one it prints everything.
 */
export async function follow(
  context: CliContext,
  connection: Connection,
  following: Following,
): Promise<void> {
  let { after, life } = following;
  /** Since the watch was last steady. */
  let attempts = 0;
  const progress = {
    seen(sequence: bigint) {
      after = sequence;
    },
    steady() {
      if (attempts > 0) note(context, "connected again");
      attempts = 0;
    },
  };
  while (!following.signal.aborted) {
    try {
      if (attempts > 0) {
        const now = await lifeNow(connection, following);
        if (life.journalId !== now.journalId) {
          note(context, newLife(life, now));
          after = 0n;
        }
        life = now;
      }
      await watchOnce(context, connection, { ...following, after }, progress);
      if (!following.reconnect) return;
    } catch (error) {
      if (following.signal.aborted) return;
      if (!following.reconnect) throw error;
      after = resumePoint(context, error, after);
    }
    if (attempts === 0) note(context, `the watch ended; resuming after event ${after}`);
    attempts += 1;
    await sleep(context.clock, waitBefore(attempts), following.signal);
  }
}

/** Asked before each resumption: a sequence means nothing to another journal than the one that gave it. */
function lifeNow({ status, unary }: Connection, { filter, signal }: Following): Promise<Life> {
  return status.getStatus({ organizationId: filter.organizationId }, { ...unary, signal });
}

function newLife(before: Life, now: Life): string {
  const since = instant(now.startedAt);
  const who =
    before.serverId === now.serverId
      ? `the server was started at ${since} with a new journal`
      : `another server answers, ${now.serverId}, started at ${since}`;
  return `${who}; its history begins again, events in between may be missing`;
}

interface Progress {
  /** An event was printed. */
  seen(sequence: bigint): void;
  /** The connection holds. */
  steady(): void;
}

/** One connection's worth of events. Ends as the server ends it. */
async function watchOnce(
  context: CliContext,
  connection: Connection,
  { filter, after, signal, print }: Following,
  { seen, steady }: Progress,
): Promise<void> {
  let standing: Timer | undefined;
  const onHeader = () => {
    standing = context.clock.after(STEADY_AFTER_MS, steady);
  };
  const request = { ...filter, afterSequence: after };
  try {
    for await (const { event } of connection.status.watchEvents(request, { signal, onHeader })) {
      steady();
      if (event === undefined) continue;
      print(event);
      seen(event.sequence);
    }
  } finally {
    standing?.cancel();
  }
}

/** Where to resume after an error; throws it again when trying again cannot help. */
function resumePoint(context: CliContext, error: unknown, after: bigint): bigint {
  if (!(error instanceof ConnectError)) throw error;
  if (error.code === Code.ResourceExhausted) {
    const told = error.metadata.get("heartbeat-resume-after");
    if (told === null) throw error;
    return /^\d+$/.test(told) && BigInt(told) > after ? BigInt(told) : after;
  }
  if (error.code === Code.OutOfRange && after > 0n && networkFault(error) === undefined) {
    note(
      context,
      `${error.rawMessage}; events may be missing, going on with the first that is kept`,
    );
    return 0n;
  }
  if (isPassing(error)) return after;
  throw error;
}

/** Full jitter: a random part of a wait that doubles, so that many watchers do not return at once. */
/** How long to wait before an attempt, counted from 1: full jitter, growing. */
export function waitBefore(attempt: number): number {
  const bound = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return Math.ceil(Math.random() * bound);
}

/** Runs something until Ctrl-C or SIGTERM, which is how a watch is meant to end. */
export async function untilInterrupted(
  context: CliContext,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  const release = context.onSignal(["SIGINT", "SIGTERM"], () => ending.abort());
  try {
    await work(ending.signal);
  } finally {
    release();
  }
}
