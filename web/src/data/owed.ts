import type { Event } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Clock, Timer } from "../../../src/clock.ts";

/** News that one connection promised and another has not brought for so long will not come. */
export const OVERDUE_MS = 5_000;

/**
 * Notices a stream that has died without an end: a proxy or a network may swallow one while others go on,
 * and what it last told would be shown as live for ever. An event that changes an agent is also told by
 * the watch of the agents; a sequence that the status names is also told by the watch of the events.
 */
export class Owed {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #agentsToldAt = Number.NEGATIVE_INFINITY;
  #agents: Timer | undefined;
  #events: { readonly from: bigint; readonly timer: Timer } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back when something is overdue. Returns how to stop waiting for that. */
  whenOverdue(callback: () => void): () => void {
    this.#waiting.add(callback);
    return () => this.#waiting.delete(callback);
  }

  agentTold(now: number): void {
    this.#agentsToldAt = now;
    this.#agents?.cancel();
    this.#agents = undefined;
  }

  eventTold({ to }: Event, now: number): void {
    this.#settleEvents();
    if (to === AgentState.UNSPECIFIED || this.#agents !== undefined) return;
    // The two streams race: what the other has told a moment ago may have been this.
    if (now - this.#agentsToldAt < OVERDUE_MS) return;
    this.#agents = this.#clock.after(OVERDUE_MS, () => this.giveUp());
  }

  /** The status knows events up to `known`; the watch has told them up to `told`. */
  sequenceKnown(known: bigint, told: bigint): void {
    if (known <= told) return this.#settleEvents();
    if (this.#events?.from === told) return;
    this.#settleEvents();
    const timer = this.#clock.after(OVERDUE_MS, () => this.giveUp());
    this.#events = { from: told, timer };
  }

  forget(): void {
    this.#agents?.cancel();
    this.#agents = undefined;
    this.#settleEvents();
  }

  #settleEvents(): void {
    this.#events?.timer.cancel();
    this.#events = undefined;
  }

  /** Nothing that was promised is waited for any longer. */
  giveUp(): void {
    this.forget();
    for (const callback of [...this.#waiting]) callback();
  }
}
