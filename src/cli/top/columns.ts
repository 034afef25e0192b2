import { durationFromMs, durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import {
  type Agent,
  AgentState,
  type Task,
  TaskState,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { stateOf } from "../agents.ts";
import { percent, span } from "../words.ts";
import type { Sighting } from "./fleet.ts";
import { silenceOf } from "./silence.ts";

/** The instant at which a frame shows the fleet. */
export interface Moment {
  /** Monotonic, of this machine. */
  readonly mono: number;
  /** Of the server's wall clock, since states begin by it. */
  readonly serverWall: number;
}

export interface Column {
  readonly name: string;
  /** Cells: no fewer, so that a table does not jump about when a value grows, and no more. */
  readonly min: number;
  readonly max: number;
  readonly right?: true;
  /** What is left out first on a narrow screen: the highest. */
  readonly rank: number;
  /** How an order by this column begins: with the largest, or with the smallest. */
  readonly largestFirst?: true;
  /** Grows with beats, which no watch tells of. */
  readonly byBeats?: true;
  text(seen: Sighting, moment: Moment): string;
  key(seen: Sighting, moment: Moment): number | string;
}

const urgency: Readonly<Partial<Record<AgentState, number>>> = {
  [AgentState.DOWN]: 5,
  [AgentState.SUSPECT]: 4,
  [AgentState.EXPECTED]: 3,
  [AgentState.ALIVE]: 2,
  [AgentState.LEFT]: 1,
};

/** What stands behind the state: a pause and a hold change how it is to be read. */
const marks = ({ paused, held }: Agent) => `${paused ? " paused" : ""}${held ? " held" : ""}`;

const IN_FLIGHT: readonly TaskState[] = [TaskState.RUNNING, TaskState.STALE];
const inFlight = ({ tasks }: Agent): Task[] =>
  tasks.filter(({ state }) => IN_FLIGHT.includes(state));

/** How many tasks, and how far the first of them are. */
function tasksText(agent: Agent): string {
  const tasks = inFlight(agent);
  if (tasks.length === 0) return "-";
  const far = tasks.slice(0, 2).map(({ progress }) => percent(progress).replace(" ", ""));
  return `${tasks.length}: ${far.join(" ")}${tasks.length > far.length ? " …" : ""}`;
}

/** "812K", "123M", "1.5G": in units of 1024. */
function bytes(amount: bigint): string {
  const units = ["B", "K", "M", "G", "T"];
  let value = Number(amount);
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1024;
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)}${units[unit]}`;
}

const intervalOf = ({ policy }: Agent) =>
  policy?.interval === undefined ? -1 : durationMs(policy.interval);
const inState = ({ agent }: Sighting, { serverWall }: Moment) =>
  agent.stateSince === undefined ? -1 : serverWall - timestampMs(agent.stateSince);

const counter = (
  name: string,
  min: number,
  rank: number,
  of: (agent: Agent) => number | bigint,
) => ({
  name,
  min,
  max: 20,
  rank,
  right: true as const,
  largestFirst: true as const,
  text: ({ agent }: Sighting) => String(of(agent)),
  key: ({ agent }: Sighting) => Number(of(agent)),
});

/** As they stand from left to right. */
export const columns: readonly Column[] = [
  {
    name: "state",
    min: 8,
    max: 20,
    rank: 0,
    largestFirst: true,
    text: ({ agent }) => `${stateOf(agent)}${marks(agent)}`,
    key: ({ agent }) => (urgency[agent.state] ?? 0) + (agent.missedBeats > 0 ? 0.5 : 0),
  },
  {
    name: "agent",
    min: 12,
    max: 40,
    rank: 1,
    text: ({ agent }) => agent.agentId,
    key: ({ agent }) => agent.agentId,
  },
  {
    name: "type",
    min: 4,
    max: 16,
    rank: 8,
    text: ({ agent }) => agent.agentType || "-",
    key: ({ agent }) => agent.agentType,
  },
  {
    name: "organization",
    min: 12,
    max: 20,
    rank: 3,
    text: ({ agent }) => agent.organizationId,
    key: ({ agent }) => agent.organizationId,
  },
  {
    name: "since",
    min: 7,
    max: 8,
    rank: 5,
    right: true,
    text: (seen, moment) =>
      inState(seen, moment) === -1 ? "-" : span(durationFromMs(inState(seen, moment))),
    key: inState,
  },
  {
    name: "silence",
    min: 8,
    max: 9,
    rank: 2,
    right: true,
    largestFirst: true,
    byBeats: true,
    text(seen, { mono }) {
      const silence = silenceOf(seen, mono);
      if (silence !== undefined) {
        return `${silence.isBound ? "<" : ""}${span(durationFromMs(silence.ms))}`;
      }
      return seen.agent.state === AgentState.EXPECTED ? "never" : "?";
    },
    key: (seen, { mono }) => silenceOf(seen, mono)?.ms ?? -1,
  },
  counter("missed", 6, 4, ({ missedBeats }) => missedBeats),
  {
    name: "interval",
    min: 8,
    max: 8,
    rank: 9,
    right: true,
    text: ({ agent }) => span(agent.policy?.interval),
    key: ({ agent }) => intervalOf(agent),
  },
  counter("epoch", 5, 13, ({ epoch }) => epoch),
  counter("reconnects", 10, 12, ({ reconnects }) => reconnects),
  { ...counter("beats", 6, 11, ({ beatsReceived }) => beatsReceived), byBeats: true },
  {
    name: "tasks",
    min: 5,
    max: 16,
    rank: 7,
    largestFirst: true,
    byBeats: true,
    text: ({ agent }) => tasksText(agent),
    key: ({ agent }) => inFlight(agent).length,
  },
  {
    name: "cpu",
    min: 5,
    max: 6,
    rank: 10,
    right: true,
    largestFirst: true,
    byBeats: true,
    text: ({ agent }) => (agent.vitals === undefined ? "-" : agent.vitals.cpu.toFixed(2)),
    key: ({ agent }) => agent.vitals?.cpu ?? -1,
  },
  {
    name: "rss",
    min: 4,
    max: 5,
    rank: 10,
    right: true,
    largestFirst: true,
    byBeats: true,
    text: ({ agent }) => (agent.vitals === undefined ? "-" : bytes(agent.vitals.rssBytes)),
    key: ({ agent }) => Number(agent.vitals?.rssBytes ?? -1n),
  },
  {
    name: "reason",
    min: 24,
    max: Number.POSITIVE_INFINITY,
    rank: 6,
    text: ({ agent }) => agent.stateReason,
    key: ({ agent }) => agent.stateReason,
  },
];

export const columnNames = columns.map(({ name }) => name);

export function columnNamed(name: string): Column {
  return columns.find((column) => column.name === name) ?? columns[0]!;
}
