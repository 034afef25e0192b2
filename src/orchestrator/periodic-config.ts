import { limits } from "../config.ts";
import { checkWhole } from "../library/checks.ts";

/** How an agent is executed; what is left out has a default. */
export interface PeriodicConfig {
  /** The agent ends after this many executions: 1 or more. Default: `Infinity`. */
  readonly limit?: number;
  /**
   * From the beginning of one execution to that of the next, in ms: 1 to 86,400,000. The first begins
   * at once. One that takes longer delays the next, and what was missed is not made up for.
   * Default: 1,000.
   */
  readonly executionIntervalMs?: number;
}

/** The same with every field filled in. */
export type PeriodicSettings = Readonly<Required<PeriodicConfig>>;

const LIMIT = { min: 1, max: Number.POSITIVE_INFINITY };
const EXECUTION_INTERVAL_MS = { min: 1, max: limits.intervalMs.max };

/** Checks a config and fills it in. Throws HeartbeatError `field_invalid`. */
export function settlePeriodic(config: PeriodicConfig): PeriodicSettings {
  const { limit = LIMIT.max, executionIntervalMs = 1_000 } = config;
  return Object.freeze({
    limit: checkWhole("config.limit", limit, LIMIT),
    executionIntervalMs: checkWhole(
      "config.executionIntervalMs",
      executionIntervalMs,
      EXECUTION_INTERVAL_MS,
    ),
  });
}
