import type { AgentEvent, AgentState, LivenessEvent, TaskState } from "../../src/events/event.ts";
import { isOfAgent } from "../../src/events/event.ts";
import { Chains } from "./chains.ts";

/** What the events so far say of one agent. */
export interface Account {
  state: AgentState;
  epoch: number;
  paused: boolean;
  /** Tasks in flight. */
  readonly tasks: Map<string, TaskState>;
}

/**
 * The state of everybody as the events tell it, and nothing but the events: a second book, kept by
 * somebody else, with which the monitor's own must agree.
 */
export class Ledger {
  readonly agents = new Map<string, Account>();
  /** Organizations that hold DOWN. */
  readonly holding = new Set<string>();
  /** Lost tasks on their way. */
  readonly chains: Chains;

  constructor(chains = new Chains()) {
    this.chains = chains;
  }

  clone(): Ledger {
    const copy = new Ledger(this.chains.clone());
    for (const [key, account] of this.agents) {
      copy.agents.set(key, { ...account, tasks: new Map(account.tasks) });
    }
    for (const organization of this.holding) copy.holding.add(organization);
    return copy;
  }

  /** Takes an event; says what is wrong with it here, if anything is. */
  apply(event: LivenessEvent): string | undefined {
    if (isOfAgent(event)) return this.#applyToAgent(event);
    if (event.type === "protection_started") this.holding.add(event.organizationId);
    else if (event.type === "protection_ended") this.holding.delete(event.organizationId);
    return undefined;
  }

  #applyToAgent(event: AgentEvent): string | undefined {
    const key = `${event.organizationId}/${event.agentId}`;
    const account = this.agents.get(key);
    if (account === undefined) return this.#begin(key, event);
    if (event.type === "removed") {
      this.agents.delete(key);
      return this.chains.removed(event.organizationId, event.agentId);
    }
    const before = account.epoch;
    account.epoch = event.epoch;
    const transition = transitionOf(event);
    if (transition) {
      const { from, to } = transition;
      if (from !== account.state) return `goes from ${from}, but the agent is ${account.state}`;
      if (from === to) return `goes from ${from} to ${to}`;
      account.state = to;
    } else if (event.type === "missed" && account.state !== "suspect") {
      return `a missed beat of an agent that is ${account.state}`;
    }
    if (event.type === "paused") account.paused = true;
    else if (event.type === "resumed") account.paused = false;
    else if (event.type === "down" || event.type === "left") account.paused = false;
    if (event.epoch < before) return `epoch ${event.epoch} after ${before}`;
    return this.chains.apply(event) ?? applyTask(account, event);
  }

  #begin(key: string, event: AgentEvent): string | undefined {
    if (event.type !== "registered" || event.transition?.from !== undefined) {
      return `${event.type} of an agent that no event has registered`;
    }
    this.agents.set(key, {
      state: "expected",
      epoch: event.epoch,
      paused: false,
      tasks: new Map(),
    });
    return undefined;
  }
}

/** From which state to which an event takes its agent. */
export function transitionOf(
  event: AgentEvent,
): { readonly from?: AgentState; readonly to: AgentState } | undefined {
  if ("transition" in event) return event.transition;
  return "from" in event ? { from: event.from, to: event.to } : undefined;
}

function applyTask(account: Account, event: AgentEvent): string | undefined {
  if (!("task" in event)) return undefined;
  const { taskId, state } = event.task;
  const known = account.tasks.get(taskId);
  if (event.type === "task_started") {
    account.tasks.set(taskId, state);
    return known && known !== "offered"
      ? `task ${taskId} starts and is in flight already`
      : undefined;
  }
  if (event.type === "task_stale") {
    account.tasks.set(taskId, state);
    return known ? undefined : `task ${taskId} is stale and not in flight`;
  }
  if (event.type === "task_retried") {
    account.tasks.set(taskId, state);
    return known ? `task ${taskId} is offered and is in flight already` : undefined;
  }
  if (event.type === "task_given_up") {
    return known ? `task ${taskId} is given up, and is in flight` : undefined;
  }
  account.tasks.delete(taskId);
  // The end of a task that was given up already is told late.
  const late = event.type === "task_finished" || event.type === "task_canceled";
  return known || late ? undefined : `task ${taskId}: ${event.type}, and it is not in flight`;
}
