import { create } from "@bufbuild/protobuf";
import {
  WatchEventsRequestSchema,
  type WatchEventsResponse,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { House } from "./house.ts";
import { type Machine, Process } from "./machine.ts";
import type { Path } from "./path.ts";
import type { SimServer } from "./server.ts";

/** Who hears what a watcher was told. */
export interface WatcherWitness {
  watched(watcher: SimWatcher, response: WatchEventsResponse): void;
  /** The server says that what it resumes after is not kept: no longer, or not at all. */
  outOfRange(watcher: SimWatcher, house: House): void;
}

const COME_BACK_MS = 500;

/** A program that watches all events, and resumes after the last that it has seen, for ever. */
export class SimWatcher {
  readonly name: string;
  /** The last sequence that it was told; undefined before the first. */
  lastSequence: bigint | undefined;
  /** It reads one event in this time; 0 reads as fast as they come. */
  slownessMs = 0;
  readonly #server: SimServer;
  readonly #path: Path;
  readonly #process: Process;
  readonly #witness: WatcherWitness;
  #gone: AbortController | undefined;
  #stopped = false;

  constructor(
    name: string,
    place: { machine: Machine; path: Path; server: SimServer },
    witness: WatcherWitness,
  ) {
    this.name = name;
    this.#server = place.server;
    this.#path = place.path;
    this.#process = new Process(place.machine);
    this.#witness = witness;
  }

  /** The sequence that comes next; undefined while any may. */
  get expects(): number | undefined {
    return this.lastSequence === undefined ? undefined : Number(this.lastSequence) + 1;
  }

  start(): void {
    const { house } = this.#server;
    if (this.#stopped) return;
    if (!house || this.#path.isCut("up") || this.#path.isCut("down")) return this.#comeBack();
    const gone = new AbortController();
    this.#gone = gone;
    void this.#follow(house, gone);
  }

  /** Its connection breaks; it comes back. */
  disconnect(): void {
    this.#server.world.stir();
    this.#gone?.abort();
  }

  /** For good. */
  stop(): void {
    this.#stopped = true;
    this.disconnect();
  }

  async #follow(house: House, gone: AbortController): Promise<void> {
    const { world } = this.#server;
    const request = create(WatchEventsRequestSchema, {
      organizationId: "*",
      afterSequence: this.lastSequence ?? 0n,
    });
    const random = this.#process.machine.random;
    let arrivesAt = 0;
    house.process.onDeath(() => {
      // The promise that this one hangs on is never kept: its process is dead.
      if (this.#gone === gone) this.#comeBack();
      this.#gone = undefined;
    });
    world.stir();
    try {
      const context = { signal: gone.signal, end: () => gone.abort() };
      for await (const response of house.services.status.watchEvents(request, context)) {
        if (gone.signal.aborted) break;
        arrivesAt = Math.max(arrivesAt, world.now + this.#path.transit(random));
        world.at(arrivesAt, () => this.#process.arrive(1, () => this.#take(gone, response)));
        if (this.slownessMs > 0) await this.#pause(this.slownessMs);
      }
    } catch (error) {
      if ((error as { code?: string }).code === "sequence_out_of_range") this.#startOver(house);
    }
    if (this.#gone !== gone) return;
    this.#gone = undefined;
    this.#comeBack();
  }

  #take(gone: AbortController, response: WatchEventsResponse): void {
    // What comes on a connection that was given up is not read any more.
    if (this.#gone !== gone) return;
    this.#witness.watched(this, response);
    this.lastSequence = response.event!.sequence;
  }

  /** What it would resume after is not kept any more: it begins with the oldest that is. */
  #startOver(house: House): void {
    this.#witness.outOfRange(this, house);
    this.lastSequence = undefined;
  }

  #comeBack(): void {
    if (this.#stopped) return;
    this.#process.clock.after(COME_BACK_MS, () => this.start());
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#process.clock.after(ms, () => {
        this.#server.world.stir();
        resolve();
      });
    });
  }
}
