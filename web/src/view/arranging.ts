import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Clock, Timer } from "../../../src/clock.ts";
import type { Fleet, FleetReader } from "../data/fleet.ts";
import { type Arrangement, Arranger } from "./arrange.ts";
import type { View } from "./view.ts";

/** Agents that move about more often than this cannot be pointed at. */
const SETTLED_MS = 500;
/** A fleet so large that it takes long is arranged less often: at most a tenth of the time. */
const SHARE = 10;

/**
 * The fleet in the order of a view, kept up to date. Colours change with every frame, places seldom: what
 * is chosen is arranged at once, what changes by itself at a pace that one can follow.
 */
export class Arranging {
  readonly arrangement: ReadonlySignal<Arrangement>;
  readonly #arrangement: Signal<Arrangement>;
  readonly #arranger = new Arranger();
  readonly #clock: Clock;
  readonly #fleet: Fleet;
  readonly #view: ReadonlySignal<View>;
  readonly #changes: FleetReader;
  readonly #stops: (() => void)[];
  #restMs = SETTLED_MS;
  #restedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(clock: Clock, fleet: Fleet, view: ReadonlySignal<View>) {
    this.#clock = clock;
    this.#fleet = fleet;
    this.#view = view;
    this.#changes = fleet.reader();
    this.#arrangement = signal(this.#arranger.arrange(fleet, view.peek()));
    this.arrangement = this.#arrangement;
    this.#stops = [fleet.onChange(() => this.#changed()), effect(() => this.#arrange(view.value))];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#changes.close();
    this.#timer?.cancel();
  }

  #changed(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#restedAt + this.#restMs - this.#clock.preciseMs());
    this.#timer = this.#clock.after(wait, () => this.#arrange(this.#view.peek()));
  }

  #arrange(view: View): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const start = this.#clock.preciseMs();
    this.#arrangement.value = this.#arranger.arrange(
      this.#fleet,
      view,
      !this.#changes.take().membership,
    );
    this.#restedAt = this.#clock.preciseMs();
    this.#restMs = Math.max(SETTLED_MS, (this.#restedAt - start) * SHARE);
  }
}
