import type { HeartbeatAgentOptions } from "../agent/options.ts";
import type { HeartbeatStatus } from "./heartbeat-status.ts";
import type { PeriodicSettings } from "./periodic-config.ts";
import type { RunEnd } from "./run-end.ts";

/** What an agent's process has to do. It comes over the channel, not as arguments: a token is in it. */
export interface Assignment {
  readonly name: string;
  /** The file that exports the class, as a URL. */
  readonly module: string;
  readonly className: string;
  readonly config: PeriodicSettings;
  /** Executions that processes before this one have done and that count towards the limit. */
  readonly runsDone: number;
  /** How long a stop may take, in ms. */
  readonly stopTimeoutMs: number;
  /** The agent's lease; undefined without the heartbeat plugin. */
  readonly heartbeat: HeartbeatAgentOptions | undefined;
}

/** What the orchestrator tells an agent's process. */
export type ToAgent =
  /** Once, first. */
  | { readonly kind: "start"; readonly assignment: Assignment }
  | { readonly kind: "stop"; readonly reason: string };

/** What an agent's process tells the orchestrator. */
export type FromAgent =
  /** An execution is done. */
  | { readonly kind: "ran" }
  /** Once, last. */
  | {
      readonly kind: "ended";
      readonly end: RunEnd;
      readonly heartbeat: HeartbeatStatus | undefined;
    };
