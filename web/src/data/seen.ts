import { type Duration, durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import {
  Activity,
  type Agent,
  AgentState,
  TaskState,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";

/**
 * An agent as the watch told it, cut down to what the wall and the list show: a hundred thousand of them
 * are to fit a tab. Its own page asks for the whole.
 */
export interface Seen {
  /** organization/agent. */
  readonly key: string;
  /** A small number that it keeps while it is known: a table of a hundred thousand is made by it in no time. */
  readonly slot: number;
  readonly organizationId: string;
  readonly agentId: string;
  readonly agentType: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: AgentState;
  /** Server's wall clock, in ms. */
  readonly stateSinceMs: number | undefined;
  readonly reason: string;
  readonly connected: boolean;
  readonly paused: boolean;
  readonly held: boolean;
  readonly idle: boolean;
  readonly missedBeats: number;
  /** When it was told, monotonic, of this machine. */
  readonly seenAt: number;
  /** Its silence then. */
  readonly sinceLastBeat: Duration | undefined;
  readonly policy: Pace | undefined;
  readonly tasks: TaskCounts;
  /** By what it is sorted among others: its id, with "2" before "10". */
  readonly rank: string;
}

/** How often it is to beat. */
export interface Pace {
  readonly interval: Duration;
  readonly grace: Duration;
}

export interface TaskCounts {
  readonly inFlight: number;
  /** Stale, timed out or without an agent. */
  readonly broken: number;
  /** Of the first in flight, 0 to 1. */
  readonly progress: number;
}

/** Longer numbers in an id are compared as text. */
const DIGITS = 10;

export const keyOf = ({ organizationId, agentId }: Pick<Agent, "organizationId" | "agentId">) =>
  `${organizationId}/${agentId}`;

export function seenOf(agent: Agent, seenAt: number, slot: number): Seen {
  return {
    key: keyOf(agent),
    slot,
    organizationId: agent.organizationId,
    agentId: agent.agentId,
    agentType: shared(agent.agentType),
    labels: Object.keys(agent.labels).length === 0 ? noLabels : agent.labels,
    state: agent.state,
    stateSinceMs: agent.stateSince && timestampMs(agent.stateSince),
    reason: agent.stateReason,
    connected: agent.connected,
    paused: agent.paused,
    held: agent.held,
    idle: agent.activity === Activity.IDLE,
    missedBeats: agent.missedBeats,
    seenAt,
    sinceLastBeat: agent.sinceLastBeat,
    policy: paceOf(agent),
    tasks: taskCounts(agent),
    rank: agent.agentId.replace(/\d+/g, (digits) => digits.padStart(DIGITS, "0")),
  };
}

const noLabels: Seen["labels"] = {};
const noTasks: TaskCounts = { inFlight: 0, broken: 0, progress: 0 };

const inFlightStates: readonly TaskState[] = [
  TaskState.RUNNING,
  TaskState.STALE,
  TaskState.OFFERED,
];
const brokenStates: readonly TaskState[] = [
  TaskState.STALE,
  TaskState.TIMED_OUT,
  TaskState.ORPHANED,
  TaskState.GIVEN_UP,
];

function taskCounts({ tasks }: Agent): TaskCounts {
  if (tasks.length === 0) return noTasks;
  const inFlight = tasks.filter(({ state }) => inFlightStates.includes(state));
  return {
    inFlight: inFlight.length,
    broken: tasks.filter(({ state }) => brokenStates.includes(state)).length,
    progress: inFlight[0]?.progress ?? 0,
  };
}

/** Most agents of a fleet share a type and a pace: it is kept once. */
const texts = new Map<string, string>();
const paces = new Map<string, Pace>();
/** A fleet with more than this shares nothing worth it. */
const MOST_SHARED = 10_000;

function shared(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size < MOST_SHARED) texts.set(text, text);
  return text;
}

function paceOf({ policy }: Agent): Pace | undefined {
  if (policy?.interval === undefined || policy.grace === undefined) return undefined;
  const { interval, grace } = policy;
  const key = `${durationMs(interval)} ${durationMs(grace)}`;
  const known = paces.get(key);
  if (known !== undefined) return known;
  const pace = { interval, grace };
  if (paces.size < MOST_SHARED) paces.set(key, pace);
  return pace;
}

/** Whether somebody should look at it. */
export const isTroubled = ({ state, missedBeats, tasks }: Seen): boolean =>
  state === AgentState.DOWN || state === AgentState.SUSPECT || missedBeats > 0 || tasks.broken > 0;
