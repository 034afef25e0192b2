import type { Clock } from "../../../src/clock.ts";
import { beforeFrame } from "../clock.ts";
import { type Palette, readPalette } from "../wall/palette.ts";
import { stripOf } from "./strip.ts";
import { drawStrip, type Shown, STRIP_HEIGHT } from "./strip-canvas.ts";

/** Without motion the strip moves on once a second. */
const STILL_MS = 1_000;
/** For an agent whose pace is not known. */
const USUAL_INTERVAL_MS = 5_000;

/**
 * Keeps a strip moving: one loop of animation frames, in which nothing is drawn until it has moved by a
 * pixel or has something new. A page that is not seen has no frames.
 */
export class StripView {
  readonly #clock: Clock;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #read: () => Shown;
  readonly #sizes: ResizeObserver;
  #palette: Palette;
  #stopLoop: () => void = () => {};
  /** What is on the canvas; undefined when that is nothing, or no longer right. */
  #drawn: Look | undefined;

  /** @param read what is to be shown, asked before each frame */
  constructor(clock: Clock, canvas: HTMLCanvasElement, read: () => Shown) {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("this browser draws no canvas");
    this.#clock = clock;
    this.#canvas = canvas;
    this.#context = context;
    this.#read = read;
    this.#palette = readPalette(canvas);
    this.#sizes = new ResizeObserver(() => this.#sized());
    this.#sizes.observe(canvas);
  }

  /** Moves on with every frame, or once a second. */
  run(isStill: boolean): void {
    this.#stopLoop();
    if (isStill) {
      const timer = this.#clock.every(STILL_MS, () => this.#draw());
      this.#stopLoop = () => timer.cancel();
      return;
    }
    const next = () => {
      const frame = beforeFrame(() => {
        next();
        this.#draw();
      });
      this.#stopLoop = () => frame.cancel();
    };
    next();
  }

  stop(): void {
    this.#stopLoop();
    this.#sizes.disconnect();
  }

  /** In the colours of the theme that is on now. */
  paint(): void {
    this.#palette = readPalette(this.#canvas);
    this.#drawn = undefined;
    this.#draw();
  }

  #sized(): void {
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * ratio);
    this.#canvas.height = Math.round(STRIP_HEIGHT * ratio);
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#drawn = undefined;
    this.#draw();
  }

  #draw(): void {
    const shown = this.#read();
    const { clientWidth } = this.#canvas;
    if (clientWidth === 0) return;
    const interval = shown.pace?.intervalMs ?? USUAL_INTERVAL_MS;
    const strip = stripOf(clientWidth, this.#clock.preciseMs(), interval, window.devicePixelRatio);
    const look = { now: strip.now, shown, version: shown.trace.version };
    if (this.#drawn !== undefined && isSame(this.#drawn, look)) return;
    this.#drawn = look;
    drawStrip(this.#context, strip, shown, this.#palette);
  }
}

/** Two of which the same look the same. */
interface Look {
  readonly now: number;
  readonly shown: Shown;
  readonly version: number;
}

const isSame = (a: Look, b: Look): boolean =>
  a.now === b.now && a.shown === b.shown && a.version === b.version;
