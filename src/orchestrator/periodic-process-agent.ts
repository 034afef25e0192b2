import type { MaybeAsync } from "../library/callbacks.ts";
import type { HeartbeatStatus } from "./heartbeat-status.ts";
import type { Logger } from "./logger.ts";
import type { PeriodicSettings } from "./periodic-config.ts";

/** What the plugins of the orchestrator give to an agent. */
export interface AgentPlugins {
  /** The agent's own lease; undefined when the orchestrator has no heartbeat plugin. */
  readonly heartbeat: { getStatus(): HeartbeatStatus } | undefined;
}

/** What an agent is made with. */
export interface AgentContext {
  /** The name it was registered under. */
  readonly name: string;
  /** The class's static `config`, filled in. */
  readonly config: PeriodicSettings;
  /** Writes lines to the standard output and error of the orchestrator. */
  readonly logger: Logger;
  readonly plugin: AgentPlugins;
  /** Aborts when the agent is to stop; its reason says why. For executions that take long. */
  readonly signal: AbortSignal;
}

/**
 * An agent that does its work again and again, in an operating system process of its own.
 *
 * ```ts
 * export class CriticalAgent extends PeriodicProcessAgent {
 *   static readonly module = import.meta.url;
 *   static readonly config = { limit: 10, executionIntervalMs: 3_000 };
 *
 *   runner() {
 *     this.logger.info("working...");
 *   }
 * }
 * ```
 *
 * The hooks may be async, and are called one after the other: `setup`, `runner` as often as the config
 * says, `onClose`. What `setup` or `runner` throws crashes the agent: `onClose` is called, the process
 * ends without a Goodbye, and the orchestrator's restart policy decides.
 */
export abstract class PeriodicProcessAgent {
  readonly name: string;
  readonly config: PeriodicSettings;
  readonly logger: Logger;
  readonly plugin: AgentPlugins;
  readonly signal: AbortSignal;

  constructor({ name, config, logger, plugin, signal }: AgentContext) {
    this.name = name;
    this.config = config;
    this.logger = logger;
    this.plugin = plugin;
    this.signal = signal;
  }

  /** Called once, first. The agent beats already. */
  setup(): MaybeAsync {}

  /** The work: one execution of it. */
  abstract runner(): MaybeAsync;

  /**
   * Called once, last, however the agent ends, unless its process is killed. The lease is still held;
   * the Goodbye follows. What it throws is logged.
   */
  onClose(): MaybeAsync {}
}
