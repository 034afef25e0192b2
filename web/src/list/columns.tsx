import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { ComponentChildren } from "preact";
import { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { silenceOf } from "../../../src/cli/top/silence.ts";
import { span } from "../../../src/cli/words.ts";
import type { Seen } from "../data/seen.ts";
import { StateMark } from "../ui/state-mark.tsx";
import { age } from "../ui/words.ts";
import { agentHref } from "../view/route.ts";
import { states } from "../view/view.ts";
import { sinceText, tasksText } from "../wall/agent-words.tsx";

/** The instant for which a row is told. */
export interface Moment {
  /** Monotonic, of this machine. */
  readonly mono: number;
  readonly serverWall: number;
}

export interface Column {
  readonly name: string;
  readonly isNumber?: true;
  /** Left out first where there is little room: 0 never, 2 first. */
  readonly rank: 0 | 1 | 2;
  /** How an order by this column begins: with the largest. */
  readonly largestFirst?: true;
  cell(seen: Seen, moment: Moment): ComponentChildren;
  key(seen: Seen, moment: Moment): number | string;
}

const silenceMs = (seen: Seen, { mono }: Moment) =>
  silenceOf({ agent: seen, seenAt: seen.seenAt }, mono);

/** As they stand from left to right; words and order are those of `heartbeat top`. */
export const columns: readonly Column[] = [
  {
    name: "state",
    rank: 0,
    cell: ({ state, paused, held }) => <StateMark state={state} paused={paused} held={held} />,
    key: ({ state, missedBeats }) => states.indexOf(state) - (missedBeats > 0 ? 0.5 : 0),
  },
  {
    name: "agent",
    rank: 0,
    cell: (seen) => <a href={agentHref(seen)}>{seen.agentId}</a>,
    key: ({ rank }) => rank,
  },
  {
    name: "type",
    rank: 1,
    cell: ({ agentType }) => agentType || "-",
    key: ({ agentType }) => agentType,
  },
  {
    name: "organization",
    rank: 1,
    cell: ({ organizationId }) => organizationId,
    key: ({ organizationId }) => organizationId,
  },
  {
    name: "since",
    rank: 1,
    isNumber: true,
    cell: (seen, { serverWall }) => sinceText(seen, serverWall) || "-",
    key: ({ stateSinceMs = 0 }) => -stateSinceMs,
  },
  {
    name: "silence",
    rank: 0,
    isNumber: true,
    largestFirst: true,
    cell(seen, moment) {
      if (seen.state === AgentState.EXPECTED) return "never";
      const silence = silenceMs(seen, moment);
      if (silence === undefined) return "?";
      return silence.isBound ? `<${span(durationFromMs(silence.ms))}` : age(silence.ms);
    },
    key: (seen, moment) => silenceMs(seen, moment)?.ms ?? -1,
  },
  {
    name: "missed",
    rank: 1,
    isNumber: true,
    largestFirst: true,
    cell: ({ missedBeats }) => missedBeats,
    key: ({ missedBeats }) => missedBeats,
  },
  {
    name: "tasks",
    rank: 2,
    largestFirst: true,
    cell: (seen) => tasksText(seen) || "-",
    key: ({ tasks }) => tasks.broken * 1_000 + tasks.inFlight,
  },
  {
    name: "labels",
    rank: 2,
    cell: ({ labels }) => <span title={labelsText(labels)}>{labelsText(labels) || "-"}</span>,
    key: ({ labels }) => labelsText(labels),
  },
  {
    name: "reason",
    rank: 1,
    cell: ({ reason }) => <span title={reason}>{reason}</span>,
    key: ({ reason }) => reason,
  },
];

const labelsText = (labels: Seen["labels"]) =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(", ");

/** "silence", and "-silence" when reversed; undefined for what names no column. */
export function readSort(sort: string): { column: Column; isReversed: boolean } | undefined {
  const isReversed = sort.startsWith("-");
  const column = columns.find(({ name }) => name === sort.replace(/^-/, ""));
  return column && { column, isReversed };
}

/** In the order of a column; those that are alike keep the order that they have. */
export function sorted(agents: readonly Seen[], sort: string, moment: Moment): readonly Seen[] {
  const wanted = readSort(sort);
  if (wanted === undefined) return agents;
  const { column, isReversed } = wanted;
  const sign = (column.largestFirst === true) !== isReversed ? -1 : 1;
  // Once for each agent, not once for each comparison.
  return agents
    .map((seen) => ({ seen, key: column.key(seen, moment) }))
    .sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -sign : sign))
    .map(({ seen }) => seen);
}
