import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  ActivitySchema,
  type Agent,
  AgentSchema,
  AgentState,
  AgentStateSchema,
  type LivenessPolicy,
  LivenessPolicySchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { ConnectionFlags } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { document, say } from "./output.ts";
import { facts, painter, plain, table } from "./terminal.ts";
import { instant, percent, plural, span, word } from "./words.ts";

/** How agents are shown. */

export const stateOf = (agent: Agent): string => word(AgentStateSchema, agent.state);

/** What stands behind the state: a pause and a hold change how it is to be read. */
function marks(agent: Agent): string {
  const words = [agent.paused ? "paused" : "", agent.held ? "held" : ""].filter(Boolean);
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}

export function labelsOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => plain(`${key}=${value}`))
    .sort()
    .join(",");
}

export const agentColumns = [
  "AGENT",
  "STATE",
  "LAST BEAT",
  "MISSED",
  "STREAM",
  "TYPE",
  "LABELS",
  "REASON",
];

export function agentRow(agent: Agent, paint: (word: string) => string): string[] {
  return [
    plain(agent.agentId),
    paint(stateOf(agent)) + marks(agent),
    agent.state === AgentState.EXPECTED ? "never" : `${span(agent.sinceLastBeat)} ago`,
    String(agent.missedBeats),
    agent.connected ? "open" : "-",
    plain(agent.agentType) || "-",
    labelsOf(agent.labels) || "-",
    plain(agent.stateReason),
  ];
}

export function agentTable(context: CliContext, agents: readonly Agent[]): string {
  const paint = painter(context);
  return table(
    agentColumns,
    agents.map((agent) => agentRow(agent, paint)),
  );
}

/** Everything about one agent, a line each. */
export function agentFacts(context: CliContext, agent: Agent): string {
  const paint = painter(context);
  const reason = agent.stateReason === "" ? "" : `: ${plain(agent.stateReason)}`;
  const rows: [string, string][] = [
    ["agent", plain(`${agent.organizationId}/${agent.agentId}`)],
    [
      "state",
      `${paint(stateOf(agent))}${marks(agent)} since ${instant(agent.stateSince)}${reason}`,
    ],
    ["last beat", `${instant(agent.lastBeatAt)}, ${span(agent.sinceLastBeat)} ago`],
    ["missed", plural(agent.missedBeats, "beat")],
    ["stream", agent.connected ? "open" : "not open"],
    ["beats", `${plural(agent.beatsReceived, "beat")}, ${plural(agent.reconnects, "reconnect")}`],
    ["type", plain(agent.agentType) || "-"],
    ["labels", labelsOf(agent.labels) || "-"],
    ["activity", word(ActivitySchema, agent.activity)],
    ["epoch", String(agent.epoch)],
    ["policy", policyLine(agent.policy)],
  ];
  if (agent.paused) rows.push(["paused", `until ${instant(agent.pausedUntil)}`]);
  for (const task of agent.tasks) {
    rows.push([
      "task",
      `${plain(task.taskId)} ${percent(task.progress)}, idle ${span(task.idleFor)}`,
    ]);
  }
  return facts(rows);
}

export function policyLine(policy: LivenessPolicy | undefined): string {
  if (policy === undefined) return "-";
  const drop = policy.dropGrace === undefined ? "" : ` or ${span(policy.dropGrace)} after a drop`;
  const missed = plural(policy.maxMissedBeats, "missed beat");
  return `every ${span(policy.interval)}, grace ${span(policy.grace)}; DOWN after ${missed}, ${policy.timeoutMultiplier} intervals of silence${drop}`;
}

/** What an operator's call answers with: the agent as it is now. */
export function printAgent(
  context: CliContext,
  flags: ConnectionFlags,
  agent: Agent | undefined,
): void {
  const known = agent ?? create(AgentSchema);
  if (flags.json) document(context, AgentSchema, known);
  else say(context, agentFacts(context, known));
}

/** The parts of a policy that a command line declares; undefined when it declares none. */
export function declaredPolicy(flags: PolicyFlags): LivenessPolicy | undefined {
  const { interval, timeoutMultiplier, maxMissedBeats, grace, dropGrace } = flags;
  if (
    Object.values({ interval, timeoutMultiplier, maxMissedBeats, grace, dropGrace }).every(isUnset)
  ) {
    return undefined;
  }
  return create(LivenessPolicySchema, {
    ...(interval === undefined ? {} : { interval: durationFromMs(interval) }),
    ...(grace === undefined ? {} : { grace: durationFromMs(grace) }),
    ...(dropGrace === undefined ? {} : { dropGrace: durationFromMs(dropGrace) }),
    timeoutMultiplier: timeoutMultiplier ?? 0,
    maxMissedBeats: maxMissedBeats ?? 0,
  });
}

const isUnset = (value: unknown) => value === undefined;

/** As the parser gives them: spans in milliseconds. */
export interface PolicyFlags {
  readonly interval?: number;
  readonly timeoutMultiplier?: number;
  readonly maxMissedBeats?: number;
  readonly grace?: number;
  readonly dropGrace?: number;
}
