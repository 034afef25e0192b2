import type { Instant } from "../clock.ts";
import type { Chronicle } from "./chronicle.ts";
import { type AgentColumns, Flag, type Slot } from "./columns.ts";
import type { Declaration } from "./lease.ts";
import { type LivenessPolicy, type PolicyPatch, PolicyPool, patched } from "./policy.ts";
import type { TaskWatch } from "./tasks.ts";

/** What agents and operators declare: type, labels, and the policy by which an agent is judged. */
export class Declarations {
  readonly #columns: AgentColumns;
  readonly #chronicle: Chronicle;
  readonly #tasks: TaskWatch;
  readonly #defaults: LivenessPolicy;
  readonly #pool = new PolicyPool();

  constructor(
    columns: AgentColumns,
    chronicle: Chronicle,
    tasks: TaskWatch,
    defaults: LivenessPolicy,
  ) {
    this.#columns = columns;
    this.#chronicle = chronicle;
    this.#tasks = tasks;
    this.#defaults = defaults;
  }

  /** What an agent declares of itself. Returns whether its description changed. */
  declare(slot: Slot, declaration: Declaration, now: Instant): boolean {
    if (!this.#columns.has(slot, Flag.policyFixed)) {
      this.#setPolicy(slot, patched(this.#defaults, declaration.policy));
      this.#tasks.rearm(slot, now);
    }
    return this.describe(slot, declaration);
  }

  /** Takes type and labels. Returns whether they changed. */
  describe(slot: Slot, { agentType, labels }: Declaration): boolean {
    const columns = this.#columns;
    const changed = columns.agentType[slot] !== agentType || differ(columns.labels[slot], labels);
    columns.agentType[slot] = agentType;
    columns.labels[slot] = labels;
    this.#tasks.typeChanged(slot);
    return changed;
  }

  /** Tells a change of description that no other event tells. */
  tellRenewal(slot: Slot, now: Instant): void {
    const reason = "its type or labels changed";
    this.#chronicle.tell(slot, now, { type: "registered", transition: undefined, reason });
  }

  /** Lays an operator's policy over the one in force; what the agent declares no longer counts. */
  fixPolicy(slot: Slot, patch: PolicyPatch): void {
    this.#setPolicy(slot, patched(this.#columns.policy[slot], patch));
    this.#columns.set(slot, Flag.policyFixed, true);
  }

  /** Takes up what was declared before a restart. */
  restore(slot: Slot, policy: LivenessPolicy, fixed: boolean): void {
    this.#setPolicy(slot, Object.freeze(policy));
    this.#columns.set(slot, Flag.policyFixed, fixed);
  }

  #setPolicy(slot: Slot, policy: LivenessPolicy): void {
    this.#columns.policy[slot] = this.#pool.share(policy);
  }
}

function differ(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length !== Object.keys(b).length || keys.some((key) => a[key] !== b[key]);
}
