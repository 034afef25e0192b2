import type { Action, Scenario } from "./scenario.ts";
import type { Failure } from "./shrink.ts";
import { checks } from "./verdicts.ts";

const MOST_ACTIONS = 60;

/** A failure in words: the rule, the shortest history that was found, and what was told. */
export function tell(original: Scenario, { scenario, result }: Failure, repeat: string): string {
  const { violation, told, toldOfAll } = result;
  if (!violation) return "no rule was broken";
  const { check, message, agent, at } = violation;
  const actions = scenario.actions.slice(-MOST_ACTIONS);
  const left = scenario.actions.length - actions.length;
  return [
    `The rule "${check}" is broken: ${checks[check]}.`,
    `  at ${Math.round(at)} ms${agent === "" ? "" : `, agent ${agent}`}: ${message}`,
    ...policyOf(scenario, agent),
    "",
    `The shortest history that was found, ${scenario.actions.length} of ${original.actions.length} actions, tick ${scenario.settings.tickMs} ms:`,
    ...(left > 0 ? [`  (${left} more before)`] : []),
    ...actions.map((action) => `  ${line(action)}`),
    "",
    "The last that happened to this agent:",
    ...told.slice(-20).map((text) => `  ${text}`),
    "The last that happened to all:",
    ...toldOfAll.slice(-8).map((text) => `  ${text}`),
    "",
    `Again: ${repeat}`,
  ].join("\n");
}

function policyOf({ agents, settings }: Scenario, key: string): string[] {
  const cast = agents.find(({ organizationId, agentId }) => `${organizationId}/${agentId}` === key);
  if (!cast) return [];
  const { policy, backoffMaxMs, quality, proxy } = cast;
  return [
    `  its policy ${JSON.stringify(policy)}, backoff up to ${backoffMaxMs} ms, proxy ${proxy}, path ${JSON.stringify(quality)}`,
    `  the server: ${JSON.stringify({ ...settings, policy: undefined })}`,
  ];
}

function line({ at, kind, ...rest }: Action): string {
  const facts = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `${String(Math.round(at)).padStart(10)} ms  ${kind}  ${facts.join(", ")}`;
}
