import { limits } from "../config.ts";
import type { AgentState, Vitals } from "../events/event.ts";
import { type ClientInfo, noLabels } from "../monitor/columns.ts";
import type { LivenessPolicy } from "../monitor/policy.ts";
import type { AgentRecord } from "../monitor/records.ts";
import { noRetry } from "../monitor/retry-policy.ts";
import { expectNumbers } from "./numbers.ts";

/**
 * An agent's row is two lines: its policy, which a fleet shares and which is read once, and everything else
 * in the order below. Names of fields would be most of it, and of the time that a restart takes.
 */
type AgentFields = readonly [
  agentType: string,
  instanceId: string,
  state: AgentState,
  reason: string,
  policyFixed: boolean,
  stateSinceMono: number,
  stateSinceWall: number,
  registeredAt: number,
  epoch: number,
  missed: number,
  beats: number,
  streams: number,
  lastBeat: number,
  idle: boolean,
  restSince: number,
  pausedUntil: number | null,
  labels: Readonly<Record<string, string>> | null,
  client: ClientInfo | null,
  vitals: WrittenVitals | null,
];

/** JSON has no form for so large a number. */
type WrittenVitals = Omit<Vitals, "rssBytes"> & { readonly rssBytes: string };

/** Policies as text and back, each once for all agents that share it. */
class PolicyTexts {
  readonly #texts = new WeakMap<LivenessPolicy, string>();
  readonly #policies = new Map<string, LivenessPolicy>();

  write(policy: LivenessPolicy): string {
    let text = this.#texts.get(policy);
    if (text === undefined) {
      text = JSON.stringify(policy);
      this.#texts.set(policy, text);
    }
    return text;
  }

  read(text: string): LivenessPolicy {
    let policy = this.#policies.get(text);
    if (policy === undefined) {
      policy = decodePolicy(text);
      if (this.#policies.size >= limits.sharedPolicies) this.#policies.clear();
      this.#policies.set(text, policy);
    }
    return policy;
  }
}

function decodePolicy(text: string): LivenessPolicy {
  const policy: LivenessPolicy = JSON.parse(text);
  expectNumbers([policy.intervalMs, policy.timeoutMultiplier, policy.maxMissedBeats]);
  expectNumbers([policy.graceMs, policy.taskStaleAfterMs, policy.taskTimeoutAfterMs]);
  // Rows from before tasks were handed on have none.
  const { taskRetry = noRetry } = policy;
  expectNumbers([taskRetry.maxAttempts, taskRetry.backoffMs, taskRetry.maxBackoffMs]);
  return { ...policy, dropGraceMs: policy.dropGraceMs, taskRetry };
}

const policies = new PolicyTexts();

export function encodeAgent(record: AgentRecord): string {
  const { policy, stateSince, labels, client, vitals } = record;
  const fields: AgentFields = [
    record.agentType,
    record.instanceId,
    record.state,
    record.reason,
    record.policyFixed,
    stateSince.mono,
    stateSince.wall,
    record.registeredAt,
    record.epoch,
    record.missed,
    record.beats,
    record.streams,
    record.lastBeat,
    record.idle,
    record.restSince,
    record.pausedUntil ?? null,
    Object.keys(labels).length === 0 ? null : labels,
    client ?? null,
    vitals ? { ...vitals, rssBytes: String(vitals.rssBytes) } : null,
  ];
  return `${policies.write(policy)}\n${JSON.stringify(fields)}`;
}

/** Throws when it cannot be one. The name is not part of it. */
export function decodeAgent(
  name: { readonly organizationId: string; readonly agentId: string },
  body: string,
): AgentRecord {
  const end = body.indexOf("\n");
  const policy = policies.read(body.slice(0, end));
  const fields: AgentFields = JSON.parse(body.slice(end + 1));
  const [
    agentType,
    instanceId,
    state,
    reason,
    policyFixed,
    stateSinceMono,
    stateSinceWall,
    registeredAt,
    epoch,
    missed,
    beats,
    streams,
    lastBeat,
    idle,
    restSince,
    pausedUntil,
    labels,
    client,
    vitals,
  ] = fields;
  if (!agentStates.has(state)) throw new Error(`${state} is no state`);
  expectNumbers([stateSinceMono, stateSinceWall, registeredAt, epoch, missed, beats, streams]);
  expectNumbers([lastBeat, restSince, pausedUntil ?? 0]);
  return {
    ...name,
    agentType,
    instanceId,
    labels: labels ?? noLabels,
    policy,
    policyFixed,
    state,
    reason,
    stateSince: { mono: stateSinceMono, wall: stateSinceWall },
    registeredAt,
    epoch,
    missed,
    beats,
    streams,
    lastBeat,
    pausedUntil: pausedUntil ?? undefined,
    idle,
    restSince,
    client: client ?? undefined,
    vitals: vitals
      ? { ...vitals, rssBytes: BigInt(vitals.rssBytes), loopLagMs: vitals.loopLagMs }
      : undefined,
  };
}

const agentStates: ReadonlySet<string> = new Set(["expected", "alive", "suspect", "down", "left"]);
