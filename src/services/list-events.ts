import type { RecordedEvent } from "../events/event.ts";
import type { EventFilter } from "../events/filter.ts";
import type { EventLog } from "../events/log.ts";
import { fitting, keyOf, pageToken, taskBytes } from "./pages.ts";

export interface EventQuestion {
  readonly filter: EventFilter;
  readonly afterSequence: number;
  readonly newestFirst: boolean;
}

export interface EventPage {
  readonly events: readonly RecordedEvent[];
  readonly nextPageToken: string;
}

/** One page of the history. It stays right while events arrive: the token is a sequence. */
export async function listEvents(
  log: EventLog,
  question: EventQuestion,
  page: { readonly size: number; readonly token: string },
): Promise<EventPage> {
  const { filter, afterSequence, newestFirst } = question;
  const print = { ...question, filter: { ...filter, types: [...(filter.types ?? [])] } };
  const told = keyOf(print, page.token, ["number"])?.[0];
  const found = await log.find({
    filter,
    newestFirst,
    after: typeof told === "number" && !newestFirst ? told : afterSequence,
    before: typeof told === "number" && newestFirst ? told : Number.POSITIVE_INFINITY,
    // One more than the page holds tells whether there is a next one.
    limit: page.size + 1,
  });
  const events = fitting(found.slice(0, page.size), eventBytes);
  const last = events.at(-1);
  const isAll = found.length === events.length || last === undefined;
  return { events, nextPageToken: isAll ? "" : pageToken(print, [last.sequence]) };
}

/** About what an event takes, encoded: its task, its reason and its vitals are what can make it large. */
function eventBytes({ event }: RecordedEvent): number {
  const task = "task" in event ? taskBytes(event.task) : 0;
  const vitals = event.type === "down" && event.lastVitals ? 4_000 : 0;
  return 600 + 3 * event.reason.length + task + vitals;
}
