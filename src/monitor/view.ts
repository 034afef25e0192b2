import type { Instant } from "../clock.ts";
import type { AgentState, TaskSnapshot, Vitals } from "../events/event.ts";
import { type AgentColumns, type ClientInfo, Flag, type Slot, stateNames } from "./columns.ts";
import type { Detector } from "./detector.ts";
import type { LivenessPolicy } from "./policy.ts";
import type { TaskWatch } from "./tasks.ts";

/** All that the monitor knows of one agent, at one instant. Instants are wall time. */
export interface AgentView {
  readonly organizationId: string;
  readonly agentId: string;
  readonly agentType: string;
  readonly instanceId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: AgentState;
  readonly stateSince: number;
  readonly stateReason: string;
  readonly connected: boolean;
  readonly paused: boolean;
  readonly pausedUntil: number | undefined;
  readonly idle: boolean;
  /** SUSPECT, and kept from DOWN by mass-failure protection. */
  readonly held: boolean;
  readonly epoch: number;
  readonly registeredAt: number;
  /** Undefined before the first beat. */
  readonly lastBeatAt: number | undefined;
  readonly sinceLastBeatMs: number;
  readonly missedBeats: number;
  readonly beatsReceived: number;
  readonly reconnects: number;
  readonly jitterMs: number;
  readonly phi: number;
  readonly policy: LivenessPolicy;
  readonly tasks: readonly TaskSnapshot[];
  readonly vitals: Vitals | undefined;
  readonly client: ClientInfo | undefined;
}

/** Reads one agent out of the columns. */
export function viewOf(
  columns: AgentColumns,
  tasks: TaskWatch,
  detector: Detector,
  slot: Slot,
  now: Instant,
): AgentView {
  const silenceMs = now.mono - columns.lastBeat(slot);
  const paused = columns.has(slot, Flag.paused);
  return {
    organizationId: columns.organizationId[slot],
    agentId: columns.agentId[slot],
    agentType: columns.agentType[slot],
    instanceId: columns.instanceId[slot],
    labels: columns.labels[slot],
    state: stateNames[columns.state(slot)],
    stateSince: columns.stateSinceWall[slot],
    stateReason: columns.reason[slot],
    connected: columns.has(slot, Flag.connected),
    paused,
    pausedUntil: paused ? now.wall + columns.pausedUntil[slot] - now.mono : undefined,
    idle: columns.has(slot, Flag.idle),
    held: columns.has(slot, Flag.held),
    epoch: columns.epoch[slot],
    registeredAt: columns.registeredWall[slot],
    lastBeatAt: columns.beats(slot) > 0 ? now.wall - silenceMs : undefined,
    sinceLastBeatMs: silenceMs,
    missedBeats: columns.missed[slot],
    beatsReceived: columns.beats(slot),
    reconnects: Math.max(0, columns.streams[slot] - 1),
    jitterMs: columns.jitter(slot),
    phi: detector.phi(slot, silenceMs),
    policy: columns.policy[slot],
    tasks: tasks.list(slot, now),
    vitals: columns.vitals[slot],
    client: columns.client[slot],
  };
}
