import { durationMs } from "@bufbuild/protobuf/wkt";
import type { WatchBeatsResponse } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";

/** A beat, or several that came too close together to be told apart. Times are this machine's, monotonic. */
export interface Arrival {
  readonly at: number;
  /** From the beat before, as the server measured it, or the mean of several; undefined if not known. */
  readonly gapMs: number | undefined;
  /** How many came. */
  readonly beats: number;
}

/** A time of which it is known when beats came, and that none came in between. */
export interface Known {
  readonly from: number;
  /** Undefined while it goes on. */
  readonly until: number | undefined;
}

/** More than one screen of it is never drawn. */
export const MOST_ARRIVALS = 1_024;
const MOST_SPANS = 64;
/** What two connections tell of the same beat lies no further apart. */
const SAME_BEAT_MS = 50;

/**
 * When the beats of one agent arrived, and of which times that is known. Our own silence is not the
 * agent's: where nothing was heard from the server nothing is known, and nothing else is ever said.
 */
export class Trace {
  #arrivals: Arrival[] = [];
  #spans: Known[] = [];
  #version = 0;

  /** The oldest first. */
  get arrivals(): readonly Arrival[] {
    return this.#arrivals;
  }

  /** The oldest first; at most the last one goes on. */
  get spans(): readonly Known[] {
    return this.#spans;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  get last(): Arrival | undefined {
    return this.#arrivals.at(-1);
  }

  get isOpen(): boolean {
    const last = this.#spans.at(-1);
    return last !== undefined && last.until === undefined;
  }

  /** The server tells of beats; `now` is when that was read. */
  told({ beats, gap, silence }: WatchBeatsResponse, now: number): void {
    this.#version++;
    if (silence === undefined) return this.#open(now);
    const at = now - durationMs(silence);
    if (!this.isOpen) return this.#begin(at);
    if (beats > 0) this.#add(at, gap === undefined ? undefined : durationMs(gap), beats);
  }

  /** Nothing is known from `at` on. */
  close(at: number): void {
    const last = this.#spans.at(-1);
    if (last === undefined || last.until !== undefined) return;
    this.#version++;
    this.#spans[this.#spans.length - 1] = { from: last.from, until: Math.max(last.from, at) };
  }

  /** The first answer of a watch: the last beat there was, and so that there was none since. */
  #begin(at: number): void {
    const { last } = this;
    if (last === undefined || at - last.at >= SAME_BEAT_MS) this.#add(at, undefined, 1);
    this.#open(at);
  }

  #open(from: number): void {
    if (this.isOpen) return;
    const before = this.#spans.at(-1);
    // Nothing came since a time that was known: there is no hole.
    const isSeamless = before?.until !== undefined && from - before.until < SAME_BEAT_MS;
    if (isSeamless) this.#spans[this.#spans.length - 1] = { from: before.from, until: undefined };
    else this.#spans.push({ from, until: undefined });
    if (this.#spans.length > MOST_SPANS) this.#spans.shift();
  }

  #add(at: number, gapMs: number | undefined, beats: number): void {
    const { last } = this;
    this.#arrivals.push({
      // What is read late lies late: never before the beat before.
      at: Math.max(at, last?.at ?? at),
      gapMs: gapMs === undefined ? undefined : gapMs / beats,
      beats,
    });
    // In one go, and seldom.
    if (this.#arrivals.length >= 2 * MOST_ARRIVALS) {
      this.#arrivals = this.#arrivals.slice(-MOST_ARRIVALS);
    }
  }
}
