import type { Agent, AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { WatchAgentsResponse } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { keyOf, type Seen, seenOf } from "./seen.ts";
import { Slots } from "./slots.ts";

/** What changed since somebody looked. */
export interface FleetChange {
  /** Agents came or went, or all of them are told anew: order and counts are to be worked out again. */
  readonly membership: boolean;
  /** Keys of the agents that changed. */
  readonly keys: ReadonlySet<string>;
}

/**
 * The agents that the watch has told of. A plain table and no signals: a thousand changes a second are
 * written into it, and whoever draws takes them out once a frame.
 */
export class Fleet {
  #agents = new Map<string, Seen>();
  /** What a snapshot has told that is not complete; undefined once it is. */
  #arriving: Map<string, Seen> | undefined;
  #counts = new Map<AgentState, number>();
  #isComplete = false;
  readonly #slots = new Slots();
  readonly #listeners = new Set<() => void>();
  readonly #readers = new Set<FleetReader>();
  readonly #organizationId: () => string;

  /** @param organizationId what the watch asks for: it decides how a removed agent is named */
  constructor(organizationId: () => string) {
    this.#organizationId = organizationId;
  }

  get size(): number {
    return this.#agents.size;
  }

  /** Whether a snapshot was ever complete: before, what is there is not all. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Agents by state. */
  get counts(): ReadonlyMap<AgentState, number> {
    return this.#counts;
  }

  get(key: string): Seen | undefined {
    return this.#agents.get(key);
  }

  values(): IterableIterator<Seen> {
    return this.#agents.values();
  }

  /** Is called after each change, many times a frame: it may do no more than ask for a frame. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Somebody who takes changes out at a pace of its own. */
  reader(): FleetReader {
    const reader = new FleetReader(() => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }

  /**
   * A new watch tells everything anew. Until it has, what the last one told stays; the very first one is
   * seen as it comes.
   */
  beginSnapshot(): void {
    this.#arriving = this.#isComplete ? new Map() : undefined;
    if (!this.#isComplete) this.#replace(new Map());
  }

  apply(change: WatchAgentsResponse["change"], now: number): void {
    if (change.case === "agent") this.#put(change.value, now);
    else if (change.case === "removedAgentId") this.#remove(change.value);
    else if (change.case === "snapshotComplete") this.#complete();
  }

  #put(agent: Agent, now: number): void {
    const key = keyOf(agent);
    const before = this.#agents.get(key);
    const arrived = this.#arriving?.get(key);
    const slot = arrived?.slot ?? before?.slot ?? this.#slots.take();
    const seen = seenOf(agent, now, slot);
    if (this.#arriving !== undefined) return void this.#arriving.set(key, seen);
    this.#agents.set(key, seen);
    if (before?.state !== seen.state) {
      if (before !== undefined) this.#count(before.state, -1);
      this.#count(seen.state, 1);
    }
    this.#tell(key, before === undefined);
  }

  #remove(name: string): void {
    const organizationId = this.#organizationId();
    const key = organizationId === "*" ? name : `${organizationId}/${name}`;
    if (this.#arriving !== undefined) return void this.#arriving.delete(key);
    const before = this.#agents.get(key);
    if (before === undefined) return;
    this.#agents.delete(key);
    this.#slots.giveBack(before.slot);
    this.#count(before.state, -1);
    this.#tell(key, true);
  }

  #complete(): void {
    this.#isComplete = true;
    if (this.#arriving === undefined) return;
    const arrived = this.#arriving;
    this.#arriving = undefined;
    this.#replace(arrived);
  }

  #replace(agents: Map<string, Seen>): void {
    this.#agents = agents;
    this.#slots.keepOnly(agents.values());
    this.#counts = new Map();
    for (const { state } of agents.values()) this.#count(state, 1);
    this.#tell(undefined, true);
  }

  #count(state: AgentState, by: number): void {
    const count = (this.#counts.get(state) ?? 0) + by;
    if (count > 0) this.#counts.set(state, count);
    else this.#counts.delete(state);
  }

  #tell(key: string | undefined, membership: boolean): void {
    for (const reader of this.#readers) reader.note(key, membership);
    for (const listener of this.#listeners) listener();
  }
}

/** What changed since it was last taken. */
export class FleetReader {
  #keys = new Set<string>();
  #membership = false;
  readonly #close: () => void;

  constructor(close: () => void) {
    this.#close = close;
  }

  note(key: string | undefined, membership: boolean): void {
    if (key !== undefined) this.#keys.add(key);
    if (membership) this.#membership = true;
  }

  take(): FleetChange {
    const taken = { membership: this.#membership, keys: this.#keys };
    this.#keys = new Set();
    this.#membership = false;
    return taken;
  }

  close(): void {
    this.#close();
  }
}
