import {
  type Event,
  EventTypeSchema,
  type Severity,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { word } from "../../../src/cli/words.ts";

export interface EventFilter {
  readonly minSeverity: Severity;
  /** A part of an agent's id, a type or a reason; in any case of letters. */
  readonly text: string;
}

/** The newest that match, the newest first, at most `count`. */
export function latest(
  events: readonly Event[],
  { minSeverity, text }: EventFilter,
  count: number,
): Event[] {
  const wanted = text.trim().toLowerCase();
  const found: Event[] = [];
  for (let index = events.length - 1; index >= 0 && found.length < count; index--) {
    const event = events[index] as Event;
    if (event.severity < minSeverity) continue;
    if (wanted !== "" && !haystack(event).includes(wanted)) continue;
    found.push(event);
  }
  return found;
}

const haystack = ({ agentId, type, reason }: Event): string =>
  `${agentId}\n${word(EventTypeSchema, type)}\n${reason}`.toLowerCase();
