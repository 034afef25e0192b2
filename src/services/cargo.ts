import type { Instant } from "../clock.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import type { Outdated } from "../monitor/task-news.ts";
import type { Cargo } from "./parse/beat.ts";

/**
 * Gives the monitor what a beat carried, except its Goodbye. The first message of a life that is back
 * (`mayRepeat`) tells again what may not have arrived. Returns attempts at tasks that the agent is to stop.
 * Throws tasks_full and field_invalid.
 */
export function unload(
  monitor: Monitor,
  slot: Slot,
  cargo: Cargo,
  now: Instant,
  mayRepeat: boolean,
): Outdated[] {
  if (cargo.vitals) monitor.setVitals(slot, cargo.vitals);
  if (cargo.idle !== undefined) monitor.setIdle(slot, cargo.idle, now);
  const outdated: Outdated[] = [];
  for (const task of cargo.tasks) {
    const over = monitor.reportTask(slot, task, now, mayRepeat);
    if (over) outdated.push(over);
  }
  return outdated;
}
