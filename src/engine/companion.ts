import type { Instant } from "../clock.ts";
import type { AgentState, LivenessEvent, TaskState } from "../events/event.ts";
import { type Document, type DocumentChanges, noDocuments } from "../journal/documents.ts";
import { stateNames } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";

/** What a companion may ask of the monitor: what no event tells. */
export interface Present {
  /** Empty for an agent that is not known. */
  labelsOf(organizationId: string, agentId: string): Readonly<Record<string, string>>;
  /** Undefined for one that is not known. */
  agentState(organizationId: string, agentId: string): AgentState | undefined;
  taskState(organizationId: string, agentId: string, taskId: string): TaskState | undefined;
  /** Agents that are held from DOWN. */
  heldCount(organizationId: string): number;
}

/**
 * Who draws conclusions from events that must be kept with them: alerts. It is told of each event before
 * it is recorded, and what it changes is kept in the same transaction. It neither waits nor reads a clock:
 * an event's `at`, and `now`, are the monitor's own time.
 */
export interface Companion {
  /** What the server before has kept, some thousands at a time; before everything else. */
  takeUp(documents: readonly Document[]): void;
  /** Everything is taken up, also by the monitor. */
  begin(present: Present, now: Instant): void;
  hear(events: readonly LivenessEvent[]): void;
  /** Time has passed. Called at each tick: cheap when nothing is due. */
  advance(now: Instant): void;
  /** What is to be kept since the last call. */
  takeChanges(): DocumentChanges;
}

/** A companion that may fail: the monitor goes on without what it would have said. */
export class Consulted {
  readonly #companion: Companion | undefined;
  readonly #onTrouble: (error: unknown) => void;
  #isTold = false;

  /** `onTrouble` is told of the first failure, and must not throw. */
  constructor(companion: Companion | undefined, onTrouble: (error: unknown) => void = () => {}) {
    this.#companion = companion;
    this.#onTrouble = onTrouble;
  }

  /** What is to be kept with these events. */
  hear(events: readonly LivenessEvent[]): DocumentChanges {
    return this.#ask((companion) => companion.hear(events));
  }

  /** What is to be kept for time alone. */
  advance(now: Instant): DocumentChanges {
    return this.#ask((companion) => companion.advance(now));
  }

  /** What else it has changed. */
  takeChanges(): DocumentChanges {
    return this.#ask(() => {});
  }

  /** What it has changed before it failed is kept all the same: it is what it goes on from. */
  #ask(question: (companion: Companion) => void): DocumentChanges {
    const companion = this.#companion;
    if (!companion) return noDocuments;
    this.#attempt(() => question(companion));
    return this.#attempt(() => companion.takeChanges()) ?? noDocuments;
  }

  #attempt<Result>(act: () => Result): Result | undefined {
    try {
      return act();
    } catch (error) {
      if (!this.#isTold) this.#onTrouble(error);
      this.#isTold = true;
      return undefined;
    }
  }
}

export function presentOf(monitor: Monitor, now: () => Instant): Present {
  return {
    labelsOf(organizationId, agentId) {
      const slot = monitor.find(organizationId, agentId);
      return slot === undefined ? {} : monitor.columns.labels[slot];
    },
    agentState(organizationId, agentId) {
      const slot = monitor.find(organizationId, agentId);
      return slot === undefined ? undefined : stateNames[monitor.columns.state(slot)];
    },
    taskState(organizationId, agentId, taskId) {
      const slot = monitor.find(organizationId, agentId);
      return slot === undefined ? undefined : monitor.task(slot, taskId, now())?.state;
    },
    heldCount: (organizationId) => monitor.protection?.heldCount(organizationId) ?? 0,
  };
}
