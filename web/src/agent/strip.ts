import type { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Mark, Standing } from "./marks.ts";
import type { Arrival, Known } from "./trace.ts";

/** Where the times of a trace lie on a strip that scrolls with time. All times are monotonic, in ms. */
export interface Strip {
  readonly width: number;
  /** Where now is; what is to the right of it is expected. */
  readonly nowX: number;
  readonly now: number;
  readonly pxPerMs: number;
}

/** As much of a strip lies ahead: what is expected next can be seen coming. */
const AHEAD = 0.14;
/** The room of an interval, and the least time that a strip shows however short that is. */
const INTERVAL_PX = 48;
const LEAST_MS = 6_000;

/** @param pixelRatio of the screen: a strip moves by whole pixels of it, which keeps every line sharp */
export function stripOf(width: number, now: number, intervalMs: number, pixelRatio: number): Strip {
  const nowX = Math.round(width * (1 - AHEAD));
  const pxPerMs = Math.min(nowX / LEAST_MS, INTERVAL_PX / intervalMs);
  const step = 1 / (pxPerMs * pixelRatio);
  return { width, nowX, pxPerMs, now: Math.floor(now / step) * step };
}

export const xOf = ({ nowX, now, pxPerMs }: Strip, at: number): number =>
  nowX - (now - at) * pxPerMs;

/** The instant at the left edge. */
export const startOf = ({ now, nowX, pxPerMs }: Strip): number => now - nowX / pxPerMs;

/** The instant at the right edge. */
export const endOf = (strip: Strip): number => startOf(strip) + strip.width / strip.pxPerMs;

/** A piece of the line: a time that is known, in which the agent stood alike. */
export interface Piece {
  readonly from: number;
  readonly until: number;
  readonly state: AgentState;
  readonly arrivals: readonly Arrival[];
}

/** A beat that ends a state comes a moment before the monitor's word of it. */
const SAME_INSTANT_MS = 50;

/** What is known of the time on the strip, in pieces; `otherwise` is the state where no event tells it. */
export function piecesOf(
  strip: Strip,
  spans: readonly Known[],
  standings: readonly Standing[],
  arrivals: readonly Arrival[],
  otherwise: AgentState,
): Piece[] {
  const stood = standings.length > 0 ? standings : [{ from: -Infinity, state: otherwise }];
  const shown = { from: startOf(strip), until: strip.now };
  return spans.flatMap((span) =>
    stood.flatMap(({ from, state }, index) => {
      const next = stood[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      const begin = Math.max(shown.from, span.from, from);
      const end = Math.min(shown.until, span.until ?? shown.until, next);
      if (end < begin) return [];
      const isIn = ({ at }: Arrival) =>
        at >= Math.max(span.from, from - SAME_INSTANT_MS) &&
        at <= (span.until ?? Number.POSITIVE_INFINITY) &&
        at < next - SAME_INSTANT_MS;
      return [{ from: begin, until: end, state, arrivals: arrivals.filter(isIn) }];
    }),
  );
}

/** The times on the strip between others that are known, or since the last: of these nothing is known. */
export function holesOf(strip: Strip, spans: readonly Known[]): { from: number; until: number }[] {
  return spans.flatMap(({ until }, index) => {
    if (until === undefined || until >= strip.now) return [];
    const hole = {
      from: Math.max(startOf(strip), until),
      until: Math.min(strip.now, spans[index + 1]?.from ?? strip.now),
    };
    return hole.until > hole.from ? [hole] : [];
  });
}

/** Whether it is known what came at an instant, or it is to come. */
export const isKnownAt = (spans: readonly Known[], at: number): boolean =>
  spans.some(({ from, until }) => from <= at && (until === undefined || at <= until));

/** How an agent is to beat, in ms. */
export interface Pace {
  readonly intervalMs: number;
  readonly graceMs: number;
}

/** A longer gap is an outage, and no part of an agent's rhythm. */
export const longestGap = (pace: Pace | undefined): number =>
  pace ? pace.intervalMs + pace.graceMs : Number.POSITIVE_INFINITY;

/** Closer together they are no help. */
const LEAST_TICK_PX = 6;

/** When a beat was, or is, expected after each arrival; at most what a strip has room for. */
export function expectedAfter(
  strip: Strip,
  arrival: Arrival,
  next: Arrival | undefined,
  { intervalMs }: Pace,
): number[] {
  if (intervalMs * strip.pxPerMs < LEAST_TICK_PX) return [];
  const until = Math.min(next?.at ?? Number.POSITIVE_INFINITY, endOf(strip));
  const first = Math.max(1, Math.ceil((startOf(strip) - arrival.at) / intervalMs));
  const times: number[] = [];
  for (let beat = first; arrival.at + beat * intervalMs <= until; beat++) {
    times.push(arrival.at + beat * intervalMs);
  }
  return times;
}

/** A mark with the row in which its label has room; without one its line must do. */
export interface PlacedMark {
  readonly mark: Mark;
  readonly x: number;
  readonly row: number | undefined;
}

const LABEL_GAP_PX = 8;

/**
 * Places labels, each to the right of its line and below those that reach over it: a line goes down from
 * its label, so it crosses none.
 *
 * @param marks the oldest first
 */
export function placeMarks(
  strip: Strip,
  marks: readonly Mark[],
  rows: number,
  widthOf: (label: string) => number,
): PlacedMark[] {
  const start = startOf(strip);
  /** Where the label in each row ends. */
  const ends = Array.from({ length: rows }, () => Number.NEGATIVE_INFINITY);
  return marks
    .filter(({ at }) => at >= start)
    .map((mark) => {
      const x = xOf(strip, mark.at);
      if (mark.isMissed) return { mark, x, row: undefined };
      const row = 1 + ends.findLastIndex((end) => end > x);
      if (row === rows) return { mark, x, row: undefined };
      ends[row] = x + widthOf(mark.label) + LABEL_GAP_PX;
      return { mark, x, row };
    });
}

const clockSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400,
];
const LEAST_CLOCK_PX = 96;

/** Whole instants of the server's wall clock to write below, and where they lie. */
export function clockTicks(strip: Strip, wallOffset: number): { x: number; wall: number }[] {
  const seconds = clockSteps.find((step) => step * 1_000 * strip.pxPerMs >= LEAST_CLOCK_PX);
  const step = (seconds ?? 86_400) * 1_000;
  const end = strip.now + wallOffset;
  const ticks: { x: number; wall: number }[] = [];
  for (let wall = Math.floor(end / step) * step; ; wall -= step) {
    const x = xOf(strip, wall - wallOffset);
    if (x < 0) return ticks;
    ticks.push({ x, wall });
  }
}
