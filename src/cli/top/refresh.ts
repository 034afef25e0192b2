import type { Sighting } from "./fleet.ts";

/** How old what is shown of an agent on the screen may get. */
const VISIBLE_MS = 2_000;
/** The same of the others, where the order depends on beats. */
const OTHERS_MS = 30_000;
/** Questions in one round, which is a second. */
export const MOST_AT_ONCE = 20;

/**
 * Whom to ask about next: a watch tells of states, and beats change none.
 *
 * One at a time with GetAgent, which costs the server the same whatever its fleet and whatever the order on
 * the screen. A page of ListAgents is cheaper for a row, but only in the order of ids: any other order, and
 * any filter, makes the server look at the whole fleet, and the rows on a screen are seldom one page of it.
 * So one `top` asks at most MOST_AT_ONCE times a second, and never again about what was told just now.
 */
export function due(
  visible: readonly Sighting[],
  others: Iterable<Sighting>,
  now: number,
): Sighting[] {
  const oldest = (a: Sighting, b: Sighting) => a.seenAt - b.seenAt;
  const first = visible.filter(({ seenAt }) => now - seenAt >= VISIBLE_MS).sort(oldest);
  if (first.length >= MOST_AT_ONCE) return first.slice(0, MOST_AT_ONCE);
  const asked = new Set(visible.map(({ key }) => key));
  const rest = [...others].filter(
    ({ key, seenAt }) => now - seenAt >= OTHERS_MS && !asked.has(key),
  );
  return [...first, ...rest.sort(oldest)].slice(0, MOST_AT_ONCE);
}
