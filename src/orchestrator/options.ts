import type { BackoffOptions } from "../agent/options.ts";
import type { HeartbeatPlugin } from "./heartbeat-plugin.ts";
import type { Logger } from "./logger.ts";
import type { RestartPolicyName } from "./restart.ts";

/** What an orchestrator is told at construction. Everything has a default. */
export interface OrchestratorOptions {
  /** Names the orchestrator in the label `orchestrator` of its agents. Default: `orchestrator`. */
  readonly name?: string;
  /** What the agents are given. Default: none. */
  readonly plugins?: OrchestratorPlugins;
  /** When the orchestrator ends. Default: `daemon`. */
  readonly runMode?: RunMode;
  /** Whether and when a process that ended is started again. */
  readonly restart?: RestartOptions;
  /**
   * How long an agent may take to stop, in ms: 100 to 600,000. Then its process is killed. It covers the
   * execution under way, `onClose` and the Goodbye. Default: 5,000, half of what `docker stop` waits.
   */
  readonly stopTimeoutMs?: number;
  /**
   * Whether SIGTERM and SIGINT stop the agents in good order, within `stopTimeoutMs`. The program goes on
   * after `join()`. Default: true.
   */
  readonly handleSignals?: boolean;
  /** Where the orchestrator tells what it does. Default: lines on standard output and error. */
  readonly logger?: Logger;
}

export interface OrchestratorPlugins {
  /** Gives each agent a lease of its own. */
  readonly heartbeat?: HeartbeatPlugin;
}

/**
 * - `daemon`: until `stop()` or a signal, also when every agent is done. Only when every agent has ended
 *   and one of them failed is there nothing left to wait for, and it ends, too.
 * - `once`: until every agent has ended.
 */
export type RunMode = "daemon" | "once";

/** Whether and when a process that ended is started again. */
export interface RestartOptions {
  /**
   * - `never`
   * - `on-failure`: after a crash.
   * - `always`: also after its limit was reached, which then counts anew, and after a SIGTERM of its own.
   *
   * An agent whose name was taken by another process is never restarted. Default: `on-failure`.
   */
  readonly policy?: RestartPolicyName;
  /**
   * After this many restarts in a row the next crash is final: 0 to `Infinity`. A process that was up
   * for `backoff.maxMs` ends the row. Default: 5.
   */
  readonly maxAttempts?: number;
  /** The wait before restart n is random between 0 and min(maxMs, initialMs x 2^n). */
  readonly backoff?: BackoffOptions;
}
