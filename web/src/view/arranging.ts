import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Clock } from "../../../src/clock.ts";
import type { Fleet, FleetReader } from "../data/fleet.ts";
import { Pace } from "../pace.ts";
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
  readonly #pace: Pace;
  readonly #stops: (() => void)[];

  constructor(clock: Clock, fleet: Fleet, view: ReadonlySignal<View>) {
    this.#clock = clock;
    this.#fleet = fleet;
    this.#view = view;
    this.#changes = fleet.reader();
    this.#arrangement = signal(this.#arranger.arrange(fleet, view.peek()));
    this.arrangement = this.#arrangement;
    this.#pace = new Pace(clock, () => this.#arrange());
    this.#stops = [
      fleet.onChange(() => this.#pace.ask()),
      effect(() => {
        view.value;
        this.#pace.now();
      }),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#changes.close();
    this.#pace.stop();
  }

  #arrange(): number {
    const start = this.#clock.preciseMs();
    this.#arrangement.value = this.#arranger.arrange(
      this.#fleet,
      this.#view.peek(),
      !this.#changes.take().membership,
    );
    return Math.max(SETTLED_MS, (this.#clock.preciseMs() - start) * SHARE);
  }
}
