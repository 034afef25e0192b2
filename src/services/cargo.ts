import type { Instant } from "../clock.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import type { Cargo } from "./parse/beat.ts";

/**
 * Gives the monitor what a beat carried, except its Goodbye. The first message of a life that is back
 * (`mayRepeat`) tells again what may not have arrived. Throws tasks_full.
 */
export function unload(
  monitor: Monitor,
  slot: Slot,
  cargo: Cargo,
  now: Instant,
  mayRepeat: boolean,
): void {
  if (cargo.vitals) monitor.setVitals(slot, cargo.vitals);
  if (cargo.idle !== undefined) monitor.setIdle(slot, cargo.idle, now);
  for (const task of cargo.tasks) monitor.reportTask(slot, task, now, mayRepeat);
}
