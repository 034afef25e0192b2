import { HeartbeatAgent } from "../agent/agent.ts";
import type { OpenChannel } from "../agent/channel.ts";
import { openGrpcChannel } from "../agent/grpc-channel.ts";
import type { HeartbeatAgentOptions } from "../agent/options.ts";
import { settle } from "../agent/settings.ts";
import { BeatCounter } from "./beat-counter.ts";
import type { HeartbeatStatus } from "./heartbeat-status.ts";
import type { Logger } from "./logger.ts";
import type { RunEnd } from "./run-end.ts";

/** What an agent's lease tells the agent. */
export interface AgentHeartbeatEvents {
  /** Another process holds the name. */
  readonly onSuperseded: () => void;
}

/** The lease of an agent, in the agent's own process: beats, counts, and says Goodbye. */
export class AgentHeartbeat {
  readonly #agent: HeartbeatAgent;
  readonly #agentId: string;
  readonly #beats = new BeatCounter();
  #reconnects = 0;
  #leaseLosses = 0;

  constructor(
    options: HeartbeatAgentOptions,
    logger: Logger,
    { onSuperseded }: AgentHeartbeatEvents,
    open: OpenChannel = openGrpcChannel(settle(options)),
  ) {
    this.#agentId = options.agentId;
    const told: HeartbeatAgentOptions = {
      ...options,
      // The orchestrator hears the signals, and decides.
      handleSignals: false,
      log: { warn: (message) => logger.warn(message) },
      onReconnect: () => void this.#reconnects++,
      onLeaseLost: ({ silentMs }) => {
        this.#leaseLosses++;
        logger.warn(`no ack for ${silentMs} ms: the server may call this agent DOWN`);
      },
      onSuperseded,
      onError: ({ status, message }) =>
        logger.error(`works on unwatched, the server refuses it: ${status}: ${message}`),
    };
    this.#agent = new HeartbeatAgent(told, { open: this.#beats.counting(open) });
  }

  start(): void {
    this.#agent.start();
  }

  /** How the lease is, at this instant. */
  getStatus(): HeartbeatStatus {
    return Object.freeze({
      agentId: this.#agentId,
      state: this.#agent.state,
      epoch: this.#agent.epoch,
      ...this.#agent.connectionHealth(),
      beatsSent: this.#beats.sent,
      beatsAcked: this.#beats.acked,
      reconnects: this.#reconnects,
      leaseLosses: this.#leaseLosses,
    });
  }

  /**
   * Tells the server of an end, 2 s at most. A crash is not told: the stream breaks with the process,
   * so that an agent that is back in time was never DOWN.
   */
  async tell({ kind, reason }: RunEnd): Promise<void> {
    if (kind === "completed" || kind === "stopped") return this.#agent.close(reason);
    if (kind === "orphaned") return this.#agent.fail(reason);
  }
}
