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

/**
 * A series for each agent, as text: written here because the library keeps what it is given. Names of agents
 * and organizations have no character that the format escapes. At most `limits.statusAgents`, the first by
 * organization and id; how many are left out is a series too.
 */
export function agentLines(monitor: Monitor, now: number): string {
  const shown: Slot[] = [];
  for (const slot of matchingAgents(monitor, everybody)) {
    if (shown.push(slot) === limits.statusAgents) break;
  }
  const all = present.reduce((sum, state) => sum + monitor.population(state), 0);
  const { organizationId, agentId } = monitor.columns;
  const labels = shown.map(
    (slot) => `organization="${organizationId[slot]}",agent="${agentId[slot]}"`,
  );
  const blocks = series.map(({ name, help, read }) => {
    const lines = shown.map((slot, at) => `${name}{${labels[at]}} ${read(monitor, slot, now)}`);
    return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines].join("\n");
  });
  const bound = [
    "# HELP heartbeat_agents_left_out Agents beyond those that a scrape tells of one by one.",
    "# TYPE heartbeat_agents_left_out gauge",
    `heartbeat_agents_left_out ${all - shown.length}`,
  ];
  return `${[...blocks, ...bound].join("\n")}\n`;
}
