import type { Clock, Instant, Timer } from "../clock.ts";
import type { RecordedEvent } from "../events/event.ts";
import type { EventLog } from "../events/log.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { Rate } from "./rate.ts";

/** Told of each event once it is recorded. Must not throw. */
export type EventListener = (recorded: RecordedEvent) => void;

export interface EngineParts {
  readonly clock: Clock;
  readonly monitor: Monitor;
  readonly log: EventLog;
  readonly tickMs: number;
}

/**
 * The monitor on a clock: ticks it, records what it says, and tells whoever listens. The server and
 * the embedded monitor both run on this.
 */
export class Engine {
  readonly clock: Clock;
  readonly monitor: Monitor;
  readonly log: EventLog;
  readonly startedAt: Instant;
  readonly #tickMs: number;
  readonly #listeners = new Set<EventListener>();
  readonly #rate: Rate;
  /** Recorded, and being told. */
  readonly #untold: RecordedEvent[] = [];
  #telling = false;
  #ticker: Timer | undefined;
  #tickDue = 0;
  #tickLagMs = 0;

  constructor({ clock, monitor, log, tickMs }: EngineParts) {
    this.clock = clock;
    this.monitor = monitor;
    this.log = log;
    this.#tickMs = tickMs;
    this.startedAt = clock.now();
    this.#rate = new Rate(this.startedAt.mono);
  }

  /** How late the last tick was, in milliseconds. */
  get tickLagMs(): number {
    return this.#tickLagMs;
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
    this.#tickDue = this.clock.now().mono;
    this.#ticker = this.clock.every(this.#tickMs, () => this.#tick());
    this.#tick();
  }

  stop(): void {
    this.#ticker?.cancel();
    this.#ticker = undefined;
  }

  /** Runs a command on the monitor with one reading of time, then records and tells what it said. */
  run<Result>(command: (monitor: Monitor, now: Instant) => Result): Result {
    const now = this.clock.now();
    try {
      return command(this.monitor, now);
    } finally {
      this.flush();
    }
  }

  /** Records and tells what the monitor has said since. */
  flush(): void {
    if (!this.monitor.hasEvents) return;
    for (const recorded of this.log.append(this.monitor.takeEvents())) this.#untold.push(recorded);
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

  #tell(recorded: RecordedEvent): void {
    for (const listener of this.#listeners) listener(recorded);
  }

  /** Records an event of the monitor itself. */
  announce(reason: string): void {
    this.log.append([{ type: "monitor_started", at: this.clock.now(), reason }]);
  }

  /** Tells a listener of every event from now on, until the returned function is called. */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tick(): void {
    const now = this.clock.now();
    this.#tickLagMs = Math.max(0, now.mono - this.#tickDue);
    this.#tickDue = now.mono + this.#tickMs;
    this.#rate.sample(this.monitor.beatsTotal, now.mono);
    // Virtual time will enter here: a clock held back by the lag, once sockets are drained.
    this.monitor.advance(now);
    this.flush();
  }
}
