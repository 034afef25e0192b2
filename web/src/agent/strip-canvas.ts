import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { span } from "../../../src/cli/words.ts";
import { clockTime } from "../ui/words.ts";
import type { Palette } from "../wall/palette.ts";
import type { Mark, Standing } from "./marks.ts";
import {
  clockTicks,
  expectedAfter,
  holesOf,
  isKnownAt,
  type Pace,
  type Piece,
  piecesOf,
  placeMarks,
  type Strip,
  xOf,
} from "./strip.ts";
import type { Arrival, Trace } from "./trace.ts";

type Context = CanvasRenderingContext2D;

/** What a strip shows. */
export interface Shown {
  readonly trace: Trace;
  readonly marks: readonly Mark[];
  readonly standings: readonly Standing[];
  /** The state as last told. */
  readonly state: AgentState;
  /** Undefined while it is not known. */
  readonly pace: Pace | undefined;
  /** Whether a beat is due at a time: not of one that is paused, or gone. */
  readonly isAwaited: boolean;
  readonly wallOffset: number;
}

/** As the sheet has it. */
export const STRIP_HEIGHT = 176;
const LABEL_ROWS = 3;
const ROW_HEIGHT = 15;
const TRACK_TOP = LABEL_ROWS * ROW_HEIGHT + 6;
const BASELINE = STRIP_HEIGHT - 52;
const TRACK_BOTTOM = STRIP_HEIGHT - 24;
const AMPLITUDE = BASELINE - TRACK_TOP - 8;
/** Narrower than this, beats are strokes. */
const SPIKE_PX = 12;

/** Draws the beats of an agent like the trace of a heart. */
export function drawStrip(context: Context, strip: Strip, shown: Shown, palette: Palette): void {
  const { trace, standings, state } = shown;
  context.clearRect(0, 0, strip.width, STRIP_HEIGHT);
  context.font = `11px ${palette.font}`;
  const pieces = piecesOf(strip, trace.spans, standings, trace.arrivals, state);
  drawClock(context, strip, shown.wallOffset, palette);
  for (const piece of pieces) drawTrouble(context, strip, piece, palette);
  if (trace.isOpen && shown.isAwaited) drawExpected(context, strip, shown, palette);
  for (const hole of holesOf(strip, trace.spans)) drawHole(context, strip, hole, palette);
  for (const piece of pieces) drawLine(context, strip, piece, palette);
  drawMarks(context, strip, shown.marks, palette);
  drawNow(context, strip, shown, palette);
}

function drawClock(context: Context, strip: Strip, wallOffset: number, palette: Palette): void {
  context.fillStyle = palette.textSoft;
  context.textBaseline = "alphabetic";
  for (const { x, wall } of clockTicks(strip, wallOffset)) {
    context.globalAlpha = 0.18;
    context.fillRect(Math.round(x), TRACK_TOP, 1, TRACK_BOTTOM - TRACK_TOP);
    context.globalAlpha = 1;
    const text = clockTime(wall);
    const left = Math.round(x) + 4;
    if (left + context.measureText(text).width > strip.width) continue;
    context.fillText(text, left, STRIP_HEIGHT - 7);
  }
}

const troubled: readonly AgentState[] = [AgentState.SUSPECT, AgentState.DOWN];

/** A silence that is too long grows in the colour of what it makes of the agent. */
function drawTrouble(context: Context, strip: Strip, piece: Piece, palette: Palette): void {
  if (!troubled.includes(piece.state)) return;
  const { soft } = palette.ofState(piece.state);
  const x = xOf(strip, piece.from);
  context.fillStyle = soft;
  context.fillRect(x, TRACK_TOP, xOf(strip, piece.until) - x, TRACK_BOTTOM - TRACK_TOP);
}

/** When beats are expected, as ticks below the line, and how late the next one may be, as a band. */
function drawExpected(context: Context, strip: Strip, shown: Shown, palette: Palette): void {
  const { trace, pace } = shown;
  if (pace === undefined) return;
  context.fillStyle = palette.textSoft;
  for (const [index, arrival] of trace.arrivals.entries()) {
    const next = trace.arrivals[index + 1];
    if (next !== undefined && xOf(strip, next.at) < 0) continue;
    for (const at of expectedAfter(strip, arrival, next, pace)) {
      if (!isKnownAt(trace.spans, at)) continue;
      context.globalAlpha = 0.55;
      context.fillRect(Math.round(xOf(strip, at)), BASELINE + 8, 1, 8);
    }
  }
  const { last } = trace;
  if (last === undefined) return;
  // How late the next one may be.
  const from = xOf(strip, last.at + pace.intervalMs);
  context.globalAlpha = 0.14;
  const width = Math.max(2, pace.graceMs * strip.pxPerMs);
  context.fillRect(from, TRACK_TOP, width, TRACK_BOTTOM - TRACK_TOP);
  context.globalAlpha = 1;
}

const HATCH_PX = 8;

function drawHole(
  context: Context,
  strip: Strip,
  hole: { from: number; until: number },
  palette: Palette,
): void {
  const from = xOf(strip, hole.from);
  const until = xOf(strip, hole.until);
  const height = TRACK_BOTTOM - TRACK_TOP;
  context.save();
  context.beginPath();
  context.rect(from, TRACK_TOP, until - from, height);
  context.clip();
  context.strokeStyle = palette.textSoft;
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.beginPath();
  // The hatch belongs to the time below it and moves along.
  for (let x = from - height; x < until; x += HATCH_PX) {
    context.moveTo(x, TRACK_BOTTOM);
    context.lineTo(x + height, TRACK_TOP);
  }
  context.stroke();
  context.restore();
  const label = "no connection: nothing known";
  const room = until - from - 16;
  const width = context.measureText(label).width;
  if (width > room) return;
  const x = from + (until - from - width) / 2;
  context.fillStyle = palette.ground;
  context.fillRect(x - 6, BASELINE - 28, width + 12, 18);
  context.fillStyle = palette.text;
  context.textBaseline = "middle";
  context.fillText(label, x, BASELINE - 18.5);
}

/** The line, with a spike for each beat. */
function drawLine(context: Context, strip: Strip, piece: Piece, palette: Palette): void {
  const { fill } = palette.ofState(piece.state);
  context.strokeStyle = fill;
  context.lineWidth = troubled.includes(piece.state) ? 3 : 2;
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(Math.max(0, xOf(strip, piece.from)), BASELINE);
  let before = Number.NEGATIVE_INFINITY;
  for (const [index, arrival] of piece.arrivals.entries()) {
    const x = xOf(strip, arrival.at);
    if (x < -SPIKE_PX) continue;
    const next = piece.arrivals[index + 1];
    const room = Math.min(x - before, next ? xOf(strip, next.at) - x : SPIKE_PX);
    if (room >= SPIKE_PX) spike(context, x);
    else stroke(context, x);
    before = x;
  }
  context.lineTo(xOf(strip, piece.until), BASELINE);
  context.stroke();
}

function spike(context: Context, x: number): void {
  context.lineTo(x - 5, BASELINE);
  context.lineTo(x - 3, BASELINE + 3);
  context.lineTo(x, BASELINE - AMPLITUDE);
  context.lineTo(x + 3, BASELINE + AMPLITUDE * 0.22);
  context.lineTo(x + 5, BASELINE);
}

function stroke(context: Context, x: number): void {
  context.lineTo(x, BASELINE);
  context.lineTo(x, BASELINE - AMPLITUDE);
  context.lineTo(x, BASELINE);
}

function drawMarks(context: Context, strip: Strip, marks: readonly Mark[], palette: Palette): void {
  const widthOf = (label: string) => context.measureText(label).width;
  context.textBaseline = "middle";
  for (const { mark, x, row } of placeMarks(strip, marks, LABEL_ROWS, widthOf)) {
    const { fill, text } = palette.ofState(mark.tone);
    if (mark.isMissed) {
      context.strokeStyle = fill;
      cross(context, x);
      continue;
    }
    const y = (row ?? LABEL_ROWS) * ROW_HEIGHT;
    context.fillStyle = fill;
    context.fillRect(Math.round(x), y + 2, 1, TRACK_BOTTOM - y - 2);
    if (row === undefined) continue;
    context.fillStyle = text;
    context.fillText(mark.label, Math.round(x) + 4, y + ROW_HEIGHT / 2 + 1);
  }
}

function cross(context: Context, x: number): void {
  const y = BASELINE;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - 4, y - 4);
  context.lineTo(x + 4, y + 4);
  context.moveTo(x + 4, y - 4);
  context.lineTo(x - 4, y + 4);
  context.stroke();
}

/** Where now is, and how long nothing was heard when that is too long. */
function drawNow(context: Context, strip: Strip, shown: Shown, palette: Palette): void {
  const { trace, standings } = shown;
  context.fillStyle = palette.textSoft;
  context.globalAlpha = 0.5;
  context.fillRect(strip.nowX, TRACK_TOP, 1, TRACK_BOTTOM - TRACK_TOP);
  context.globalAlpha = 1;
  if (!trace.isOpen) return;
  const state = standings.at(-1)?.state ?? shown.state;
  const { fill, text } = palette.ofState(state);
  context.fillStyle = fill;
  context.beginPath();
  context.arc(strip.nowX, BASELINE, 4, 0, 2 * Math.PI);
  context.fill();
  if (trace.last === undefined || !troubled.includes(state)) return;
  context.fillStyle = text;
  context.textBaseline = "middle";
  const silence = silenceWords(trace.last, strip.now);
  context.fillText("silent for", strip.nowX + 12, BASELINE - 22);
  context.font = `600 15px ${palette.font}`;
  context.fillText(silence, strip.nowX + 12, BASELINE - 6);
}

const silenceWords = ({ at }: Arrival, now: number): string =>
  span(durationFromMs(Math.round(now - at)));
