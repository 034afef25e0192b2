import { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { isTroubled, type Seen } from "../data/seen.ts";
import type { Rect } from "./layout.ts";
import type { Palette } from "./palette.ts";

type Context = CanvasRenderingContext2D;

/** Larger than this a dot has room for a sign on it. */
const SIGN_FROM = 11;
/** Smaller than this, whole pixels are what keeps a dot sharp. */
const SMALL = 9;

/** More than there are. */
export const LOOKS = 64;

/** A number for all that decides how a dot looks: those with the same look alike. */
export function lookOf(seen: Seen): number {
  const sign = seen.paused ? 1 : hasTaskSign(seen) ? 2 : 0;
  return seen.state * 3 + sign;
}

const hasTaskSign = (seen: Seen) => seen.state === AgentState.ALIVE && isTroubled(seen);

/**
 * An agent as a dot, told by its shape as well as by its colour: DOWN fills its cell and is crossed out,
 * SUSPECT is a triangle, EXPECTED a frame, ALIVE a smaller square, LEFT a speck. A pause and a task in
 * trouble are signs on it.
 */
export function drawDot(context: Context, seen: Seen, rect: Rect, palette: Palette): void {
  const { fill, ink } = palette.ofState(seen.state);
  context.fillStyle = fill;
  context.strokeStyle = ink;
  const { x, y, width } = rect;
  const inset = width >= SIGN_FROM ? 1 : 0;
  switch (seen.state) {
    case AgentState.DOWN:
      square(context, rect, 0);
      if (width >= 6) cross(context, rect);
      break;
    case AgentState.SUSPECT:
      triangle(context, rect);
      if (width >= SIGN_FROM) exclamation(context, rect);
      break;
    case AgentState.EXPECTED: {
      const line = Math.max(1, Math.round(width / 8));
      context.strokeStyle = fill;
      context.lineWidth = line;
      const edge = inset + line / 2;
      context.strokeRect(x + edge, y + edge, width - 2 * edge, width - 2 * edge);
      break;
    }
    case AgentState.ALIVE:
      if (width >= SMALL) square(context, rect, inset);
      else context.fillRect(x, y, width - 1, width - 1);
      break;
    default:
      square(context, rect, Math.floor(width / 3));
  }
  if (seen.paused) pauseSign(context, rect, palette);
  else if (hasTaskSign(seen)) taskSign(context, rect, palette);
}

function square(context: Context, { x, y, width }: Rect, inset: number): void {
  const side = width - 2 * inset;
  if (side < SMALL) return context.fillRect(x + inset, y + inset, side, side);
  context.beginPath();
  context.roundRect(x + inset, y + inset, side, side, 2);
  context.fill();
}

function cross(context: Context, { x, y, width }: Rect): void {
  const from = width * 0.28;
  const to = width - from;
  context.lineWidth = Math.max(1, width / 9);
  context.beginPath();
  context.moveTo(x + from, y + from);
  context.lineTo(x + to, y + to);
  context.moveTo(x + to, y + from);
  context.lineTo(x + from, y + to);
  context.stroke();
}

function triangle(context: Context, { x, y, width }: Rect): void {
  context.beginPath();
  context.moveTo(x + width / 2, y);
  context.lineTo(x + width, y + width);
  context.lineTo(x, y + width);
  context.fill();
}

function exclamation(context: Context, { x, y, width }: Rect): void {
  context.lineWidth = Math.max(1.2, width / 10);
  context.beginPath();
  context.moveTo(x + width / 2, y + width * 0.42);
  context.lineTo(x + width / 2, y + width * 0.7);
  context.moveTo(x + width / 2, y + width * 0.8);
  context.lineTo(x + width / 2, y + width * 0.88);
  context.stroke();
}

function pauseSign(context: Context, { x, y, width }: Rect, palette: Palette): void {
  const bar = Math.max(1, width / 7);
  context.fillStyle = palette.ground;
  context.fillRect(x + width * 0.3 - bar / 2, y + width * 0.25, bar, width * 0.5);
  context.fillRect(x + width * 0.7 - bar / 2, y + width * 0.25, bar, width * 0.5);
}

/** A corner in the colour of a warning. */
function taskSign(context: Context, { x, y, width }: Rect, palette: Palette): void {
  context.fillStyle = palette.ofState(AgentState.SUSPECT).fill;
  context.beginPath();
  context.moveTo(x + width, y);
  context.lineTo(x + width, y + width * 0.6);
  context.lineTo(x + width * 0.4, y);
  context.fill();
}

const MARK = 12;

/** An agent as a tile: its mark and its name. */
export function drawTile(context: Context, seen: Seen, rect: Rect, palette: Palette): void {
  const { soft, text } = palette.ofState(seen.state);
  const { x, y, width, height } = rect;
  context.fillStyle = soft;
  context.beginPath();
  context.roundRect(x, y, width, height, 4);
  context.fill();
  const mark = { x: x + 7, y: y + (height - MARK) / 2, width: MARK, height: MARK };
  drawDot(context, seen, mark, palette);
  context.fillStyle = text;
  context.font = `500 12px ${palette.font}`;
  context.textBaseline = "middle";
  const room = width - MARK - 20;
  context.fillText(cut(context, seen.agentId, room), x + MARK + 13, y + height / 2 + 0.5);
}

/** An id's end tells agents of one kind apart, so the middle is left out. */
export function cut(context: Pick<Context, "measureText">, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let least = 0;
  let most = text.length - 1;
  const shortened = (kept: number) => {
    const head = Math.ceil(kept / 2);
    return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
  };
  while (least < most) {
    const kept = Math.ceil((least + most) / 2);
    if (context.measureText(shortened(kept)).width <= room) least = kept;
    else most = kept - 1;
  }
  return shortened(least);
}
