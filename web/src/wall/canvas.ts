import type { Seen } from "../data/seen.ts";
import { cellOf, type Layout, type Section, sectionOf } from "./layout.ts";
import { drawDot, drawTile, lookOf } from "./marks.ts";
import type { Palette } from "./palette.ts";
import { Stamps } from "./stamps.ts";

/** As much as a rounded corner may be blurred beyond its cell. */
const BLEED = 1;

/** The part of a wall that is on the screen, drawn on one canvas. */
export class WallCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #pixelRatio = 1;
  #palette: Palette;
  #stamps: Stamps;

  constructor(canvas: HTMLCanvasElement, palette: Palette) {
    const context = canvas.getContext("2d", { alpha: true });
    if (context === null) throw new Error("this browser draws no canvas");
    this.#canvas = canvas;
    this.#context = context;
    this.#palette = palette;
    this.#stamps = new Stamps(palette, this.#pixelRatio);
  }

  /** With other colours from now on. */
  paintWith(palette: Palette): void {
    this.#palette = palette;
    this.#stamps = new Stamps(palette, this.#pixelRatio);
  }

  /** As large as it is shown, in the screen's own pixels. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.#canvas.width = Math.round(width * pixelRatio);
    this.#canvas.height = Math.round(height * pixelRatio);
    this.#pixelRatio = pixelRatio;
    this.#stamps = new Stamps(this.#palette, pixelRatio);
  }

  /** Draws all that is to be seen between `top` and `bottom`. `now` gives an agent as it is now. */
  draw(layout: Layout, top: number, bottom: number, now: (seen: Seen) => Seen): void {
    this.#moveTo(0);
    this.#context.clearRect(0, 0, layout.width, bottom - top);
    for (const section of layout.sections) {
      if (section.bottom <= top || section.top >= bottom) continue;
      this.#moveTo(section.cellsTop - top);
      const { from, to } = seenOf(section, top, bottom);
      if (section.form === "tile") this.#tiles(section, from, to, now);
      else this.#dots(section, from, to, now);
    }
  }

  /** Draws one agent anew. */
  redraw(layout: Layout, index: number, seen: Seen, top: number, bottom: number): void {
    const section = sectionOf(layout, index);
    if (section === undefined) return;
    const place = index - section.first;
    const cell = cellOf(section, place);
    const from = section.cellsTop + cell.y;
    if (from + cell.height <= top || from >= bottom) return;
    this.#moveTo(section.cellsTop - top);
    const { x, y, width, height } = cell;
    const bleed = Math.min(BLEED, section.gap / 2);
    this.#context.clearRect(x - bleed, y - bleed, width + 2 * bleed, height + 2 * bleed);
    if (section.form === "tile") drawTile(this.#context, seen, cell, this.#palette);
    else this.#run(section, place, place + 1, seen);
  }

  /** What is drawn next counts from there, on a whole pixel. */
  #moveTo(y: number): void {
    const ratio = this.#pixelRatio;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, Math.round(y * ratio));
  }

  #tiles(section: Section, from: number, to: number, now: (seen: Seen) => Seen): void {
    for (let place = from; place < to; place++) {
      const seen = now(section.group.agents[place] as Seen);
      drawTile(this.#context, seen, cellOf(section, place), this.#palette);
    }
  }

  /** Those side by side that look the same are one stroke. */
  #dots(section: Section, from: number, to: number, now: (seen: Seen) => Seen): void {
    const { columns, group } = section;
    for (let place = from; place < to; ) {
      const seen = now(group.agents[place] as Seen);
      const look = lookOf(seen);
      const rowEnd = Math.min(to, place - (place % columns) + columns);
      let end = place + 1;
      while (end < rowEnd && lookOf(now(group.agents[end] as Seen)) === look) end++;
      this.#run(section, place, end, seen);
      place = end;
    }
  }

  /** Dots of one row that all look like one. */
  #run(section: Section, from: number, to: number, seen: Seen): void {
    const context = this.#context;
    const { pitchX, gap } = section;
    const stamp = this.#stamps.of(seen, pitchX, gap);
    if (stamp === undefined) {
      for (let place = from; place < to; place++) {
        drawDot(context, seen, cellOf(section, place), this.#palette);
      }
      return;
    }
    const { x, y, height } = cellOf(section, from);
    context.fillStyle = stamp;
    context.fillRect(x, y, (to - from) * pitchX - gap, height);
  }
}

/** The agents of a section that are to be seen. */
function seenOf({ cellsTop, pitchY, columns, group }: Section, top: number, bottom: number) {
  const firstRow = Math.max(0, Math.floor((top - cellsTop) / pitchY));
  const lastRow = Math.ceil((bottom - cellsTop) / pitchY);
  return {
    from: Math.min(group.agents.length, firstRow * columns),
    to: Math.min(group.agents.length, Math.max(0, lastRow * columns)),
  };
}
