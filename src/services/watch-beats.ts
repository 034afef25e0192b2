import type { Clock, Timer } from "../clock.ts";
import type { Engine } from "../engine/engine.ts";
import { HeartbeatError } from "../errors.ts";
import { LAG_GRACE_MS } from "../events/follow.ts";
import type { AgentColumns, Slot } from "../monitor/columns.ts";
import { agentUnknown } from "./agents.ts";

/** Beats of an agent that have arrived. */
export interface BeatsHeard {
  /** Since the telling before; 0 in the first one. */
  readonly beats: number;
  /** When the last of them came, on the monitor's own clock; undefined before the first ever. */
  readonly arrivedAt: number | undefined;
  /** From the last beat of the telling before; undefined when there was none. */
  readonly gapMs: number | undefined;
}

export interface BeatWatchOptions {
  readonly signal: AbortSignal;
  /** Ends a reader that does not read at all. */
  readonly endSlow?: (error: HeartbeatError) => void;
}

/** How often it is looked whether a beat has come: two that are closer together are told as one. */
export const LOOK_MS = 20;

/**
 * Watches of beats. A beat tells nobody of itself: one timer for all of them looks at the counts, and is set
 * only while there is somebody to tell. So a beat costs the same, watched or not.
 */
export class BeatWatches {
  readonly #engine: Engine;
  readonly #traces = new Set<Trace>();
  #ticker: Timer | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * The last beat of the agent in a slot, at once, then those that arrive; what the reader has not taken is
   * joined. Ends when the signal aborts. Throws agent_unknown when the agent is forgotten, and watcher_slow
   * when nothing at all is read.
   */
  async *watch(slot: Slot, { signal, endSlow }: BeatWatchOptions): AsyncGenerator<BeatsHeard> {
    const trace = new Trace(this.#engine.monitor.columns, slot, this.#engine.clock, endSlow);
    const stop = () => trace.wake?.();
    signal.addEventListener("abort", stop, { once: true });
    this.#enter(trace);
    try {
      yield trace.first();
      while (!signal.aborted) {
        const heard = trace.take();
        if (heard) yield heard;
        else await trace.news();
      }
    } finally {
      signal.removeEventListener("abort", stop);
      this.#leave(trace);
    }
  }

  #enter(trace: Trace): void {
    this.#traces.add(trace);
    this.#ticker ??= this.#engine.clock.every(LOOK_MS, () => {
      for (const each of this.#traces) each.look();
    });
  }

  #leave(trace: Trace): void {
    this.#traces.delete(trace);
    if (this.#traces.size > 0) return;
    this.#ticker?.cancel();
    this.#ticker = undefined;
  }
}

/** One agent as one watch sees it. */
class Trace {
  /** Set while the reader waits for news. */
  wake: (() => void) | undefined;
  readonly #columns: AgentColumns;
  readonly #slot: Slot;
  readonly #clock: Clock;
  readonly #endSlow: BeatWatchOptions["endSlow"];
  readonly #organizationId: string;
  readonly #agentId: string;
  #seen: number;
  #told: number;
  #toldAt: number | undefined;
  #isForgotten = false;
  /** Since when there is something that the reader does not take. */
  #untakenSince: number | undefined;

  constructor(
    columns: AgentColumns,
    slot: Slot,
    clock: Clock,
    endSlow: BeatWatchOptions["endSlow"],
  ) {
    this.#columns = columns;
    this.#slot = slot;
    this.#clock = clock;
    this.#endSlow = endSlow;
    this.#organizationId = columns.organizationId[slot];
    this.#agentId = columns.agentId[slot];
    this.#seen = columns.beats(slot);
    this.#told = this.#seen;
    this.#toldAt = this.#seen > 0 ? columns.lastBeat(slot) : undefined;
  }

  first(): BeatsHeard {
    return { beats: 0, arrivedAt: this.#toldAt, gapMs: undefined };
  }

  /** Notices what is new, and whether anybody takes it. */
  look(): void {
    const beats = this.#columns.beats(this.#slot);
    this.#isForgotten ||= beats < this.#seen || !this.#isStillThere();
    if (!this.#isForgotten) {
      this.#seen = beats;
      if (beats === this.#told) return;
    }
    if (this.wake) return this.wake();
    const now = this.#clock.now().mono;
    this.#untakenSince ??= now;
    if (now - this.#untakenSince >= LAG_GRACE_MS) this.#endSlow?.(notRead());
  }

  /** What has come since it was last asked; undefined when nothing has. */
  take(): BeatsHeard | undefined {
    if (this.#isForgotten || !this.#isStillThere()) {
      throw agentUnknown(this.#organizationId, this.#agentId);
    }
    this.#untakenSince = undefined;
    const seen = this.#columns.beats(this.#slot);
    const beats = seen - this.#told;
    if (beats === 0) return undefined;
    const arrivedAt = this.#columns.lastBeat(this.#slot);
    const gapMs = this.#toldAt === undefined ? undefined : arrivedAt - this.#toldAt;
    this.#seen = seen;
    this.#told = seen;
    this.#toldAt = arrivedAt;
    return { beats, arrivedAt, gapMs };
  }

  async news(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = undefined;
  }

  /** The slot of an agent that is forgotten is another's before long. */
  #isStillThere(): boolean {
    const { organizationId, agentId } = this.#columns;
    const slot = this.#slot;
    return organizationId[slot] === this.#organizationId && agentId[slot] === this.#agentId;
  }
}

function notRead(): HeartbeatError {
  return new HeartbeatError("watcher_slow", {
    problem: "this watch of beats is not read",
    limit: `${LAG_GRACE_MS / 1000} s`,
    remedy: "read it, and watch again: its first answer tells of the last beat",
  });
}
