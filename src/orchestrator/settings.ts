import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import { checkText, checkWhole } from "../library/checks.ts";
import type {
  OrchestratorOptions,
  OrchestratorPlugins,
  RestartOptions,
  RunMode,
} from "./options.ts";
import type { RestartPolicyName, RestartSettings } from "./restart.ts";

/** The options, checked and filled in. */
export interface OrchestratorSettings {
  readonly name: string;
  readonly plugins: OrchestratorPlugins;
  readonly runMode: RunMode;
  readonly restart: RestartSettings;
  readonly stopTimeoutMs: number;
  readonly handleSignals: boolean;
}

const RUN_MODES: readonly RunMode[] = ["daemon", "once"];
const POLICIES: readonly RestartPolicyName[] = ["never", "on-failure", "always"];
const ATTEMPTS = { min: 0, max: Number.POSITIVE_INFINITY };
const BACKOFF_MS = { min: 1, max: 3_600_000 };
const STOP_TIMEOUT_MS = { min: 100, max: 600_000 };

/** Checks every option and fills in the defaults. Throws HeartbeatError `field_invalid`. */
export function settleOrchestrator(options: OrchestratorOptions): OrchestratorSettings {
  return Object.freeze({
    name: checkText("name", options.name ?? "orchestrator", limits.labelValueBytes),
    plugins: Object.freeze({ ...options.plugins }),
    runMode: checkOneOf("runMode", options.runMode ?? "daemon", RUN_MODES),
    restart: settleRestart(options.restart ?? {}),
    stopTimeoutMs: checkWhole("stopTimeoutMs", options.stopTimeoutMs ?? 5_000, STOP_TIMEOUT_MS),
    handleSignals: options.handleSignals ?? true,
  });
}

function settleRestart({ policy, maxAttempts, backoff }: RestartOptions): RestartSettings {
  const initialMs = checkWhole("restart.backoff.initialMs", backoff?.initialMs ?? 250, BACKOFF_MS);
  const maxMs = backoff?.maxMs ?? Math.max(30_000, initialMs);
  const fromInitial = { min: initialMs, max: BACKOFF_MS.max };
  return Object.freeze({
    policy: checkOneOf("restart.policy", policy ?? "on-failure", POLICIES),
    maxAttempts: checkWhole("restart.maxAttempts", maxAttempts ?? 5, ATTEMPTS),
    backoff: Object.freeze({
      initialMs,
      maxMs: checkWhole("restart.backoff.maxMs", maxMs, fromInitial),
    }),
  });
}

function checkOneOf<T extends string>(field: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw new HeartbeatError("field_invalid", {
    field,
    value: shown(String(value)),
    limit: known.join(", "),
    problem: "is not known",
  });
}
