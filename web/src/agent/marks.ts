import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  AgentState,
  type Event,
  EventType,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";

/** What happened to an agent at an instant of a trace: monotonic, of this machine. */
export interface Mark {
  readonly at: number;
  readonly label: string;
  /** In which state's colour it is told; unspecified: in none. */
  readonly tone: AgentState;
  /** A missed beat is marked on the line itself, where there is room for many. */
  readonly isMissed: boolean;
}

/** The state that an agent is in from an instant on. */
export interface Standing {
  readonly from: number;
  readonly state: AgentState;
}

/** What a mark of an event says; an event that is not listed has none. */
const told: Readonly<Partial<Record<EventType, readonly [label: string, tone: AgentState]>>> = {
  [EventType.DROPPED]: ["stream dropped", AgentState.SUSPECT],
  [EventType.SUSPECTED]: ["SUSPECT", AgentState.SUSPECT],
  [EventType.DOWN]: ["DOWN", AgentState.DOWN],
  [EventType.RECOVERED]: ["recovered", AgentState.ALIVE],
  [EventType.LEFT]: ["LEFT", AgentState.LEFT],
  [EventType.PAUSED]: ["paused", AgentState.LEFT],
  [EventType.RESUMED]: ["resumed", AgentState.LEFT],
  [EventType.SUPERSEDED]: ["superseded", AgentState.SUSPECT],
  [EventType.CONFLICT]: ["conflict", AgentState.DOWN],
};

/**
 * The marks of an agent's events, the oldest first.
 *
 * @param events the newest first
 * @param wallOffset what to add to this machine's monotonic time to get the server's wall time
 */
export function marksOf(events: readonly Event[], wallOffset: number): Mark[] {
  const marks: Mark[] = [];
  let epoch = 0n;
  for (const event of events.toReversed()) {
    const mark = markOf(event, wallOffset, epoch);
    if (event.type === EventType.CONNECTED) epoch = event.epoch;
    if (mark !== undefined) marks.push(mark);
  }
  return marks;
}

function markOf(event: Event, wallOffset: number, epochBefore: bigint): Mark | undefined {
  const at = instantOf(event, wallOffset);
  if (at === undefined) return undefined;
  const isMissed = event.type === EventType.MISSED;
  if (isMissed) return { at, label: "missed", tone: AgentState.SUSPECT, isMissed };
  if (event.type === EventType.CONNECTED) {
    const label = event.epoch > epochBefore ? `epoch ${event.epoch}` : "connected";
    return { at, label, tone: AgentState.ALIVE, isMissed };
  }
  const words = told[event.type];
  return words && { at, label: words[0], tone: words[1], isMissed };
}

/** The states that an agent went through, the oldest first; its first is that before the first change. */
export function standingsOf(events: readonly Event[], wallOffset: number): Standing[] {
  const changes = events.filter((event) => event.to !== AgentState.UNSPECIFIED).toReversed();
  const first = changes[0];
  if (first === undefined) return [];
  return [
    { from: Number.NEGATIVE_INFINITY, state: first.from },
    ...changes.map((event) => ({
      from: instantOf(event, wallOffset) ?? Number.NEGATIVE_INFINITY,
      state: event.to,
    })),
  ];
}

function instantOf({ occurredAt }: Event, wallOffset: number): number | undefined {
  return occurredAt && timestampMs(occurredAt) - wallOffset;
}
