import type { AgentEvent } from "../../src/events/event.ts";

/** A lost task that waits for its next attempt, is offered, or is attempted again. */
export interface Chain {
  readonly organizationId: string;
  readonly taskId: string;
  /** Who had it last, or has it. */
  readonly at: string;
  readonly phase: "waiting" | "offered" | "taken";
  readonly epoch: number;
  readonly attempt: number;
  /** Who had it before. */
  readonly former: readonly string[];
}

type TaskEvent = Extract<AgentEvent, { readonly task: unknown }>;

/** Where lost tasks are, by what the events say: at one agent at a time, attempt after attempt. */
export class Chains {
  readonly #chains: Map<string, Chain>;

  constructor(chains: Iterable<readonly [string, Chain]> = []) {
    this.#chains = new Map(chains);
  }

  clone(): Chains {
    return new Chains(this.#chains);
  }

  all(): Iterable<Chain> {
    return this.#chains.values();
  }

  /** The task's chain, if it is at this agent. */
  at(organizationId: string, agentId: string, taskId: string): Chain | undefined {
    return this.#chains.get(keyOf(organizationId, agentId, taskId));
  }

  /** The chain that has left this agent. */
  left(organizationId: string, agentId: string, taskId: string): Chain | undefined {
    for (const chain of this.#chains.values()) {
      if (chain.organizationId !== organizationId || chain.taskId !== taskId) continue;
      if (chain.at !== agentId && chain.former.includes(agentId)) return chain;
    }
    return undefined;
  }

  /** The agent is forgotten. */
  removed(organizationId: string, agentId: string): string | undefined {
    for (const chain of this.#chains.values()) {
      if (chain.organizationId !== organizationId || chain.at !== agentId) continue;
      return `the agent is forgotten, and task ${chain.taskId} is ${chain.phase} at it`;
    }
    return undefined;
  }

  /** Takes an event; says what is wrong with it here, if anything is. */
  apply(event: AgentEvent): string | undefined {
    if (!("task" in event)) return undefined;
    switch (event.type) {
      case "task_orphaned":
      case "task_timed_out":
        return this.#lost(event);
      case "task_retried":
        return this.#retried(event, event.fromAgentId);
      case "task_started":
        return this.#started(event);
      case "task_stale":
        return undefined;
      default:
        this.#chains.delete(keyFor(event));
        return undefined;
    }
  }

  #lost(event: TaskEvent): string | undefined {
    const { organizationId, agentId, task } = event;
    const before = this.#chains.get(keyFor(event));
    const { taskId, epoch, attempt, maxAttempts, nextAttemptAt } = task;
    this.#chains.delete(keyFor(event));
    if (attempt > 1 && !before) return `attempt ${attempt} at ${taskId} that nobody was offered`;
    if (nextAttemptAt === undefined) {
      return attempt < maxAttempts
        ? `task ${taskId} has attempts left, and awaits none`
        : undefined;
    }
    if (attempt >= maxAttempts) return `task ${taskId} has no attempt left, and awaits one`;
    const former = before?.former ?? [];
    this.#set({
      organizationId,
      taskId,
      at: agentId,
      phase: "waiting",
      epoch,
      attempt,
      former,
    });
    return undefined;
  }

  #retried(event: TaskEvent, from: string): string | undefined {
    const { organizationId, agentId, task } = event;
    const key = keyOf(organizationId, from, task.taskId);
    const before = this.#chains.get(key);
    this.#chains.delete(key);
    if (before?.phase !== "waiting") {
      return `task ${task.taskId} of ${from} is handed on, and is ${before?.phase ?? "not lost"}`;
    }
    if (task.attempt !== before.attempt + 1) {
      return `attempt ${task.attempt} comes after ${before.attempt}`;
    }
    if (task.epoch <= before.epoch) {
      return `attempt ${task.attempt} has epoch ${task.epoch}, the one before had ${before.epoch}`;
    }
    const { epoch, attempt } = task;
    const former = [...before.former, from];
    this.#set({ ...before, at: agentId, phase: "offered", epoch, attempt, former });
    return undefined;
  }

  #started(event: TaskEvent): string | undefined {
    const { organizationId, agentId, task } = event;
    const here = this.#chains.get(keyFor(event));
    const elsewhere = this.left(organizationId, agentId, task.taskId);
    if (!here && elsewhere) {
      return `task ${task.taskId} has two owners: it is ${elsewhere.phase} at ${elsewhere.at}`;
    }
    if (!here) return undefined;
    if (here.attempt === 1) this.#chains.delete(keyFor(event));
    else this.#set({ ...here, phase: "taken" });
    return here.phase === "taken" ? `task ${task.taskId} is taken up twice` : undefined;
  }

  #set(chain: Chain): void {
    this.#chains.set(keyOf(chain.organizationId, chain.at, chain.taskId), chain);
  }
}

function keyFor({ organizationId, agentId, task }: TaskEvent): string {
  return keyOf(organizationId, agentId, task.taskId);
}

function keyOf(organizationId: string, agentId: string, taskId: string): string {
  return `${organizationId}/${agentId}/${taskId}`;
}
