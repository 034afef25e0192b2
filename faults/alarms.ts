/**
 * That nobody who lives was called DOWN.
 */
import { inWords, promised, type Row } from "./fault.ts";
import type { Fleet } from "./fleet.ts";
import type { Witness } from "./witness.ts";

/**
 * An agent whose own process stood still for an interval was silent, and is excused: on a machine with
 * more to do than it can, the load itself is starved. On one with room nobody is.
 */
export async function nobodyBlamed(
  how: string,
  witness: Witness,
  fleets: readonly Fleet[],
  harmed: ReadonlySet<string> = new Set(),
): Promise<Row> {
  const excused = new Set<string>();
  let worstMs = 0;
  for (const fleet of fleets) {
    const { ownLagMs } = await fleet.report();
    if (ownLagMs < fleet.settings.intervalMs) continue;
    worstMs = Math.max(worstMs, ownLagMs);
    for (const id of fleet.ids) excused.add(id);
  }
  const alarms = witness.falseAlarms(harmed);
  const counting = witness.falseAlarms(new Set([...harmed, ...excused]));
  const starved =
    alarms.length > counting.length
      ? `, but ${alarms.length - counting.length} whose own process stood still for up to ${inWords(worstMs)}`
      : "";
  return promised(how, "nobody who lives is DOWN", counting, `nobody${starved}`);
}
