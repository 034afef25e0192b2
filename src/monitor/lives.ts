import type { Instant } from "../clock.ts";
import type { Chronicle } from "./chronicle.ts";
import { type AgentColumns, Flag, type Slot, State } from "./columns.ts";
import type { EpochFloor } from "./epoch-floor.ts";
import { CONFLICT_SWAPS, type Incarnation, incarnationOf, SwapWatch } from "./incarnations.ts";
import type { Hello } from "./lease.ts";
import type { Standing } from "./standing.ts";
import type { TaskWatch } from "./tasks.ts";

/** Lives of agents: whose a lease is, and which epochs have been given out. */
export class Lives {
  readonly #columns: AgentColumns;
  readonly #chronicle: Chronicle;
  readonly #standing: Standing;
  readonly #tasks: TaskWatch;
  readonly #swaps = new SwapWatch();
  /** No name begins at or below it: a forgotten one may have had it. */
  readonly #floor: EpochFloor;
  #supersededTotal = 0;
  #conflictsTotal = 0;

  constructor(
    columns: AgentColumns,
    chronicle: Chronicle,
    standing: Standing,
    tasks: TaskWatch,
    floor: EpochFloor,
  ) {
    this.#floor = floor;
    this.#columns = columns;
    this.#chronicle = chronicle;
    this.#standing = standing;
    this.#tasks = tasks;
  }

  /** Leases taken from a life that held them. */
  get supersededTotal(): number {
    return this.#supersededTotal;
  }

  get conflictsTotal(): number {
    return this.#conflictsTotal;
  }

  get epochFloor(): number {
    return this.#floor.highest;
  }

  /** No life, of whatever name, begins with an epoch at or below this one. */
  raiseEpochFloor(epoch: number): void {
    this.#floor.beginAbove(epoch);
  }

  /**
   * What a life that asks is to the one that holds the lease; of a stranger `slot` is undefined. Changes
   * nothing. Throws epoch_old and field_invalid.
   */
  incarnation(hello: Hello, slot: Slot | undefined): Incarnation {
    const { begin, claimable, highest } = this.#floor;
    const bounds = { floor: begin, claimable };
    if (slot === undefined) {
      return incarnationOf(hello, { lived: false, instanceId: "", epoch: highest, ...bounds });
    }
    const columns = this.#columns;
    return incarnationOf(hello, {
      lived: columns.beats(slot) > 0,
      instanceId: columns.instanceId[slot],
      epoch: columns.epoch[slot],
      ...bounds,
    });
  }

  /** Another life than the one that held the lease takes it up. */
  begin(slot: Slot, epoch: number, hello: Hello, now: Instant): void {
    const columns = this.#columns;
    const oldInstanceId = columns.instanceId[slot];
    const heldByStream = columns.has(slot, Flag.connected);
    const namedHolder = columns.streams[slot] === 0 && oldInstanceId !== "";
    const heldByBeats = namedHolder && columns.state(slot) === State.alive;
    columns.epoch[slot] = epoch;
    columns.instanceId[slot] = hello.instanceId;
    columns.set(slot, Flag.connected, false);
    columns.vitals[slot] = undefined;
    this.#standing.rest(slot, Flag.idle, false, now);
    this.#tasks.orphanAll(slot, "another incarnation took the lease", now);
    this.#tasks.beginLife(slot);
    if (!heldByStream && !heldByBeats) return;
    this.#supersededTotal++;
    this.#chronicle.tell(slot, now, {
      type: "superseded",
      oldInstanceId,
      instanceId: hello.instanceId,
      reason: "another incarnation took the lease while this one held it",
    });
    if (!this.#swaps.record(slot, now)) return;
    this.#conflictsTotal++;
    this.#chronicle.tell(slot, now, {
      type: "conflict",
      swaps: CONFLICT_SWAPS,
      reason: "two processes fight for this id: give each its own",
    });
  }

  /** The agent is about to be removed: its name begins above its epoch when it comes again. */
  forget(slot: Slot): void {
    this.#floor.raise(this.#columns.epoch[slot]);
    this.#swaps.forget(slot);
  }
}
