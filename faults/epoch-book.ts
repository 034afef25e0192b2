/**
 * The epochs that agents were told: whether each only grew, and was given to one life only.
 */
export class EpochBook {
  greatest = 0;
  readonly #complain: (complaint: string) => void;
  /** By agent: each epoch, and the life that got it. */
  readonly #lives = new Map<string, Map<bigint, string>>();
  readonly #last = new Map<string, bigint>();

  constructor(complain: (complaint: string) => void) {
    this.#complain = complain;
  }

  note(agentId: string, instanceId: string, epoch: bigint): void {
    const last = this.#last.get(agentId) ?? 0n;
    if (epoch < last) this.#complain(`${agentId}: epoch ${epoch} after ${last}`);
    this.#last.set(agentId, epoch);
    this.greatest = Math.max(this.greatest, Number(epoch));

    const lives = this.#lives.get(agentId) ?? new Map<bigint, string>();
    this.#lives.set(agentId, lives);
    const other = lives.get(epoch);
    if (other !== undefined && other !== instanceId) {
      this.#complain(`${agentId}: epoch ${epoch} was given to two lives`);
    }
    lives.set(epoch, instanceId);
  }
}
