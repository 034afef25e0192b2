import type { ServerStream } from "./stream.ts";
import type { Verdicts } from "./verdicts.ts";

/** What was given out under one name. */
interface Given {
  highest: bigint;
  readonly holders: Map<bigint, string>;
}

/** Epochs only grow, and each is one life's alone: over restarts, removals and all. */
export class EpochRules {
  readonly #verdicts: Verdicts;
  readonly #given = new Map<string, Given>();

  constructor(verdicts: Verdicts) {
    this.#verdicts = verdicts;
  }

  /** A life is told its epoch, whether or not it ever hears of it. */
  welcomed({ connection, instanceId }: ServerStream, epoch: bigint): void {
    const { owner } = connection;
    const given = this.#given.get(owner) ?? { highest: 0n, holders: new Map() };
    this.#given.set(owner, given);
    this.#verdicts.demand(
      epoch >= given.highest,
      "epochs",
      () => `epoch ${epoch} was given after ${given.highest}`,
      owner,
    );
    const holder = given.holders.get(epoch);
    this.#verdicts.demand(
      holder === undefined || holder === instanceId,
      "epochs",
      () => `epoch ${epoch} of ${holder} was given to ${instanceId} too`,
      owner,
    );
    given.holders.set(epoch, instanceId);
    given.highest = epoch > given.highest ? epoch : given.highest;
  }
}
