import type { Instant } from "../clock.ts";
import type { AgentState } from "../events/event.ts";
import { type AgentColumns, Flag, type Slot, State, type StateCode } from "./columns.ts";
import type { Protection } from "./protection.ts";
import type { TaskWatch } from "./tasks.ts";

/** Where each agent stands, and how many stand where. Nothing else writes the state. */
export class Standing {
  readonly #columns: AgentColumns;
  readonly #tasks: TaskWatch;
  readonly #protection: Protection | undefined;
  /** Agents in each state, by code. */
  readonly #population = [0, 0, 0, 0, 0];

  constructor(columns: AgentColumns, tasks: TaskWatch, protection: Protection | undefined) {
    this.#columns = columns;
    this.#tasks = tasks;
    this.#protection = protection;
  }

  /** How many agents are in a state. */
  population(state: AgentState): number {
    return this.#population[State[state]];
  }

  /** The first state of an agent, new or from before a restart. */
  begin(slot: Slot, state: StateCode, now: Instant, reason = ""): void {
    // A fresh slot reads as ALIVE, the zero of its column.
    this.#population[State.alive]++;
    this.enter(slot, state, reason, now);
  }

  /** The one place where an agent's state changes. */
  enter(slot: Slot, state: StateCode, reason: string, now: Instant): void {
    const columns = this.#columns;
    this.#population[columns.state(slot)]--;
    this.#population[state]++;
    columns.setState(slot, state);
    columns.reason[slot] = reason;
    columns.stateSince[slot] = now.mono;
    columns.stateSinceWall[slot] = now.wall;
    this.#protection?.moved(slot, now);
  }

  /** Idle and paused agents' tasks rest; the rest ends when neither holds. */
  rest(slot: Slot, flag: number, on: boolean, now: Instant): void {
    const columns = this.#columns;
    const rested = columns.has(slot, Flag.idle | Flag.paused);
    columns.set(slot, flag, on);
    if (flag === Flag.paused) this.#protection?.moved(slot, now);
    const rests = columns.has(slot, Flag.idle | Flag.paused);
    if (rests === rested) return;
    if (rests) {
      columns.restSince[slot] = now.mono;
      this.#tasks.rest(slot);
    } else {
      this.#tasks.wake(slot, columns.restSince[slot], now);
    }
  }

  /** The agent is no more. */
  end(slot: Slot, now: Instant): void {
    this.#protection?.forget(slot, now);
    this.#population[this.#columns.state(slot)]--;
  }
}
