import { beforeFrame } from "../clock.ts";
import type { Fleet, FleetReader } from "../data/fleet.ts";
import type { Seen } from "../data/seen.ts";
import type { Arrangement } from "../view/arrange.ts";
import { WallCanvas } from "./canvas.ts";
import { type Layout, layOut, rectOf } from "./layout.ts";
import { readPalette } from "./palette.ts";

/** Changed agents beyond this part of the wall are no fewer strokes than the whole. */
const MANY = 0.3;

/**
 * Draws a wall, once a frame at most: all of it when it was laid out, scrolled or sized anew, and otherwise
 * the agents that changed.
 */
export class WallView {
  readonly #scroller: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #painter: WallCanvas;
  readonly #fleet: Fleet;
  readonly #changes: FleetReader;
  readonly #onLayout: (layout: Layout) => void;
  readonly #stops: (() => void)[] = [];
  #arrangement: Arrangement | undefined;
  #layout: Layout | undefined;
  /** By slot: where its agent stands. */
  #places = new Int32Array(0);
  #isAllDirty = true;
  #frame: { cancel(): void } | undefined;

  constructor(
    scroller: HTMLElement,
    canvas: HTMLCanvasElement,
    fleet: Fleet,
    onLayout: (layout: Layout) => void,
  ) {
    this.#scroller = scroller;
    this.#canvas = canvas;
    this.#painter = new WallCanvas(canvas, readPalette(scroller));
    this.#fleet = fleet;
    this.#onLayout = onLayout;
    this.#changes = fleet.reader();
    this.#stops.push(fleet.onChange(() => this.#ask()));
    const onScroll = () => this.#dirty();
    scroller.addEventListener("scroll", onScroll, { passive: true });
    this.#stops.push(() => scroller.removeEventListener("scroll", onScroll));
    const sizes = new ResizeObserver(() => this.#sized());
    sizes.observe(scroller);
    this.#stops.push(() => sizes.disconnect());
  }

  get layout(): Layout | undefined {
    return this.#layout;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#changes.close();
    this.#frame?.cancel();
  }

  arrange(arrangement: Arrangement): void {
    this.#arrangement = arrangement;
    this.#lay();
  }

  /** In the colours of the theme that is on now. */
  paint(): void {
    this.#painter.paintWith(readPalette(this.#scroller));
    this.#dirty();
  }

  placeOf({ key, slot }: Seen): number | undefined {
    const place = this.#places[slot];
    // A slot that went to another since is that one's only with the next layout.
    return place !== undefined && this.#layout?.agents[place]?.key === key ? place : undefined;
  }

  /** Scrolls as little as shows an agent. */
  reveal(index: number): void {
    const rect = this.#layout && rectOf(this.#layout, index);
    if (rect === undefined) return;
    const { scrollTop, clientHeight } = this.#scroller;
    if (rect.y < scrollTop) this.#scroller.scrollTop = rect.y;
    const bottom = rect.y + rect.height;
    if (bottom > scrollTop + clientHeight) this.#scroller.scrollTop = bottom - clientHeight;
  }

  #sized(): void {
    const { clientWidth, clientHeight } = this.#scroller;
    this.#canvas.style.width = `${clientWidth}px`;
    this.#canvas.style.height = `${clientHeight}px`;
    this.#painter.resize(clientWidth, clientHeight, window.devicePixelRatio);
    this.#lay();
  }

  #lay(): void {
    const { clientWidth, clientHeight } = this.#scroller;
    if (this.#arrangement === undefined || clientWidth === 0) return;
    this.#layout = layOut(this.#arrangement, clientWidth, clientHeight);
    this.#places = placesOf(this.#layout);
    this.#onLayout(this.#layout);
    this.#dirty();
  }

  #dirty(): void {
    this.#isAllDirty = true;
    this.#ask();
  }

  #ask(): void {
    this.#frame ??= beforeFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    const { keys } = this.#changes.take();
    const layout = this.#layout;
    if (layout === undefined) return;
    const top = this.#scroller.scrollTop;
    const bottom = top + this.#scroller.clientHeight;
    const now = (seen: Seen) => this.#fleet.get(seen.key) ?? seen;
    if (this.#isAllDirty || keys.size > layout.agents.length * MANY) {
      this.#painter.draw(layout, top, bottom, now);
    } else {
      for (const key of keys) {
        const seen = this.#fleet.get(key);
        const index = seen && this.placeOf(seen);
        if (seen === undefined || index === undefined) continue;
        this.#painter.redraw(layout, index, seen, top, bottom);
      }
    }
    this.#isAllDirty = false;
  }
}

function placesOf({ agents }: Layout): Int32Array<ArrayBuffer> {
  const slots = agents.reduce((most, { slot }) => Math.max(most, slot + 1), 0);
  const places = new Int32Array(slots).fill(-1);
  for (const [place, { slot }] of agents.entries()) places[slot] = place;
  return places;
}
