import type { Clock } from "../clock.ts";
import type { Log, MaybeAsync } from "../library/callbacks.ts";
import type { AgentDirective } from "./directives.ts";
import type { PolicyInForce, PolicyOptions } from "./policy.ts";

/**
 * What an agent is told at construction. Only `agentId` is required.
 *
 * Callbacks may be async. Whatever one throws, or rejects with, goes to `log.warn` and nowhere else:
 * the agent and the program around it go on.
 */
export interface HeartbeatAgentOptions {
  /** The agent's name: 1 to 128 bytes of `[A-Za-z0-9._:/@-]`. One process at a time may hold it. */
  readonly agentId: string;
  /** The monitor, as `HOST:PORT` or `[IPV6]:PORT`. Default: `127.0.0.1:50051`. */
  readonly server?: string;
  /** Encrypts the connection. `true` trusts the authorities that Node trusts. Default: plaintext. */
  readonly tls?: boolean | TlsOptions;
  /**
   * Proves who the agent is, where the server asks for it: a JSON Web Token, or a function that is asked
   * for a fresh one before each stream. Sent as `authorization: Bearer ...`. When the function fails, the
   * attempt has failed. Default: none.
   */
  readonly token?: string | (() => string | Promise<string>);
  /** The tenant: 1 to 128 bytes of `[A-Za-z0-9._:@-]`. Default: the server's, `default`. */
  readonly organizationId?: string;
  /** What kind of agent this is, for filters; at most 128 bytes. Default: empty. */
  readonly agentType?: string;
  /**
   * Free names and values for filters. At most 32; names of 1 to 63 bytes of `[A-Za-z0-9._/-]`,
   * values of at most 256 bytes. Default: none.
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Names this life of this process; at most 128 bytes. Two lives with one `agentId` supersede one
   * another, so set it only when you persist it yourself. Default: a random UUID for each agent.
   */
  readonly instanceId?: string;
  /** How the monitor is to judge this agent. Default for each field: the server's setting. */
  readonly policy?: PolicyOptions;
  /**
   * After this many failed attempts in a row (the first connect counts) the agent gives up: it calls
   * `onGaveUp` and has ended. 0 gives up at the first loss. An attempt that the server puts off, because
   * too many come at once, is not a failed one. Default: `Infinity`.
   */
  readonly maxReconnectAttempts?: number;
  /** How long to wait between attempts. A server that says when to come back is obeyed instead. */
  readonly backoff?: BackoffOptions;
  /**
   * An attempt that has brought no Welcome after this many milliseconds has failed. 10 to 600,000.
   * It also bounds how long an attempt to reach a host that answers nothing can hold a process that
   * is otherwise done. Default: 10,000.
   */
  readonly connectTimeoutMs?: number;
  /** Whether beats carry processor use, resident memory and timer lag. Default: true. */
  readonly vitals?: boolean;
  /** Its abort is `close()`. Default: none. */
  readonly signal?: AbortSignal;
  /**
   * Whether SIGTERM and SIGINT say Goodbye (2 s at most). When nobody else listens, the signal then
   * takes its usual effect: the process dies of it. A second signal does not wait. When somebody else
   * listens, the end of the process is theirs. Default: true.
   */
  readonly handleSignals?: boolean;

  /** The first stream is up. */
  readonly onWelcome?: (welcome: Welcomed) => MaybeAsync;
  /** The stream is up again. Tasks in flight have been reported again. */
  readonly onReconnect?: (reconnected: Reconnected) => MaybeAsync;
  /**
   * No ack for interval x timeoutMultiplier: by now the monitor may call this agent DOWN, and another
   * process may do its work. Once per episode; an episode ends with the next ack.
   */
  readonly onLeaseLost?: (lost: LeaseLost) => MaybeAsync;
  /**
   * Another process holds the name: stop working. The signals of all tasks are aborted as well. Once;
   * the agent has ended.
   */
  readonly onSuperseded?: (by: SupersededBy) => MaybeAsync;
  /** The server asks for something. The agent itself has acted on it already. */
  readonly onDirective?: (directive: AgentDirective) => MaybeAsync;
  /** The server refused this agent for good (a bad field, no permission, unregistered). It has ended. */
  readonly onError?: (refused: Refused) => MaybeAsync;
  /** `maxReconnectAttempts` is reached. The agent has ended. */
  readonly onGaveUp?: (gaveUp: GaveUp) => MaybeAsync;
  /** Told about what is survived: lost streams, callbacks that throw. Default: silent. */
  readonly log?: Log;

  /** Where time comes from, for tests. Default: the system's. */
  readonly clock?: Clock;
  /** Numbers of [0, 1) for jitter, for tests. Default: `Math.random`. */
  readonly random?: () => number;
}

/** Full jitter: the wait before attempt n is random between 0 and min(maxMs, initialMs x 2^n). */
export interface BackoffOptions {
  /** The bound of the first wait, in ms. 1 to 3,600,000. Default: 250. */
  readonly initialMs?: number;
  /** The bound of every wait, in ms. `initialMs` to 3,600,000. Default: 30,000. */
  readonly maxMs?: number;
}

/** Whom to trust. With neither, the authorities that Node trusts. */
export interface TlsOptions {
  /** Certificates of the authority, PEM. */
  readonly ca?: string | Uint8Array;
  /** A file of them, read once at construction. Ignored when `ca` is given. */
  readonly caFile?: string;
}

/** The first stream is up. */
export interface Welcomed {
  /** The fencing token: send it along with what you write elsewhere. */
  readonly epoch: bigint;
  /** True when the server knew this instance already. */
  readonly resumed: boolean;
  /** How the server judges this agent. */
  readonly policy: PolicyInForce;
}

/** The stream is up again. */
export interface Reconnected {
  /** How many attempts it took, this one included, without those that the server put off. */
  readonly attempts: number;
  /** True when the server kept the epoch. */
  readonly resumed: boolean;
  /** The fencing token as it now is. */
  readonly epoch: bigint;
}

/** No ack for too long. */
export interface LeaseLost {
  /** Since the last beat that was acknowledged was sent, in ms. */
  readonly silentMs: number;
  /** The epoch that can no longer be relied on. */
  readonly epoch: bigint;
}

/** Who holds the name now; undefined when the server only said that somebody does. */
export interface SupersededBy {
  readonly epoch: bigint | undefined;
  readonly instanceId: string | undefined;
}

/** Why the server will not have this agent. */
export interface Refused {
  /** The gRPC status by name: `INVALID_ARGUMENT`, `PERMISSION_DENIED`, ... */
  readonly status: string;
  /** The error's code of docs/errors.md: `unregistered`, `field_invalid`; undefined if not told. */
  readonly code: string | undefined;
  /** The server's words: field, value, limit and remedy. */
  readonly message: string;
}

/** Why the agent stopped trying. */
export interface GaveUp {
  /** Failed attempts in a row. */
  readonly attempts: number;
  /** How the last one ended. */
  readonly reason: string;
}

/** How the link to the monitor is. */
export interface ConnectionHealth {
  /** Connected, and the youngest acknowledged beat is within the timeout. */
  readonly healthy: boolean;
  /** Whether a stream is open and welcomed. */
  readonly connected: boolean;
  /** When the last ack came, by this machine's wall clock; undefined before the first. */
  readonly lastHeartbeatAck: Date | undefined;
  /** Since the last ack, by the monotonic clock; undefined before the first. */
  readonly secondsSinceAck: number | undefined;
  /** Attempts since the stream was last up, without those that the server put off; 0 while it is. */
  readonly reconnectAttempts: number;
  /** From sending a beat to its ack, the last one measured, in ms; undefined before the first. */
  readonly rttMs: number | undefined;
}
