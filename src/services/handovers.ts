import type { Engine } from "../engine/engine.ts";
import type { AgentEvent, RecordedEvent, TaskOrphaned, TaskSnapshot } from "../events/event.ts";
import { isOfAgent } from "../events/event.ts";
import type { Slot } from "../monitor/columns.ts";
import { cancelDirective } from "./directives.ts";
import { retryMessage } from "./messages/retry.ts";
import type { Sessions } from "./sessions.ts";

/** What an agent is told of, when the event that it comes from is kept. */
interface Word {
  readonly sequence: number;
  tell(): void;
}

/**
 * Tells agents of lost tasks: whom one is offered to, and whom to stop with it.
 *
 * An offer is told when it is kept, and only if it still stands then: a server that dies in between knows of it
 * when it is back, or nobody does. So there are never two that it was offered to. What lies here is at most one
 * word for each task in the monitor.
 */
export class Handovers {
  readonly #engine: Engine;
  readonly #sessions: Sessions;
  readonly #words = new Map<string, Word>();
  /** Offers that an agent had no room for, until it has. */
  readonly #unheard = new Map<Slot, readonly TaskSnapshot[]>();

  constructor(engine: Engine, sessions: Sessions) {
    this.#engine = engine;
    this.#sessions = sessions;
    engine.log.onGrown(() => this.#tellKept());
  }

  /** Takes note of what was recorded. */
  hear({ sequence, event }: RecordedEvent): void {
    if (!isOfAgent(event)) return;
    const tell = this.#wordOf(event);
    if (!tell || !("task" in event)) return;
    // An event that there was no room for: what it changed is kept at the latest with the next one that has.
    const { lastSequence, backlog } = this.#engine.log;
    const place = sequence === 0 ? lastSequence + backlog + 1 : sequence;
    this.#words.set(keyOf(event.task), { sequence: place, tell });
    this.#tellKept();
  }

  /** Tells an agent that is back of what is offered to it: it may have missed it. */
  remind(slot: Slot): void {
    const { monitor } = this.#engine;
    this.#unheard.delete(slot);
    for (const task of monitor.tasks.list(slot, this.#engine.now())) {
      if (task.state === "offered" && !this.#words.has(keyOf(task))) this.#offer(slot, task);
    }
  }

  /** The agent has read all that waited for it: offers that it had no room for are told now. */
  roomAt(slot: Slot): void {
    const unheard = this.#unheard.get(slot);
    if (!unheard) return;
    this.#unheard.delete(slot);
    for (const task of unheard) if (this.#stands(slot, task)) this.#offer(slot, task);
  }

  #wordOf(event: AgentEvent): (() => void) | undefined {
    switch (event.type) {
      case "task_retried":
        return () => this.#handOn(event.task, event.fromAgentId);
      case "task_timed_out":
        return event.task.nextAttemptAt === undefined ? undefined : () => this.#stop(event);
      case "task_orphaned":
        return event.withdrawn ? () => this.#stop(event) : undefined;
      default:
        return undefined;
    }
  }

  #tellKept(): void {
    const { lastSequence } = this.#engine.log;
    for (const [key, word] of this.#words) {
      if (word.sequence > lastSequence) continue;
      this.#words.delete(key);
      word.tell();
    }
  }

  #handOn(task: TaskSnapshot, fromAgentId: string): void {
    const { organizationId, agentId, taskId } = task;
    const slot = this.#engine.monitor.find(organizationId, agentId);
    if (slot === undefined || !this.#stands(slot, task)) return;
    // The agent that had it before knows by the offer itself that its older attempt is over.
    if (fromAgentId !== agentId) {
      const former = this.#engine.monitor.find(organizationId, fromAgentId);
      const directive = cancelDirective(taskId, `the task was handed on to ${agentId}`);
      if (former !== undefined) this.#sessions.deliver(former, directive);
    }
    this.#offer(slot, task);
  }

  #stands(slot: Slot, { taskId, epoch }: TaskSnapshot): boolean {
    const present = this.#engine.monitor.task(slot, taskId, this.#engine.now());
    return present?.epoch === epoch && present.state === "offered";
  }

  #offer(slot: Slot, task: TaskSnapshot): void {
    const { intervalMs } = this.#engine.monitor.policyOf(slot);
    if (this.#sessions.offer(slot, retryMessage(task, intervalMs))) return;
    const unheard = this.#unheard.get(slot) ?? [];
    this.#unheard.set(slot, [...unheard.filter((each) => this.#stands(slot, each)), task]);
  }

  /** The attempt is over, and its agent is there. */
  #stop({ task, reason }: { readonly task: TaskSnapshot } & Pick<TaskOrphaned, "reason">): void {
    const slot = this.#engine.monitor.find(task.organizationId, task.agentId);
    if (slot === undefined) return;
    const token = task.attempt > 1 ? task.epoch : 0;
    this.#sessions.deliver(slot, cancelDirective(task.taskId, reason, token));
  }
}

function keyOf({ organizationId, agentId, taskId }: TaskSnapshot): string {
  return `${organizationId}\u0000${agentId}\u0000${taskId}`;
}
