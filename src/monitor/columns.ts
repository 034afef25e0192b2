import type { AgentState, Vitals } from "../events/event.ts";
import type { LivenessPolicy } from "./policy.ts";

/** What an agent's client says of itself. */
export interface ClientInfo {
  readonly language: string;
  readonly libraryVersion: string;
  readonly host: string;
  readonly pid: number;
}

/** An agent's place in the columns; good until the agent is removed. */
export type Slot = number;

/** The code of a state in its column. ALIVE is 0: the one test on a beat's path. */
export const State = { alive: 0, suspect: 1, down: 2, left: 3, expected: 4 } as const;
export type StateCode = (typeof State)[AgentState];
export const stateNames: readonly AgentState[] = ["alive", "suspect", "down", "left", "expected"];

/** Bits of the `flags` column. */
export const Flag = {
  connected: 1,
  dropped: 2,
  paused: 4,
  idle: 8,
  /** An operator set the policy: what the agent declares does not count. */
  policyFixed: 16,
} as const;

export const noLabels: Readonly<Record<string, string>> = Object.freeze({});

const numeric = {
  /** Last message, or registration while EXPECTED. Monotonic. */
  lastBeat: Float64Array,
  /** A resumed pause restarts the silence here. Monotonic. */
  restarted: Float64Array,
  /** Beats ever received. */
  beats: Float64Array,
  epoch: Float64Array,
  state: Uint8Array,
  flags: Uint8Array,
  missed: Uint16Array,
  /** Streams ever opened. */
  streams: Uint32Array,
  /** Milliseconds from the beat before the last to the last. */
  lastGap: Float32Array,
  jitter: Float32Array,
  stateSince: Float64Array,
  stateSinceWall: Float64Array,
  registeredWall: Float64Array,
  droppedAt: Float64Array,
  /** End of the pause; start of the rest while idle or paused is `restSince`. Monotonic. */
  pausedUntil: Float64Array,
  restSince: Float64Array,
} as const;

type NumericName = keyof typeof numeric;
type Numeric = { -readonly [Name in NumericName]: InstanceType<(typeof numeric)[Name]> };

/**
 * Agents as columns: typed arrays for what is counted, plain arrays for what is referred to.
 *
 * A beat is a few stores at one index. Slots of removed agents are used again.
 */
export class AgentColumns implements Numeric {
  lastBeat!: Float64Array<ArrayBuffer>;
  restarted!: Float64Array<ArrayBuffer>;
  beats!: Float64Array<ArrayBuffer>;
  epoch!: Float64Array<ArrayBuffer>;
  state!: Uint8Array<ArrayBuffer>;
  flags!: Uint8Array<ArrayBuffer>;
  missed!: Uint16Array<ArrayBuffer>;
  streams!: Uint32Array<ArrayBuffer>;
  lastGap!: Float32Array<ArrayBuffer>;
  jitter!: Float32Array<ArrayBuffer>;
  stateSince!: Float64Array<ArrayBuffer>;
  stateSinceWall!: Float64Array<ArrayBuffer>;
  registeredWall!: Float64Array<ArrayBuffer>;
  droppedAt!: Float64Array<ArrayBuffer>;
  pausedUntil!: Float64Array<ArrayBuffer>;
  restSince!: Float64Array<ArrayBuffer>;

  readonly organizationId: string[] = [];
  readonly agentId: string[] = [];
  readonly agentType: string[] = [];
  readonly instanceId: string[] = [];
  readonly labels: Readonly<Record<string, string>>[] = [];
  readonly policy: LivenessPolicy[] = [];
  readonly reason: string[] = [];
  readonly client: (ClientInfo | undefined)[] = [];
  readonly vitals: (Vitals | undefined)[] = [];

  #capacity = 0;
  /** Slots handed out so far, free ones included. */
  #used = 0;
  readonly #free: Slot[] = [];

  constructor(capacity = 64) {
    this.#reserve(capacity);
  }

  /** Agents in the columns. */
  get size(): number {
    return this.#used - this.#free.length;
  }

  /** A slot with every number 0 and every reference at its neutral value. */
  take(organizationId: string, agentId: string, policy: LivenessPolicy): Slot {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.#capacity) this.#reserve(this.#capacity * 2);
    for (const name of numericNames) this[name][slot] = 0;
    this.organizationId[slot] = organizationId;
    this.agentId[slot] = agentId;
    this.policy[slot] = policy;
    this.#neutral(slot);
    return slot;
  }

  /** Gives a slot back, and lets go of what it refers to. */
  release(slot: Slot): void {
    this.agentId[slot] = "";
    this.#neutral(slot);
    this.#free.push(slot);
  }

  has(slot: Slot, flag: number): boolean {
    return (this.flags[slot] & flag) !== 0;
  }

  set(slot: Slot, flag: number, on: boolean): void {
    if (on) this.flags[slot] |= flag;
    else this.flags[slot] &= ~flag;
  }

  #neutral(slot: Slot): void {
    this.agentType[slot] = "";
    this.instanceId[slot] = "";
    this.labels[slot] = noLabels;
    this.reason[slot] = "";
    this.client[slot] = undefined;
    this.vitals[slot] = undefined;
  }

  #reserve(capacity: number): void {
    for (const name of numericNames) {
      const larger = new numeric[name](capacity);
      if (this.#capacity > 0) larger.set(this[name]);
      (this as Record<NumericName, unknown>)[name] = larger;
    }
    this.#capacity = capacity;
  }
}

const numericNames = Object.keys(numeric) as NumericName[];
