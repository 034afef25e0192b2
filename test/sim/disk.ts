import type { RecordedEvent } from "../../src/events/event.ts";
import type { EventQuery } from "../../src/events/log.ts";
import type { Document } from "../../src/journal/documents.ts";
import type {
  Batch,
  JournalStore,
  Mark,
  Opened,
  Row,
  TrimBounds,
} from "../../src/journal/store.ts";
import type { Process } from "./machine.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** What a disk keeps, at once and without waiting: the store's core, whatever it is made of. */
export interface Platter {
  open(): Opened;
  rows(): Iterable<readonly Row[]>;
  documents(): Iterable<readonly Document[]>;
  begin(mark: Mark): void;
  commit(batch: Batch): void;
  find(query: EventQuery): readonly RecordedEvent[];
  trim(bounds: TrimBounds): { readonly firstSequence: number; readonly more: boolean };
  close(endedWell: boolean): void;
  /** The process that had it open is dead. */
  abandon(): void;
  /** The history is over. */
  remove(): void;
}

/** How the disk is. `hanging` answers nothing until it is something else. */
export type DiskMood = "well" | "slow" | "full" | "readonly" | "failing" | "hanging";

const SLOW_MS = 500;

const refusals: Readonly<Record<"full" | "readonly" | "failing", string>> = {
  full: "database or disk is full",
  readonly: "attempt to write a readonly database",
  failing: "disk I/O error",
};

interface Work {
  readonly writes: boolean;
  readonly apply: () => void;
  readonly done: (trouble?: Error) => void;
}

/**
 * A disk that takes its time, and is in trouble now and then. A process that is killed leaves what it had
 * under way either kept or not kept at all: both happen, the former also without having been confirmed.
 */
export class Disk {
  readonly platter: Platter;
  readonly #world: World;
  readonly #random: Random;
  mood: DiskMood = "well";
  #hanging: (() => void)[] = [];

  /** Told of what the platter will not take: no disk in trouble does that. */
  onFault: (error: unknown) => void = () => {};

  constructor(world: World, platter: Platter) {
    this.#world = world;
    this.platter = platter;
    this.#random = world.random.fork("disk");
  }

  setMood(mood: DiskMood): void {
    this.mood = mood;
    if (mood === "hanging") return;
    const waiting = this.#hanging;
    this.#hanging = [];
    for (const go of waiting) go();
  }

  /** The store as one life of the server has it. */
  open(process: Process): JournalStore {
    return new DiskStore(this, process);
  }

  /** Does the work, in the process's time; what happens after the process died does not happen. */
  perform(process: Process, work: Work): void {
    if (this.mood === "hanging") {
      this.#hanging.push(() => this.perform(process, work));
      return;
    }
    const mood = this.mood;
    const duration = mood === "slow" ? SLOW_MS : this.#random.span(0.05, 8);
    const trouble = work.writes && mood in refusals ? refusals[mood as "full"] : undefined;
    // A failing disk may have kept what it reports as failed.
    const keeps = trouble === undefined || (mood === "failing" && this.#random.chance(0.3));
    const keptAfter = duration * this.#random.next();
    this.#world.in(keptAfter, () =>
      process.arrive(-2, () => {
        if (keeps) this.#apply(work);
        this.#world.in(duration - keptAfter, () =>
          process.arrive(-2, () => {
            this.#world.stir();
            work.done(trouble === undefined ? undefined : new Error(trouble));
          }),
        );
      }),
    );
  }

  #apply(work: Work): void {
    try {
      work.apply();
    } catch (error) {
      this.onFault(error);
    }
  }
}

class DiskStore implements JournalStore {
  readonly opened: Opened;
  readonly #disk: Disk;
  readonly #process: Process;
  /** Calls are served one after the other. */
  #queue: Work[] = [];

  constructor(disk: Disk, process: Process) {
    this.#disk = disk;
    this.#process = process;
    this.opened = disk.platter.open();
  }

  rows(): AsyncGenerator<readonly Row[]> {
    return this.#pages(this.#disk.platter.rows());
  }

  documents(): AsyncGenerator<readonly Document[]> {
    return this.#pages(this.#disk.platter.documents());
  }

  begin(mark: Mark): Promise<void> {
    return this.#inTurn(true, () => this.#disk.platter.begin(mark));
  }

  commit(batch: Batch): Promise<void> {
    return this.#inTurn(true, () => this.#disk.platter.commit(batch));
  }

  find(query: EventQuery): Promise<readonly RecordedEvent[]> {
    return new Promise((resolve, reject) => {
      let found: readonly RecordedEvent[] = [];
      this.#disk.perform(this.#process, {
        writes: false,
        apply: () => {
          found = this.#disk.platter.find(query);
        },
        done: (trouble) => (trouble ? reject(trouble) : resolve(found)),
      });
    });
  }

  trim(bounds: TrimBounds): Promise<{ readonly firstSequence: number; readonly more: boolean }> {
    return this.#inTurn(true, () => this.#disk.platter.trim(bounds));
  }

  close(endedWell: boolean): Promise<void> {
    return this.#inTurn(endedWell, () => this.#disk.platter.close(endedWell));
  }

  async *#pages<Page>(pages: Iterable<Page>): AsyncGenerator<Page> {
    for (const page of pages) {
      await this.#inTurn(false, () => undefined);
      yield page;
    }
  }

  #inTurn<Result>(writes: boolean, act: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      let result: Result;
      this.#queue.push({
        writes,
        apply: () => {
          result = act();
        },
        done: (trouble) => {
          this.#queue.shift();
          if (trouble) reject(trouble);
          else resolve(result);
          this.#next();
        },
      });
      if (this.#queue.length === 1) this.#next();
    });
  }

  #next(): void {
    const work = this.#queue[0];
    if (work) this.#disk.perform(this.#process, work);
  }
}
