import type { RecordedEvent } from "../events/event.ts";
import { type EventFilter, matches } from "../events/filter.ts";
import type { EventLog } from "../events/log.ts";
import { keyOf, pageToken } from "./pages.ts";

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
export function listEvents(
  log: EventLog,
  question: EventQuestion,
  page: { readonly size: number; readonly token: string },
): EventPage {
  const print = {
    ...question,
    filter: { ...question.filter, types: [...(question.filter.types ?? [])] },
  };
  const after = keyOf(print, page.token, ["number"])?.[0];
  const oldest = Math.max(log.firstSequence, question.afterSequence + 1);
  const step = question.newestFirst ? -1 : 1;
  const begin =
    typeof after === "number" ? after + step : question.newestFirst ? log.lastSequence : oldest;
  const events: RecordedEvent[] = [];
  for (let sequence = Math.max(begin, question.newestFirst ? 0 : oldest); ; sequence += step) {
    if (sequence < oldest || sequence > log.lastSequence) return { events, nextPageToken: "" };
    const recorded = log.at(sequence);
    if (!recorded || !matches(question.filter, recorded)) continue;
    // One more than the page holds: there is a next page, and it begins here.
    if (events.length === page.size) {
      return { events, nextPageToken: pageToken(print, [sequence - step]) };
    }
    events.push(recorded);
  }
}
