import type { Machine } from "./machine.ts";

/**
 * How long one life of the server has been able to judge: its own stalls do not count.
 *
 * A restart, and a stall long enough to break streams, give everybody the time that awaited agents have.
 */
export class JudgingTime {
  readonly #machine: Machine;
  readonly #startedAt: number;
  #stalledMs = 0;
  #stoppedAt: number | undefined;
  readonly #stalls: number[] = [];
  /** Since when everybody may be awaited. */
  floor = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#startedAt = machine.mono;
  }

  get now(): number {
    const until = this.#stoppedAt ?? this.#machine.mono;
    return until - this.#startedAt - this.#stalledMs;
  }

  stop(): void {
    this.#stoppedAt = this.#machine.mono;
  }

  cont(): void {
    if (this.#stoppedAt === undefined) return;
    const stalledMs = this.#machine.mono - this.#stoppedAt;
    this.#stalledMs += stalledMs;
    this.#stoppedAt = undefined;
    this.#stalls.push(this.now);
    if (stalledMs >= 250) this.excuse();
  }

  /** Stalls since then: each may have cost a little that was not held back. */
  stallsSince(then: number): number {
    return this.#stalls.filter((at) => at >= then).length;
  }

  /** Everybody may be awaited from now on. */
  excuse(): void {
    this.floor = this.now;
  }
}
