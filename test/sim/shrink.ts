import type { Action, Scenario } from "./scenario.ts";
import { type Result, simulate } from "./simulation.ts";

const HOUR_MS = 3_600_000;

/** A history that breaks a rule, and what came of it. */
export interface Failure {
  readonly scenario: Scenario;
  readonly result: Result;
}

/**
 * Looks for a shorter history that breaks the same rule, by leaving actions out: first halves, then
 * smaller and smaller parts, for as long as `untilMs` allows on the clock that is handed in.
 */
export async function shrink(failure: Failure, hasTime: () => boolean): Promise<Failure> {
  let best = cutOff(failure);
  const again = await attempt(best, best.scenario.actions);
  if (again === undefined) return failure;
  best = again;
  for (let parts = 2; best.scenario.actions.length > 1 && hasTime(); ) {
    const size = Math.ceil(best.scenario.actions.length / parts);
    const shorter = await leaveOut(best, size, hasTime);
    if (shorter) {
      best = shorter;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(best.scenario.actions.length, parts * 2);
  }
  return best;
}

/** Nothing after the rule was broken matters. */
function cutOff({ scenario, result }: Failure): Failure {
  const at = result.violation?.at ?? Number.POSITIVE_INFINITY;
  const actions = scenario.actions.filter((action) => action.at <= at);
  const hours = Math.min(scenario.hours, Math.ceil(at / 60_000 + 1) * (60_000 / HOUR_MS));
  return { scenario: { ...scenario, actions, hours }, result };
}

/** The first history that still breaks the rule without `size` actions in a row. */
async function leaveOut(
  failure: Failure,
  size: number,
  hasTime: () => boolean,
): Promise<Failure | undefined> {
  const { actions } = failure.scenario;
  for (let from = 0; from < actions.length && hasTime(); from += size) {
    const shorter = await attempt(failure, [
      ...actions.slice(0, from),
      ...actions.slice(from + size),
    ]);
    if (shorter) return shorter;
  }
  return undefined;
}

async function attempt(
  { scenario, result }: Failure,
  actions: readonly Action[],
): Promise<Failure | undefined> {
  const shorter = { ...scenario, actions };
  const next = await simulate(shorter);
  return next.violation?.check === result.violation?.check
    ? cutOff({ scenario: shorter, result: next })
    : undefined;
}
