import type { Seen } from "../data/seen.ts";
import { drawDot, LOOKS, lookOf } from "./marks.ts";
import type { Palette } from "./palette.ts";

/** Cells of a stamp, each way: so many are whole pixels on a screen with quarters of a pixel, too. */
const CELLS = 4;

/** Dots to be painted many at a time: most of a wall looks the same. */
export class Stamps {
  readonly #palette: Palette;
  readonly #pixelRatio: number;
  readonly #made = new Map<number, CanvasPattern>();

  constructor(palette: Palette, pixelRatio: number) {
    this.#palette = palette;
    this.#pixelRatio = pixelRatio;
  }

  /** Fills a grid with dots that look like this one. Undefined where they would be blurred. */
  of(seen: Seen, pitch: number, gap: number): CanvasPattern | undefined {
    if (!Number.isInteger(pitch * CELLS * this.#pixelRatio)) return undefined;
    const key = pitch * LOOKS + lookOf(seen);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = this.#make(seen, pitch, gap);
    if (made !== undefined) this.#made.set(key, made);
    return made;
  }

  #make(seen: Seen, pitch: number, gap: number): CanvasPattern | undefined {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = pitch * CELLS * this.#pixelRatio;
    const context = canvas.getContext("2d");
    if (context === null) return undefined;
    context.scale(this.#pixelRatio, this.#pixelRatio);
    const side = pitch - gap;
    for (let cell = 0; cell < CELLS * CELLS; cell++) {
      const x = (cell % CELLS) * pitch;
      const y = Math.floor(cell / CELLS) * pitch;
      drawDot(context, seen, { x, y, width: side, height: side }, this.#palette);
    }
    const pattern = context.createPattern(canvas, "repeat");
    pattern?.setTransform(new DOMMatrix().scale(1 / this.#pixelRatio));
    return pattern ?? undefined;
  }
}
