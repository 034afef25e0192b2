import type { HeartbeatAgentOptions } from "../agent/options.ts";
import type { PolicyOptions } from "../agent/policy.ts";
import { settle } from "../agent/settings.ts";
import { limits } from "../config.ts";
import { HeartbeatError } from "../errors.ts";
import { checkWhole } from "../library/checks.ts";

/** How the agents of an orchestrator are watched. Everything has a default. */
export interface HeartbeatPluginOptions
  extends Pick<HeartbeatAgentOptions, "server" | "tls" | "organizationId" | "connectTimeoutMs"> {
  /** How often each agent beats, in ms: 100 to 86,400,000. Default: 2,000. */
  readonly agentSendIntervalMs?: number;
  /** Proves who the agents are, where the server asks for it. It is handed to other processes: a text. */
  readonly token?: string;
  /** How the server judges the agents, beside the interval. Default for each field: the server's. */
  readonly policy?: Omit<PolicyOptions, "intervalMs">;
  /** Added to the labels of each agent; at most 31. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Gives each agent of an orchestrator a lease of its own at a Heartbeat server: the agent's process
 * beats, and the server sees it die, hang or leave.
 */
export class HeartbeatPlugin {
  readonly #options: Omit<HeartbeatAgentOptions, "agentId">;

  /** @throws HeartbeatError `field_invalid` that names the option, its value and its limit. */
  constructor(options: HeartbeatPluginOptions = {}) {
    const { agentSendIntervalMs = 2_000, policy, ...rest } = options;
    if (rest.token !== undefined && typeof rest.token !== "string") {
      throw new HeartbeatError("field_invalid", {
        field: "token",
        value: typeof rest.token,
        problem: "is not a text, and nothing else can be handed to another process",
        remedy: "give the token itself",
      });
    }
    const intervalMs = checkWhole("agentSendIntervalMs", agentSendIntervalMs, limits.intervalMs);
    this.#options = { ...rest, policy: { ...policy, intervalMs } };
    this.agentOptions("any", "any");
  }

  /**
   * What the process of one agent starts its lease with.
   *
   * @throws HeartbeatError `field_invalid`, for a name that is no agent id as well.
   */
  agentOptions(agentId: string, orchestrator: string): HeartbeatAgentOptions {
    const labels = { ...this.#options.labels, orchestrator };
    const options = { ...this.#options, agentId, agentType: "periodic", labels };
    settle(options);
    return options;
  }
}
