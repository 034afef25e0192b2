import type { AgentColumns, Slot } from "./columns.ts";

/** The name of an agent that was forgotten. */
export interface ForgottenName {
  readonly organizationId: string;
  readonly agentId: string;
}

/** What differs from what was kept last: agents and tasks, each told once however often it changed. */
export interface ChangeSet {
  readonly agents: ReadonlySet<Slot>;
  readonly tasks: ReadonlyMap<Slot, ReadonlySet<string>>;
  readonly forgotten: readonly ForgottenName[];
}

/**
 * Which agents and tasks are to be kept anew. Beats and vitals are no change: an agent that lives is
 * kept as living, and a restart asks it again.
 */
export class Changes {
  readonly #columns: AgentColumns;
  readonly #wanted: boolean;
  #agents = new Set<Slot>();
  #tasks = new Map<Slot, Set<string>>();
  #forgotten: ForgottenName[] = [];
  /** What has changed without an event: kept when there is time for it. */
  #quietAgents = new Set<Slot>();
  readonly #quietTasks = new Map<Slot, Set<string>>();

  /** @param wanted whether anybody takes them: else nothing is gathered */
  constructor(columns: AgentColumns, wanted: boolean) {
    this.#columns = columns;
    this.#wanted = wanted;
  }

  /** Whether anything has changed that no event tells. */
  get hasQuiet(): boolean {
    return this.#quietAgents.size + this.#quietTasks.size > 0;
  }

  /** A change of the agent that no event tells. */
  ofAgentQuietly(slot: Slot): void {
    if (this.#wanted) this.#quietAgents.add(slot);
  }

  /** A change of a task that no event tells: its progress. */
  ofTaskQuietly(slot: Slot, taskId: string): void {
    if (this.#wanted) addTo(this.#quietTasks, slot, taskId);
  }

  ofAgent(slot: Slot): void {
    if (this.#wanted) this.#agents.add(slot);
  }

  ofTask(slot: Slot, taskId: string): void {
    if (this.#wanted) addTo(this.#tasks, slot, taskId);
  }

  /** The agent is forgotten, and its tasks with it; its name still stands in the columns. */
  forget(slot: Slot): void {
    if (!this.#wanted) return;
    this.#agents.delete(slot);
    this.#tasks.delete(slot);
    this.#quietAgents.delete(slot);
    this.#quietTasks.delete(slot);
    const { organizationId, agentId } = this.#columns;
    this.#forgotten.push({ organizationId: organizationId[slot], agentId: agentId[slot] });
  }

  /** Hands out agents, and agents with tasks, that have changed quietly: not many more than `limit`. */
  takeQuiet(limit: number): ChangeSet {
    const agents = new Set<Slot>();
    const tasks = new Map<Slot, Set<string>>();
    let count = 0;
    for (const slot of this.#quietAgents) {
      if (count++ >= limit) break;
      this.#quietAgents.delete(slot);
      agents.add(slot);
    }
    for (const [slot, taskIds] of this.#quietTasks) {
      if (count >= limit) break;
      count += taskIds.size;
      this.#quietTasks.delete(slot);
      tasks.set(slot, taskIds);
    }
    return { agents, tasks, forgotten: [] };
  }

  /** Hands out what has changed with an event, and begins anew. */
  take(): ChangeSet {
    const set = { agents: this.#agents, tasks: this.#tasks, forgotten: this.#forgotten };
    this.#agents = new Set();
    this.#tasks = new Map();
    this.#forgotten = [];
    return set;
  }
}

function addTo(tasks: Map<Slot, Set<string>>, slot: Slot, taskId: string): void {
  const known = tasks.get(slot);
  if (known) known.add(taskId);
  else tasks.set(slot, new Set([taskId]));
}
