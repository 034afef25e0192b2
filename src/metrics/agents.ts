import { limits } from "../config.ts";
import type { AgentState } from "../events/event.ts";
import { type Slot, State } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { matchingAgents } from "../services/agents.ts";

interface AgentSeries {
  readonly name: string;
  readonly help: string;
  readonly read: (monitor: Monitor, slot: Slot, now: number) => number;
}

const series: readonly AgentSeries[] = [
  {
    name: "heartbeat_agent_up",
    help: "1 while the agent is ALIVE or SUSPECT, 0 while it is DOWN or EXPECTED.",
    read: ({ columns }, slot) => {
      const state = columns.state(slot);
      return state === State.alive || state === State.suspect ? 1 : 0;
    },
  },
  {
    name: "heartbeat_agent_silence_seconds",
    help: "Time since the agent's last message; since its registration while it is EXPECTED.",
    read: ({ columns }, slot, now) => Math.max(0, now - columns.lastBeat(slot)) / 1000,
  },
  {
    name: "heartbeat_agent_missed_beats",
    help: "Beats that the agent has missed since its last message.",
    read: ({ columns }, slot) => columns.missed[slot],
  },
];

const present: readonly AgentState[] = ["expected", "alive", "suspect", "down"];
const everybody = {
  organizationId: undefined,
  states: new Set(present),
  agentType: "",
  idPrefix: "",
  labels: [],
};

/** Agents whose lines are put together at once: one long text costs several times as much as many short ones. */
const AGENTS_A_PIECE = 250;

/**
 * A series for each agent: written here because the library keeps what it is given. Names of agents and
 * organizations have no character that the format escapes, and none beyond ASCII. At most
 * `limits.statusAgents`, the first by organization and id; how many are left out is a series too.
 */
export function agentLines(monitor: Monitor, now: number): Buffer {
  const shown: Slot[] = [];
  for (const slot of matchingAgents(monitor, everybody)) {
    if (shown.push(slot) === limits.statusAgents) break;
  }
  const all = present.reduce((sum, state) => sum + monitor.population(state), 0);
  const leftOut = [
    "# HELP heartbeat_agents_left_out Agents beyond those that a scrape tells of one by one.",
    "# TYPE heartbeat_agents_left_out gauge",
    `heartbeat_agents_left_out ${all - shown.length}\n`,
  ];
  return Buffer.concat([
    ...series.flatMap((each) => piecesOf(each, monitor, shown, now)),
    Buffer.from(leftOut.join("\n")),
  ]);
}

function piecesOf(
  { name, help, read }: AgentSeries,
  monitor: Monitor,
  slots: readonly Slot[],
  now: number,
): Buffer[] {
  const { organizationId, agentId } = monitor.columns;
  const pieces = [Buffer.from(`# HELP ${name} ${help}\n# TYPE ${name} gauge\n`)];
  for (let from = 0; from < slots.length; from += AGENTS_A_PIECE) {
    let piece = "";
    for (const slot of slots.slice(from, from + AGENTS_A_PIECE)) {
      const labels = `{organization="${organizationId[slot]}",agent="${agentId[slot]}"}`;
      piece += `${name}${labels} ${read(monitor, slot, now)}\n`;
    }
    pieces.push(Buffer.from(piece, "latin1"));
  }
  return pieces;
}
