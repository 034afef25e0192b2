import type { Clock } from "../clock.ts";
import { Journal } from "../journal/journal.ts";
import { MemoryLog } from "../journal/memory.ts";
import type { Health } from "../journal/record.ts";
import type { JournalStore, Mark } from "../journal/store.ts";
import { Monitor, type MonitorOptions } from "../monitor/monitor.ts";
import { span } from "../monitor/words.ts";
import { type Companion, presentOf } from "./companion.ts";
import { Engine } from "./engine.ts";
import { recover } from "./recovery.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface EngineOptions {
  readonly clock: Clock;
  readonly monitor: MonitorOptions;
  readonly tickMs: number;
  readonly maxHeldBackMs: number;
  /** Where the journal keeps things; undefined keeps everything in memory. */
  readonly store: JournalStore | undefined;
  readonly historyEvents: number;
  readonly historyAgeMs: number;
  readonly backlogEvents: number;
  /** Said in MONITOR_STARTED: "heartbeat 1.2.3 started". */
  readonly greeting: string;
  /** Told when the journal falls into trouble, and when it is out of it. Must not throw. */
  readonly onHealth?: (health: Health) => void;
  /** Whose conclusions are kept with the events. Default: nobody's. */
  readonly companion?: Companion | undefined;
  /** Told once when the companion fails; the monitor goes on. Must not throw. */
  readonly onCompanionTrouble?: (error: unknown) => void;
}

/**
 * An engine that goes on where the one before it ended. It is not started. What happened, it has
 * recorded: MONITOR_STARTED, and before it JOURNAL_SET_ASIDE if the journal could not be read.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { clock, store, tickMs, maxHeldBackMs } = options;
  const { mono, wall } = clock.now();
  // The monitor's clock goes on from where it stood, and stands still until everybody is taken up.
  const from = store?.opened.mark ? store.opened.mark.seenAt.mono : mono;
  const start = { mono: from, wall };
  const monitor = new Monitor(start, { ...options.monitor, keepsChanges: store !== undefined });
  const recovered = store && (await recover(monitor, store, start));
  const time = new VirtualClock(clock, { maxHeldBackMs, from });
  const mark = (): Mark => ({ seenAt: time.now(), epochFloor: monitor.epochFloor });
  const begun = store !== undefined && (await hasBegun(store, mark()));
  // Nobody knows what a server gave out that could not even say that it ran: the time is beyond it.
  if (store && !begun) monitor.raiseEpochFloor(Math.floor(wall / 1000));
  const log = store
    ? journalOf({ options, store, begun, mark, engine: () => engine })
    : new MemoryLog(options.historyEvents);
  const { companion, onCompanionTrouble } = options;
  const engine = new Engine({ clock, time, monitor, log, tickMs, companion, onCompanionTrouble });
  if (store && companion) for await (const page of store.documents()) companion.takeUp(page);
  const at = engine.now();
  companion?.begin(
    presentOf(monitor, () => engine.now()),
    at,
  );
  const file = store?.opened.setAside;
  if (file !== undefined) {
    const reason = `the journal could not be read; it was set aside as ${file}, and a new one begun`;
    engine.record([{ type: "journal_set_aside", at, file, reason }]);
  }
  const { restored, awayMs } = recovered ?? { restored: 0, awayMs: undefined };
  const awaited = monitor.awaitedCount;
  const reason = `${options.greeting}${back(restored, awaited, awayMs)}`;
  engine.record([{ type: "monitor_started", at, restored, awaited, awayMs, reason }]);
  return engine;
}

function back(restored: number, awaited: number, awayMs: number | undefined): string {
  if (awayMs === undefined) return "";
  const known = restored === 1 ? "1 agent is known" : `${restored} agents are known`;
  const back = awaited === 1 ? "1 is awaited back" : `${awaited} are awaited back`;
  return ` after ${span(awayMs)}: ${known}, ${back}`;
}

/** False when the disk is in trouble: agents are watched all the same, and the journal tries on. */
async function hasBegun(store: JournalStore, mark: Mark): Promise<boolean> {
  try {
    await store.begin(mark);
    return true;
  } catch {
    return false;
  }
}

interface JournalParts {
  readonly options: EngineOptions;
  readonly store: JournalStore;
  readonly begun: boolean;
  readonly mark: () => Mark;
  readonly engine: () => Engine;
}

function journalOf({ options, store, begun, mark, engine }: JournalParts): Journal {
  let unkeptBefore = 0;
  const journal = new Journal({
    clock: options.clock,
    store,
    begun,
    mark,
    backlogEvents: options.backlogEvents,
    historyEvents: options.historyEvents,
    historyAgeMs: options.historyAgeMs,
    onHealth(health, before) {
      options.onHealth?.(health);
      if (health.name !== "healthy" || before.name === "healthy") return;
      const troubledMs = options.clock.now().mono - before.since;
      const unkeptEvents = journal.unkeptTotal - unkeptBefore;
      unkeptBefore = journal.unkeptTotal;
      const lost = unkeptEvents === 0 ? "nothing was lost" : `${unkeptEvents} events were lost`;
      const reason = `the journal is written again after ${span(troubledMs)} of trouble (${before.trouble}); ${lost}`;
      const at = engine().now();
      engine().record([{ type: "journal_recovered", at, troubledMs, unkeptEvents, reason }]);
    },
  });
  return journal;
}
