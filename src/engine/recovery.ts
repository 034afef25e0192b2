import type { Instant } from "../clock.ts";
import { limits } from "../config.ts";
import type { JournalStore, Opened } from "../journal/store.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { decode } from "./rows.ts";

/** What came of a restart. */
export interface Recovered {
  /** Agents that were taken up. */
  readonly restored: number;
  /** How long the monitor was away, by the wall's clock; undefined for a new journal. */
  readonly awayMs: number | undefined;
}

/**
 * Takes up what the server before has kept: who was DOWN stays so, silently; who was alive is awaited,
 * once, at full timeout. Costs the memory of what is kept, and a few seconds for a million agents.
 */
export async function recover(
  monitor: Monitor,
  store: JournalStore,
  now: Instant,
): Promise<Recovered> {
  const { mark } = store.opened;
  // A wall clock that was set back meanwhile says nothing of how long it was.
  const away = mark ? Math.max(0, now.wall - mark.seenAt.wall) : 0;
  const seenAt = mark?.seenAt.mono ?? now.mono;
  let restored = 0;
  let highestEpoch = 0;
  let slot: Slot | undefined;
  for await (const rows of store.rows()) {
    for (const row of rows) {
      const entry = decode(row);
      if (entry.kind === "agent") {
        slot = monitor.keeping.restoreAgent(entry.record, away, seenAt, now);
        highestEpoch = Math.max(highestEpoch, entry.record.epoch);
        restored++;
      } else if (slot !== undefined) {
        monitor.keeping.restoreTask(slot, entry.record, now);
      }
    }
  }
  if (mark) monitor.wasRestarted(now);
  monitor.raiseEpochFloor(safeEpoch(store.opened, highestEpoch, now));
  return { restored, awayMs: mark && away };
}

/**
 * An epoch beyond all that may have been given out. A server that ended badly may have welcomed lives
 * that it had not kept yet; of a journal that was set aside nothing is known but the time.
 */
function safeEpoch({ mark, endedWell, setAside }: Opened, highest: number, now: Instant): number {
  const known = Math.max(highest, mark?.epochFloor ?? 0);
  if (setAside !== undefined) return Math.max(known, Math.floor(now.wall / 1000));
  if (endedWell) return mark?.epochFloor ?? 0;
  return known + limits.epochLeap;
}
