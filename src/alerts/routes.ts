import type { Severity } from "../events/event.ts";
import type { AlertKind } from "./notification.ts";
import type { AlertPolicy, AlertSubject, Route, Routing } from "./routing.ts";

/** What a rule asks of an alert. What is undefined asks nothing. */
export interface Match {
  readonly organizations?: ReadonlySet<string> | undefined;
  readonly types?: ReadonlySet<string> | undefined;
  readonly kinds?: ReadonlySet<AlertKind> | undefined;
  /** All of them, with these values. */
  readonly labels?: ReadonlyMap<string, string> | undefined;
  /** At least. */
  readonly severity?: Severity | undefined;
}

/** One entry of the alerts file's `routes`. */
export interface Rule {
  readonly match: Match;
  readonly channels: readonly string[];
  /** Whether the rules after it are asked as well. */
  readonly goesOn: boolean;
  /** What it says of the policy; the rest is the file's. */
  readonly policy: Partial<AlertPolicy>;
}

/**
 * The rules in their order: the first that matches says who is told and when; rules after it that are
 * reached add their channels. What no rule matches is told to nobody.
 */
export class Routes implements Routing {
  readonly #rules: readonly Rule[];
  readonly #policy: AlertPolicy;
  /** By the rules that matched: as many as there are ways through the file. */
  readonly #outcomes = new Map<string, Route>();

  constructor(rules: readonly Rule[], policy: AlertPolicy) {
    this.#rules = rules;
    this.#policy = policy;
  }

  routeOf(subject: AlertSubject): Route {
    const matched: number[] = [];
    for (const [at, { match, goesOn }] of this.#rules.entries()) {
      if (!matches(match, subject)) continue;
      matched.push(at);
      if (!goesOn) break;
    }
    const name = matched.join("+");
    const known = this.#outcomes.get(name);
    if (known) return known;
    const route = this.#outcome(name, matched);
    this.#outcomes.set(name, route);
    return route;
  }

  #outcome(name: string, matched: readonly number[]): Route {
    const rules = matched.map((at) => this.#rules[at]);
    const channels = [...new Set(rules.flatMap((rule) => rule.channels))];
    return { name, channels, policy: { ...this.#policy, ...rules[0]?.policy } };
  }
}

const ranks: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

function matches(match: Match, subject: AlertSubject): boolean {
  const { organizationId, agentType, kind, severity, labels } = subject;
  if (match.organizations && !match.organizations.has(organizationId ?? "")) return false;
  if (match.types && !match.types.has(agentType)) return false;
  if (match.kinds && !match.kinds.has(kind)) return false;
  if (match.severity && ranks[severity] < ranks[match.severity]) return false;
  for (const [name, value] of match.labels ?? []) if (labels[name] !== value) return false;
  return true;
}
