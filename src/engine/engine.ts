import type { Clock, Instant, Timer } from "../clock.ts";
import type { LivenessEvent, RecordedEvent } from "../events/event.ts";
import type { DocumentChanges } from "../journal/documents.ts";
import type { Record } from "../journal/record.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { type Companion, Consulted } from "./companion.ts";
import { Rate } from "./rate.ts";
import { rowsOf } from "./rows.ts";
import { VirtualClock } from "./virtual-clock.ts";

/**
 * Told of each event when it is decided, before it is kept: what must act on it does so at once. The
 * sequence is 0 when there was no room to keep it. Must not throw. Who tells others reads the log.
 */
export type EventListener = (recorded: RecordedEvent) => void;

export interface EngineParts {
  readonly clock: Clock;
  /** The monitor's own clock. Default: one that runs with `clock`. */
  readonly time?: VirtualClock;
  readonly monitor: Monitor;
  readonly log: Record;
  readonly tickMs: number;
  /** Whose conclusions are kept with the events. Default: nobody's. */
  readonly companion?: Companion | undefined;
  /** Told once when the companion fails; the monitor goes on. Must not throw. */
  readonly onCompanionTrouble?: ((error: unknown) => void) | undefined;
}

/** A tick this late is a stall of the monitor itself, and is told. */
const STALL_MS = 250;
/** A tick this late finds sockets unread: who sent in time has not been heard yet. */
const LATE_MS = 50;
/** Agents and tasks that are judged before everything else has its turn. */
const JUDGED_AT_ONCE = 200;
/** Changes that no event tells, as a task's progress, are kept this often. */
const QUIET_MS = 1_000;
/** Rows of such changes that are made in one turn of the loop. */
const KEPT_AT_ONCE = 200;

/**
 * The monitor on a clock: ticks it, records what it says, and tells whoever listens. The server and
 * the embedded monitor both run on this.
 */
export class Engine {
  readonly clock: Clock;
  readonly monitor: Monitor;
  readonly log: Record;
  readonly startedAt: Instant;
  readonly #time: VirtualClock;
  readonly #tickMs: number;
  readonly #listeners = new Set<EventListener>();
  readonly #rate: Rate;
  readonly #companion: Consulted;
  /** Recorded, and being told. */
  readonly #untold: RecordedEvent[] = [];
  #telling = false;
  #ticker: Timer | undefined;
  #tickLagMs = 0;
  /** Whether a judgement is under way that waits for its turn. */
  #judging = false;
  #keptQuietlyAt: number;

  constructor({ clock, time, monitor, log, tickMs, ...parts }: EngineParts) {
    this.clock = clock;
    this.monitor = monitor;
    this.log = log;
    this.startedAt = clock.now();
    this.#time = time ?? new VirtualClock(clock);
    this.#tickMs = tickMs;
    this.#companion = new Consulted(parts.companion, parts.onCompanionTrouble);
    this.#rate = new Rate(this.startedAt.mono);
    this.#keptQuietlyAt = this.startedAt.mono;
    this.#time.onLeap = (at) => monitor.wasAway(Number.POSITIVE_INFINITY, at);
  }

  /** The monitor's own time, by which everybody is judged; see {@link VirtualClock}. */
  now(): Instant {
    return this.#time.now();
  }

  /** How late the last tick was, in milliseconds. */
  get tickLagMs(): number {
    return this.#tickLagMs;
  }

  /** How long the monitor's clock was held back in all, in milliseconds. */
  get heldBackMs(): number {
    return this.#time.heldTotalMs;
  }

  /** Beats a second, smoothed over about ten seconds. */
  get beatsPerSecond(): number {
    return this.#rate.perSecond;
  }

  get isRunning(): boolean {
    return this.#ticker !== undefined;
  }

  /** Judges everybody now, and from now on at every tick. Harmless when it runs. */
  start(): void {
    if (this.#ticker) return;
    this.#time.promise(this.#tickMs);
    this.#ticker = this.clock.every(this.#tickMs, () => this.#tick());
    this.#judge();
  }

  stop(): void {
    this.#ticker?.cancel();
    this.#ticker = undefined;
    this.#time.release();
  }

  /** Stops, keeps what waits to be kept, and lets go of the record. */
  async close(): Promise<void> {
    this.stop();
    this.#keepAll();
    await this.log.close();
  }

  /** Runs a command on the monitor with one reading of time, then records and tells what it said. */
  run<Result>(command: (monitor: Monitor, now: Instant) => Result): Result {
    const now = this.now();
    try {
      return command(this.monitor, now);
    } finally {
      this.flush();
    }
  }

  /** Records and tells what the monitor has said since. */
  flush(): void {
    if (this.monitor.hasEvents) this.record(this.monitor.takeEvents());
  }

  /** Records and tells events, and keeps with them what they changed and what the companion concludes. */
  record(events: readonly LivenessEvent[]): void {
    const documents = this.#companion.hear(events);
    const recorded = this.log.append(events, this.#takeRows(), documents);
    for (let at = 0; at < events.length; at++) {
      this.#untold.push(recorded[at] ?? { sequence: 0, event: events[at] });
    }
    if (this.#telling) return;
    this.#telling = true;
    try {
      // A listener that runs a command adds to the list, and all hear everything in order.
      for (let at = 0; at < this.#untold.length; at++) this.#tell(this.#untold[at]);
    } finally {
      this.#untold.length = 0;
      this.#telling = false;
    }
  }

  /** Keeps what the companion has changed outside of an event and of a tick. */
  keepDocuments(): void {
    this.#keepDocuments(this.#companion.takeChanges());
  }

  /** Tells a listener of every event from now on, until the returned function is called. */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(recorded: RecordedEvent): void {
    for (const listener of this.#listeners) listener(recorded);
  }

  #takeRows() {
    return this.log.keepsRows ? rowsOf(this.monitor.keeping.take()) : undefined;
  }

  #tick(): void {
    const { lagMs, heldMs } = this.#time.tick();
    this.#time.promise(this.#tickMs);
    this.#tickLagMs = lagMs;
    const real = this.clock.now().mono;
    this.#rate.sample(this.monitor.beatsTotal, real);
    if (lagMs >= STALL_MS) {
      this.monitor.stalled(lagMs, heldMs, this.now());
      this.flush();
    } else if (lagMs > LATE_MS) {
      this.monitor.wasAway(lagMs, this.now());
    }
    this.#keepDocuments(this.#companion.advance(this.now()));
    if (real - this.#keptQuietlyAt >= QUIET_MS) {
      this.#keptQuietlyAt = real;
      this.#keepQuietly();
    }
    if (this.#judging) return;
    if (lagMs <= LATE_MS) return this.#judge();
    // First everybody is heard whose beat lies in a socket: two turns of the loop read them all.
    this.#judging = true;
    this.clock.soon(() => this.clock.soon(() => this.#judge()));
  }

  /** Judges a step at a time: everything else has its turn in between. */
  #judge(): void {
    this.#judging = false;
    // While too much waits for the disk nobody is judged: what is told late is better than lost.
    if (!this.isRunning || this.log.isCrowded) return;
    const done = this.monitor.advance(this.now(), JUDGED_AT_ONCE);
    this.flush();
    if (done) return;
    this.#judging = true;
    this.clock.soon(() => this.#judge());
  }

  #keepDocuments(documents: DocumentChanges): void {
    if (documents.changed.length + documents.removed.length === 0) return;
    this.log.append([], undefined, documents);
  }

  /** A part at a time, and only while nothing else waits to be kept: what changes again meanwhile is kept once. */
  #keepQuietly(): void {
    const { keeping } = this.monitor;
    const { keepsRows, health, backlog } = this.log;
    if (!keepsRows || !keeping.hasQuietChanges) return;
    if (health.name !== "healthy" || backlog > 0) return;
    this.log.append([], rowsOf(keeping.takeQuiet(KEPT_AT_ONCE)));
    if (keeping.hasQuietChanges && this.isRunning) this.clock.soon(() => this.#keepQuietly());
  }

  /** Before the end everything is kept, however much it is. */
  #keepAll(): void {
    if (!this.log.keepsRows) return;
    this.log.append([], rowsOf(this.monitor.keeping.takeQuiet(Number.POSITIVE_INFINITY)));
  }
}
