import type { Seen } from "../data/seen.ts";
import { type Layout, type Rect, rectOf, type Section } from "./layout.ts";
import { drawDot, drawTile } from "./marks.ts";
import type { Palette } from "./palette.ts";

/** As much as a rounded corner may be blurred beyond its cell. */
const BLEED = 1;

/** The part of a wall that is on the screen, drawn on one canvas. */
export class WallCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d", { alpha: true });
    if (context === null) throw new Error("this browser draws no canvas");
    this.#canvas = canvas;
    this.#context = context;
  }

  /** As large as it is shown, in the screen's own pixels. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.#canvas.width = Math.round(width * pixelRatio);
    this.#canvas.height = Math.round(height * pixelRatio);
    this.#context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  }

  /** Draws all that is to be seen between `top` and `bottom`. `now` gives an agent as it is now. */
  draw(
    layout: Layout,
    top: number,
    bottom: number,
    palette: Palette,
    now: (seen: Seen) => Seen,
  ): void {
    const context = this.#context;
    context.clearRect(0, 0, layout.width, bottom - top);
    for (const section of layout.sections) {
      if (section.bottom <= top || section.top >= bottom) continue;
      const { from, to } = seenOf(section, top, bottom);
      for (let place = from; place < to; place++) {
        const seen = section.group.agents[place] as Seen;
        this.#cell(section, now(seen), rectIn(section, place, top), palette);
      }
    }
  }

  /** Draws one agent anew. */
  redraw(layout: Layout, index: number, seen: Seen, top: number, bottom: number, palette: Palette) {
    const rect = rectOf(layout, index);
    if (rect === undefined || rect.y + rect.height <= top || rect.y >= bottom) return;
    const section = layout.sections.findLast(({ first }) => first <= index) as Section;
    const { x, width, height } = rect;
    const y = rect.y - top;
    const bleed = Math.min(BLEED, section.gap / 2);
    this.#context.clearRect(x - bleed, y - bleed, width + 2 * bleed, height + 2 * bleed);
    this.#cell(section, seen, { x, y, width, height }, palette);
  }

  #cell({ form }: Section, seen: Seen, rect: Rect, palette: Palette): void {
    if (form === "tile") drawTile(this.#context, seen, rect, palette);
    else drawDot(this.#context, seen, rect, palette);
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

function rectIn(
  { columns, pitchX, pitchY, gap, cellsTop }: Section,
  place: number,
  top: number,
): Rect {
  return {
    x: (place % columns) * pitchX,
    y: cellsTop + Math.floor(place / columns) * pitchY - top,
    width: pitchX - gap,
    height: pitchY - gap,
  };
}
