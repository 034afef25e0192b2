import type { Instant } from "../clock.ts";
import { Flag, noLabels, type Slot, State } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import type { PolicyPatch } from "../monitor/policy.ts";
import {
  type AgentStatus,
  agentStatus,
  type InFlightAgent,
  inFlightAgent,
  taskInFlight,
} from "./status.ts";

/**
 * The engine's agents as an embedded monitor sees them: one organization, a task at most for each
 * agent, and none that is DOWN or has LEFT: those are no longer tracked, and the engine forgets them
 * when their retention is over.
 */

const ORGANIZATION = "default";
const noBytes = new Uint8Array(0);
/** For an agent that is watched for its task alone: no beat of it is ever due. */
const noBeatsDue: PolicyPatch = { intervalMs: Number.POSITIVE_INFINITY, graceMs: 0 };

/** What an agent is registered with, checked. */
export interface Registration {
  readonly agentId: string;
  /** Counts registrations, so that each is a life of its own: its name, and its epoch. */
  readonly life: number;
  readonly agentType: string;
  readonly taskId: string | undefined;
  readonly beats: boolean;
}

/** The slot of a tracked agent. */
export function tracked(monitor: Monitor, agentId: string): Slot | undefined {
  const slot = monitor.find(ORGANIZATION, agentId);
  return slot !== undefined && isTracked(monitor, slot) ? slot : undefined;
}

/** The slot of an agent, tracked or not, while the registration of this epoch is its last. */
export function ofEpoch(monitor: Monitor, agentId: string, epoch: number): Slot | undefined {
  const slot = monitor.find(ORGANIZATION, agentId);
  return slot !== undefined && monitor.columns.epoch[slot] === epoch ? slot : undefined;
}

/** Tracks an agent; registering is its first beat. Whatever was known of it is over. */
export function enrol(monitor: Monitor, registration: Registration, now: Instant): void {
  const { agentId, life, agentType, taskId, beats } = registration;
  const known = monitor.find(ORGANIZATION, agentId);
  if (known !== undefined) discharge(monitor, known, now);
  const { slot } = monitor.attach(
    {
      organizationId: ORGANIZATION,
      agentId,
      instanceId: String(life),
      epoch: life,
      stream: false,
      declaration: { agentType, labels: noLabels, policy: beats ? {} : noBeatsDue },
      client: undefined,
    },
    now,
  );
  if (taskId !== undefined) reportTask(monitor, slot, taskId, "running", now);
}

/** Ends the tracking of an agent, and forgets its tasks, which the engine would go on showing. */
export function discharge(monitor: Monitor, slot: Slot, now: Instant): void {
  monitor.remove(slot, "no longer tracked", now);
}

export function countTracked(monitor: Monitor): number {
  return monitor.population("alive") + monitor.population("suspect");
}

/** The tracked agents by id, in order of the ids. */
export function roll(monitor: Monitor): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  for (const agentId of monitor.directory.ids(ORGANIZATION)) {
    const slot = tracked(monitor, agentId);
    if (slot !== undefined) slots.set(agentId, slot);
  }
  return slots;
}

export function statusOf(monitor: Monitor, slot: Slot, now: Instant): AgentStatus {
  return agentStatus(monitor.view(slot, now), now.wall);
}

/** The tracked agents that have a task in flight, longest registered first. */
export function inFlight(monitor: Monitor, now: Instant): InFlightAgent[] {
  const agents: InFlightAgent[] = [];
  for (const slot of monitor.tasks.slots()) {
    const task = taskInFlight(monitor.tasks.list(slot, now));
    if (task) agents.push(inFlightAgent(task, monitor.columns.has(slot, Flag.idle)));
  }
  return agents;
}

function isTracked(monitor: Monitor, slot: Slot): boolean {
  const state = monitor.columns.state(slot);
  return state === State.alive || state === State.suspect;
}

function reportTask(
  monitor: Monitor,
  slot: Slot,
  taskId: string,
  state: "running" | "canceled",
  now: Instant,
): void {
  monitor.reportTask(
    slot,
    {
      taskId,
      state,
      progress: 0,
      detail: noBytes,
      error: "",
      staleAfterMs: undefined,
      timeoutAfterMs: undefined,
      retry: undefined,
      token: 0,
    },
    now,
  );
}
