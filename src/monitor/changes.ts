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

  /** @param wanted whether anybody takes them: else nothing is gathered */
  constructor(columns: AgentColumns, wanted: boolean) {
    this.#columns = columns;
    this.#wanted = wanted;
  }

  get isEmpty(): boolean {
    return this.#agents.size === 0 && this.#tasks.size === 0 && this.#forgotten.length === 0;
  }

  ofAgent(slot: Slot): void {
    if (this.#wanted) this.#agents.add(slot);
  }

  ofTask(slot: Slot, taskId: string): void {
    if (!this.#wanted) return;
    const tasks = this.#tasks.get(slot);
    if (tasks) tasks.add(taskId);
    else this.#tasks.set(slot, new Set([taskId]));
  }

  /** The agent is forgotten, and its tasks with it; its name still stands in the columns. */
  forget(slot: Slot): void {
    if (!this.#wanted) return;
    this.#agents.delete(slot);
    this.#tasks.delete(slot);
    const { organizationId, agentId } = this.#columns;
    this.#forgotten.push({ organizationId: organizationId[slot], agentId: agentId[slot] });
  }

  /** Hands out what has changed, and begins anew. */
  take(): ChangeSet {
    const set = { agents: this.#agents, tasks: this.#tasks, forgotten: this.#forgotten };
    this.#agents = new Set();
    this.#tasks = new Map();
    this.#forgotten = [];
    return set;
  }
}
