import { type BackoffBounds, fullJitterMs } from "../agent/backoff.ts";
import type { RunEnd } from "./run-end.ts";

/** When an agent's process is started again. */
export type RestartPolicyName = "never" | "on-failure" | "always";

/** The restart options, checked and filled in. */
export interface RestartSettings {
  readonly policy: RestartPolicyName;
  readonly maxAttempts: number;
  readonly backoff: BackoffBounds;
}

/** How an agent ended for good; the reason is for people. */
export type Outcome =
  /** Its limit of executions is reached. */
  | { readonly kind: "completed"; readonly reason: string }
  /** It was told to stop. */
  | { readonly kind: "stopped"; readonly reason: string }
  /** It crashed and is not, or no longer, restarted; or another process took its name. */
  | { readonly kind: "failed"; readonly reason: string };

/** What follows the end of a process. */
export type Verdict =
  | { readonly kind: "restart"; readonly waitMs: number }
  | { readonly kind: "over"; readonly outcome: Outcome };

/** Decides what follows the end of a process, and counts the attempts. */
export class Restarts {
  readonly #settings: RestartSettings;
  readonly #random: () => number;
  #attempts = 0;

  constructor(settings: RestartSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
  }

  /** Restarts after a crash, since the agent was last well. */
  get attempts(): number {
    return this.#attempts;
  }

  /** @param upMs How long the process was up: as long as the longest wait, and the agent was well. */
  afterEnd(end: RunEnd, upMs: number): Verdict {
    const { policy, maxAttempts, backoff } = this.#settings;
    if (upMs >= backoff.maxMs) this.#attempts = 0;
    switch (end.kind) {
      case "superseded":
        // Started again it would take the name back, and so on without end.
        return over({ kind: "failed", reason: end.reason });
      case "completed":
      case "stopped":
        this.#attempts = 0;
        return policy === "always" ? this.#restart(0) : over(end);
      case "orphaned":
      case "crashed":
        if (policy === "never") return over({ kind: "failed", reason: end.reason });
        if (this.#attempts >= maxAttempts) {
          const reason = `${end.reason}; given up after ${maxAttempts} restarts in a row`;
          return over({ kind: "failed", reason });
        }
        return this.#restart(this.#attempts++);
    }
  }

  #restart(step: number): Verdict {
    const waitMs = fullJitterMs(step, this.#settings.backoff, this.#random);
    return { kind: "restart", waitMs };
  }
}

function over(outcome: Outcome): Verdict {
  return { kind: "over", outcome };
}
