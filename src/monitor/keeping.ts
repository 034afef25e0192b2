import type { Instant } from "../clock.ts";
import type { ChangeSet, Changes } from "./changes.ts";
import { type AgentColumns, Flag, type Slot, State, stateNames } from "./columns.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Declarations } from "./declarations.ts";
import type { Directory } from "./directory.ts";
import type { AgentRecord, EndedTask, TaskRecord } from "./records.ts";
import type { Standing } from "./standing.ts";
import type { TaskWatch } from "./tasks.ts";

export interface KeepingParts {
  readonly columns: AgentColumns;
  readonly changes: Changes;
  readonly directory: Directory;
  readonly standing: Standing;
  readonly declarations: Declarations;
  readonly tasks: TaskWatch;
  readonly deadlines: Deadlines;
}

export type KeptRecord = AgentRecord | TaskRecord | EndedTask;

/** What is to be kept no longer: an agent with all its tasks, or one task. */
export interface Discarded {
  readonly organizationId: string;
  readonly agentId: string;
  readonly taskId?: string;
}

/** What is to be kept anew. What was discarded comes before what changed. */
export interface KeptChanges {
  readonly changed: readonly KeptRecord[];
  readonly discarded: readonly Discarded[];
}

/** What outlives the process: what has changed is handed out, and taken up again after a restart. */
export class Keeping {
  readonly #parts: KeepingParts;

  constructor(parts: KeepingParts) {
    this.#parts = parts;
  }

  /** Whether anything has changed that no event tells. */
  get hasQuietChanges(): boolean {
    return this.#parts.changes.hasQuiet;
  }

  /** What has changed with the events since, as it stands now. */
  take(): KeptChanges {
    return this.#recordsOf(this.#parts.changes.take());
  }

  /** What has changed without an event, as it stands now: not many more records than `limit`. */
  takeQuiet(limit: number): KeptChanges {
    return this.#recordsOf(this.#parts.changes.takeQuiet(limit));
  }

  #recordsOf(set: ChangeSet): KeptChanges {
    const { columns, tasks } = this.#parts;
    const changed: KeptRecord[] = [];
    const discarded: Discarded[] = [...set.forgotten];
    for (const slot of set.agents) changed.push(this.#agent(slot));
    for (const [slot, taskIds] of set.tasks) {
      for (const taskId of taskIds) {
        const record = tasks.record(slot, taskId);
        if (record) changed.push(record);
        else {
          const { organizationId, agentId } = columns;
          discarded.push({
            organizationId: organizationId[slot],
            agentId: agentId[slot],
            taskId,
          });
        }
      }
    }
    return { changed, discarded };
  }

  /**
   * Takes up an agent from before a restart. Who was DOWN or had LEFT stays so; who was alive is awaited.
   *
   * @param away how long the monitor was away, in milliseconds of wall time: what ends at an instant that
   * people were told, a pause and the retention, went on meanwhile
   * @param seenAt when it was last known to run, by its own clock: nobody who was alive fell silent before
   */
  restoreAgent(record: AgentRecord, away: number, seenAt: number, now: Instant): Slot {
    const { columns, changes, directory, standing, declarations, deadlines } = this.#parts;
    const { organizationId, agentId, policy } = record;
    const slot = columns.take(organizationId, agentId, policy, now.mono);
    directory.add(organizationId, agentId, slot);
    columns.agentType[slot] = record.agentType;
    columns.labels[slot] = record.labels;
    columns.instanceId[slot] = record.instanceId;
    columns.client[slot] = record.client;
    columns.vitals[slot] = record.vitals;
    columns.registeredWall[slot] = record.registeredAt;
    columns.epoch[slot] = record.epoch;
    columns.missed[slot] = record.missed;
    columns.streams[slot] = record.streams;
    const heardUntil = record.state === "alive" ? seenAt : record.lastBeat;
    columns.restoreBeats(slot, record.beats, heardUntil - away);
    declarations.restore(slot, policy, record.policyFixed);
    columns.set(slot, Flag.idle, record.idle);
    columns.set(slot, Flag.paused, record.pausedUntil !== undefined);
    columns.pausedUntil[slot] = (record.pausedUntil ?? 0) - away;
    columns.restSince[slot] = record.restSince;
    // A SUSPECT that was alive once is one of many who may all be cut off.
    const lived = record.state === "suspect" && record.beats > 0;
    standing.begin(slot, lived ? State.alive : State[record.state], now, record.reason);
    if (lived) standing.enter(slot, State.suspect, record.reason, now);
    columns.stateSince[slot] = record.stateSince.mono - away;
    columns.stateSinceWall[slot] = record.stateSince.wall;
    const state = columns.state(slot);
    const isOver = state === State.down || state === State.left;
    // The time away is in its instants now: its row must not bring it up again.
    if (away > 0 && (isOver || columns.has(slot, Flag.paused))) changes.ofAgentQuietly(slot);
    // Who is paused is awaited when the pause ends, unless it is heard from before.
    if (isOver) deadlines.arm(slot);
    else deadlines.await(slot, now);
    return slot;
  }

  /** Takes up a task of an agent that was taken up before it. */
  restoreTask(slot: Slot, record: TaskRecord | EndedTask, now: Instant): void {
    this.#parts.tasks.restore(slot, record, now);
  }

  #agent(slot: Slot): AgentRecord {
    const { columns } = this.#parts;
    const paused = columns.has(slot, Flag.paused);
    return {
      organizationId: columns.organizationId[slot],
      agentId: columns.agentId[slot],
      agentType: columns.agentType[slot],
      instanceId: columns.instanceId[slot],
      labels: columns.labels[slot],
      policy: columns.policy[slot],
      policyFixed: columns.has(slot, Flag.policyFixed),
      state: stateNames[columns.state(slot)],
      reason: columns.reason[slot],
      stateSince: { mono: columns.stateSince[slot], wall: columns.stateSinceWall[slot] },
      registeredAt: columns.registeredWall[slot],
      epoch: columns.epoch[slot],
      missed: columns.missed[slot],
      beats: columns.beats(slot),
      streams: columns.streams[slot],
      lastBeat: columns.lastBeat(slot),
      pausedUntil: paused ? columns.pausedUntil[slot] : undefined,
      idle: columns.has(slot, Flag.idle),
      restSince: columns.restSince[slot],
      client: columns.client[slot],
      vitals: columns.vitals[slot],
    };
  }
}
