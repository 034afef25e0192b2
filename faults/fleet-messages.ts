/**
 * What a fleet's process and whoever started it say to one another.
 */

export interface FleetSettings {
  /** HOST:PORT. */
  readonly address: string;
  /** Agents are called PREFIX and a number. */
  readonly prefix: string;
  /** Agents of `heartbeat/agent`, which ships. */
  readonly real: number;
  /** Agents that obey the same rules and cost less. Numbers after the real ones. */
  readonly light: number;
  readonly intervalMs: number;
  /** The longest wait between two attempts. */
  readonly maxBackoffMs: number;
  /** How long an attempt may take. `heartbeat/agent` has 10 s; thousands that share a process need more. */
  readonly connectTimeoutMs: number;
  /** Over how long the agents start; 0: at once. */
  readonly rampMs: number;
  /** Whether agents start, advance and end tasks. */
  readonly tasks: boolean;
  /** The mean time until something happens to a light agent: a drop, a Goodbye, a new life. 0: never. */
  readonly unrestMs: number;
}

export interface FleetReport {
  readonly agents: number;
  /** Agents whose stream is open and welcomed. */
  readonly connected: number;
  /** Agents that have died on purpose. */
  readonly vanished: readonly string[];
  /** How often a stream was put off by a delay. */
  readonly deferred: number;
  /** How often a stream ended or was given up, and how the last one did. */
  readonly lost: number;
  readonly lastLoss: string;
  /** What an agent must not see: a refusal, an epoch that shrinks or that two lives were given. */
  readonly complaints: readonly string[];
  /** The greatest epoch of any agent. */
  readonly greatestEpoch: number;
  /** Of light agents, since the last report that began anew. */
  readonly acks: { count: number; p50Ms: number; p99Ms: number; maxMs: number };
  /** The longest by which this process was late itself, in the same span. */
  readonly ownLagMs: number;
  readonly rssMiB: number;
}

export type FleetCommand =
  | { readonly type: "report"; readonly anew: boolean }
  /** So many light agents die without a word: their sockets are gone, and they do not come back. */
  | { readonly type: "vanish"; readonly count: number }
  /** Nothing happens to agents from now on. */
  | { readonly type: "calm" };

export type FleetAnswer = { readonly type: "report"; readonly report: FleetReport };
