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
  /** To be given up, and kept from DOWN by mass-failure protection. */
  held: 32,
  /** It was alive when the monitor, or by the monitor's fault its stream, broke: see Deadlines. */
  awaited: 64,
  /** It was awaited for its whole time in vain, and is SUSPECT for it. */
  overdue: 128,
} as const;

export const noLabels: Readonly<Record<string, string>> = Object.freeze({});

/**
 * What a beat touches lies side by side, an agent after the other: a beat waits for memory once, not
 * once a column. At a million agents that is what it costs.
 */
const Row = { state: 0, lastBeat: 1, lastGap: 2, jitter: 3, beats: 4 } as const;
const ROW = 5;

const numeric = {
  /** A resumed pause restarts the silence here. Monotonic. */
  restarted: Float64Array,
  epoch: Float64Array,
  flags: Uint8Array,
  missed: Uint16Array,
  /** As what mass-failure protection counts the agent. */
  counted: Uint8Array,
  /** Streams ever opened. */
  streams: Uint32Array,
  stateSince: Float64Array,
  stateSinceWall: Float64Array,
  registeredWall: Float64Array,
  droppedAt: Float64Array,
  /** When a stream was opened that may be one its agent has given up, heard late; 0 for any other. */
  doubtedAt: Float64Array,
  /** End of the pause; start of the rest while idle or paused is `restSince`. Monotonic. */
  pausedUntil: Float64Array,
  restSince: Float64Array,
} as const;

type NumericName = keyof typeof numeric;
type Numeric = { -readonly [Name in NumericName]: InstanceType<(typeof numeric)[Name]> };

/**
 * Agents as columns: typed arrays for what is counted, plain arrays for what is referred to.
 *
 * A beat is a few stores side by side. Slots of removed agents are used again.
 */
export class AgentColumns implements Numeric {
  restarted!: Float64Array<ArrayBuffer>;
  epoch!: Float64Array<ArrayBuffer>;
  flags!: Uint8Array<ArrayBuffer>;
  missed!: Uint16Array<ArrayBuffer>;
  counted!: Uint8Array<ArrayBuffer>;
  streams!: Uint32Array<ArrayBuffer>;
  stateSince!: Float64Array<ArrayBuffer>;
  stateSinceWall!: Float64Array<ArrayBuffer>;
  registeredWall!: Float64Array<ArrayBuffer>;
  droppedAt!: Float64Array<ArrayBuffer>;
  doubtedAt!: Float64Array<ArrayBuffer>;
  pausedUntil!: Float64Array<ArrayBuffer>;
  restSince!: Float64Array<ArrayBuffer>;

  /** {@link Row} after row. */
  #rows = new Float64Array(0);

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

  /** A slot silent since `nowMs`, every other number 0, every reference at its neutral value. */
  take(organizationId: string, agentId: string, policy: LivenessPolicy, nowMs: number): Slot {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.#capacity) this.#reserve(this.#capacity * 2);
    for (const name of numericNames) this[name][slot] = 0;
    this.#rows.fill(0, slot * ROW, (slot + 1) * ROW);
    this.#rows[slot * ROW + Row.lastBeat] = nowMs;
    this.organizationId[slot] = organizationId;
    this.agentId[slot] = agentId;
    this.policy[slot] = policy;
    this.#neutral(slot);
    return slot;
  }

  /** Gives a slot back, and lets go of what it refers to. */
  release(slot: Slot): void {
    this.organizationId[slot] = "";
    this.agentId[slot] = "";
    this.#neutral(slot);
    this.#free.push(slot);
  }

  /** A message at `nowMs`: the hot path. Returns the milliseconds since the one before. */
  beat(slot: Slot, nowMs: number): number {
    const rows = this.#rows;
    const row = slot * ROW;
    const gap = nowMs - rows[row + Row.lastBeat];
    const lastGap = rows[row + Row.lastGap];
    if (lastGap > 0) {
      rows[row + Row.jitter] += (Math.abs(gap - lastGap) - rows[row + Row.jitter]) / 16;
    }
    rows[row + Row.lastGap] = gap;
    rows[row + Row.lastBeat] = nowMs;
    rows[row + Row.beats]++;
    return gap;
  }

  /** The next gap is no gap of the agent's rhythm: there was an outage, or nothing before. */
  breakRhythm(slot: Slot): void {
    this.#rows[slot * ROW + Row.lastGap] = 0;
  }

  /** Takes up counters from before a restart. */
  restoreBeats(slot: Slot, beats: number, lastBeat: number): void {
    this.#rows[slot * ROW + Row.beats] = beats;
    this.#rows[slot * ROW + Row.lastBeat] = lastBeat;
  }

  state(slot: Slot): StateCode {
    return this.#rows[slot * ROW + Row.state] as StateCode;
  }

  setState(slot: Slot, state: StateCode): void {
    this.#rows[slot * ROW + Row.state] = state;
  }

  /** The last message, or the registration while EXPECTED. Monotonic. */
  lastBeat(slot: Slot): number {
    return this.#rows[slot * ROW + Row.lastBeat];
  }

  /** Beats ever received. */
  beats(slot: Slot): number {
    return this.#rows[slot * ROW + Row.beats];
  }

  /** Mean deviation of the gaps between beats, in milliseconds. */
  jitter(slot: Slot): number {
    return this.#rows[slot * ROW + Row.jitter];
  }

  /** Whether the agent is awaited, after a restart or a stall, and has not been heard from. */
  isAwaited(slot: Slot): boolean {
    return this.has(slot, Flag.awaited) && this.lastBeat(slot) < this.restarted[slot];
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
    const rows = new Float64Array(capacity * ROW);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#capacity = capacity;
  }
}

const numericNames = Object.keys(numeric) as NumericName[];
