import type { Clock, Timer } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";
import type { LivenessEvent, RecordedEvent } from "../events/event.ts";
import type { EventQuery } from "../events/log.ts";
import { Backlog } from "./backlog.ts";
import type { DocumentChanges } from "./documents.ts";
import { Recent } from "./recent.ts";
import type { Health, Record } from "./record.ts";
import { noRows } from "./rows.ts";
import type { Batch, JournalStore, Mark, RowChanges } from "./store.ts";

export interface JournalOptions {
  readonly clock: Clock;
  readonly store: JournalStore;
  /** Whether the store knows that a server runs. If not, it learns it with the first batch. */
  readonly begun: boolean;
  /** How far the server has come, as it is to be kept with the next batch. */
  readonly mark: () => Mark;
  /** Events that may wait to be kept; more are lost. */
  readonly backlogEvents: number;
  /** Events that are kept, by number and by age. */
  readonly historyEvents: number;
  readonly historyAgeMs: number;
  /** Told of each change of health. Must not throw. */
  readonly onHealth?: (health: Health, before: Health) => void;
}

/** What the journal is doing with the store. */
type Phase =
  | { readonly name: "idle" }
  /** What was appended in this turn of the loop is kept together at its end. */
  | { readonly name: "gathering" }
  | { readonly name: "committing"; readonly since: number }
  /** The batch could not be kept, and is tried again. */
  | { readonly name: "waiting"; readonly timer: Timer }
  | { readonly name: "closed" };

/** Events at hand without asking the store: what watchers read that keep up. */
const RECENT_EVENTS = 10_000;
/** A commit that takes longer is told as trouble. */
const SLOW_MS = 5_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** How often the journal looks at itself. */
const REVIEW_MS = 1_000;
/** After this long without a commit one is made all the same, to keep how far the server has come. */
const MARK_EVERY_MS = 5_000;
const TRIM_EVERY_MS = 60_000;
/** A disk that hangs does not keep the process from ending. */
const CLOSE_WITHIN_MS = 5_000;

const healthy: Health = { name: "healthy" };

/**
 * The record on disk. Events get their sequence when they are appended, and are shown once they are kept.
 *
 * Group commit: one batch is under way at a time, and what is appended meanwhile is the next. Nobody
 * waits for the disk but who asks for {@link kept}. When a commit fails, the same batch is tried again
 * until it succeeds; what has its sequence keeps it.
 */
export class Journal implements Record {
  readonly id: string;
  readonly keepsRows = true;
  readonly #options: JournalOptions;
  readonly #recent = new Recent(RECENT_EVENTS);
  readonly #backlog: Backlog;
  readonly #listeners = new Set<() => void>();
  readonly #review: Timer;
  #waiters: Waiter[] = [];
  #phase: Phase = { name: "idle" };
  #health: Health = healthy;
  /** The batch that is being kept, or tried again. */
  #batch: Batch | undefined;
  #firstSequence: number;
  #lastSequence: number;
  #retryMs = FIRST_RETRY_MS;
  #committedAt: number;
  #trimmedAt: number;
  #trimming = false;
  #begun: boolean;
  #closing: (() => void) | undefined;

  constructor(options: JournalOptions) {
    const { clock, store, backlogEvents } = options;
    this.#options = options;
    this.#begun = options.begun;
    this.id = store.opened.journalId;
    this.#firstSequence = store.opened.firstSequence;
    this.#lastSequence = store.opened.lastSequence;
    this.#backlog = new Backlog(backlogEvents, this.#lastSequence + 1);
    this.#committedAt = clock.now().mono;
    this.#trimmedAt = this.#committedAt;
    this.#review = clock.every(REVIEW_MS, () => this.#look());
  }

  get firstSequence(): number {
    return this.#firstSequence;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  get health(): Health {
    return this.#health;
  }

  get backlog(): number {
    return this.#backlog.events + (this.#batch?.events.length ?? 0);
  }

  get isCrowded(): boolean {
    return this.#health.name === "healthy" && this.backlog * 2 > this.#options.backlogEvents;
  }

  get unkeptTotal(): number {
    return this.#backlog.refused;
  }

  append(
    events: readonly LivenessEvent[],
    rows: RowChanges = noRows,
    documents?: DocumentChanges,
  ): readonly RecordedEvent[] {
    const recorded = this.#backlog.add(events, rows, documents);
    if (this.#phase.name === "idle") this.#gather();
    return recorded;
  }

  at(sequence: number): RecordedEvent | undefined {
    return sequence > this.#lastSequence ? undefined : this.#recent.at(sequence);
  }

  async find(query: EventQuery): Promise<readonly RecordedEvent[]> {
    const before = Math.min(query.before, this.#lastSequence + 1);
    const after = Math.max(query.after, this.#firstSequence - 1);
    try {
      return await this.#options.store.find({ ...query, after, before });
    } catch (error) {
      throw unavailable(messageOf(error));
    }
  }

  onGrown(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  kept(): Promise<void> {
    if (this.#health.name !== "healthy") return Promise.reject(unavailable(this.#health.trouble));
    if (!this.#hasWork) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ until: this.#backlog.added, resolve, reject });
    });
  }

  async close(): Promise<void> {
    const { clock } = this.#options;
    let late = false;
    const timer = clock.after(CLOSE_WITHIN_MS, () => {
      late = true;
      this.#closing?.();
    });
    while (this.#hasWork && this.#health.name !== "failing" && !late) {
      await new Promise<void>((resolve) => {
        this.#closing = resolve;
      });
    }
    timer.cancel();
    this.#review.cancel();
    const keptAll = !this.#hasWork;
    this.#enter({ name: "closed" });
    await this.#leave(keptAll);
  }

  /** A disk that hangs holds nobody: what it has not confirmed counts as not kept. */
  #leave(keptAll: boolean): Promise<void> {
    const { clock, store } = this.#options;
    return new Promise((resolve, reject) => {
      const timer = clock.after(CLOSE_WITHIN_MS, resolve);
      store
        .close(keptAll)
        .then(resolve, reject)
        .finally(() => timer.cancel());
    });
  }

  get #hasWork(): boolean {
    return this.#batch !== undefined || !this.#backlog.isEmpty;
  }

  /** The one place where the phase changes. */
  #enter(phase: Phase): void {
    if (this.#phase.name === "waiting") this.#phase.timer.cancel();
    this.#phase = phase;
  }

  #gather(): void {
    this.#enter({ name: "gathering" });
    this.#options.clock.soon(() => {
      if (this.#phase.name === "gathering") this.#commit();
    });
  }

  /** Keeps the next batch, or once more the one that could not be kept. */
  #commit(): void {
    const { clock, mark } = this.#options;
    this.#batch ??= { ...this.#backlog.take(), mark: mark() };
    this.#enter({ name: "committing", since: clock.now().mono });
    this.#keep(this.#batch).then(
      () => this.#onKept(),
      (error: unknown) => this.#onFailed(error),
    );
  }

  async #keep(batch: Batch): Promise<void> {
    const { store } = this.#options;
    if (!this.#begun) await store.begin(batch.mark);
    this.#begun = true;
    await store.commit(batch);
  }

  #onKept(): void {
    const events = this.#batch?.events ?? [];
    const now = this.#options.clock.now().mono;
    const took = this.#phase.name === "committing" ? now - this.#phase.since : 0;
    this.#batch = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    this.#committedAt = now;
    if (this.#phase.name === "closed") return;
    this.#enter({ name: "idle" });
    for (const recorded of events) this.#recent.add(recorded);
    this.#lastSequence += events.length;
    // A disk that took too long is well again once it does not.
    if (this.#health.name !== "slow" || took < SLOW_MS) this.#setHealth(healthy);
    this.#release();
    if (events.length > 0) this.#wake();
    // Confirmed in a turn of its own, so the next one is at most one a turn too.
    if (this.#phase.name === "idle" && !this.#backlog.isEmpty) this.#commit();
    this.#closing?.();
  }

  #onFailed(error: unknown): void {
    if (this.#phase.name === "closed") return;
    const { clock } = this.#options;
    const since = this.#health.name === "healthy" ? clock.now().mono : this.#health.since;
    const delayMs = this.#retryMs;
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
    this.#enter({ name: "waiting", timer: clock.after(delayMs, () => this.#commit()) });
    this.#setHealth({ name: "failing", since, trouble: messageOf(error) });
    this.#closing?.();
  }

  /** Lets go of those who waited for what is kept now. */
  #release(): void {
    const { taken } = this.#backlog;
    const ready = this.#waiters.filter(({ until }) => until <= taken);
    if (ready.length === 0) return;
    this.#waiters = this.#waiters.filter(({ until }) => until > taken);
    for (const { resolve } of ready) resolve();
  }

  #setHealth(health: Health): void {
    const before = this.#health;
    this.#health = health;
    if (health.name !== "healthy") {
      const waiters = this.#waiters;
      this.#waiters = [];
      for (const { reject } of waiters) reject(unavailable(health.trouble));
    }
    if (health.name === before.name) return;
    this.#options.onHealth?.(health, before);
    this.#wake();
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }

  /** What is to be done from time to time. */
  #look(): void {
    const now = this.#options.clock.now().mono;
    if (this.#phase.name === "committing" && this.#health.name === "healthy") {
      const since = this.#phase.since;
      if (now - since >= SLOW_MS) {
        const trouble = `a commit has taken more than ${SLOW_MS / 1000} s`;
        this.#setHealth({ name: "slow", since, trouble });
      }
    }
    const isDue = now - this.#committedAt >= MARK_EVERY_MS || this.#health.name === "slow";
    if (this.#phase.name === "idle" && isDue) this.#gather();
    this.#trim(now);
  }

  /** Forgets what is too old or too much, step by step. */
  #trim(now: number): void {
    const { historyEvents } = this.#options;
    const tooMany = this.#lastSequence - this.#firstSequence + 1 > historyEvents;
    if (this.#trimming || this.#phase.name === "closed" || this.#health.name !== "healthy") return;
    if (!tooMany && now - this.#trimmedAt < TRIM_EVERY_MS) return;
    this.#trimmedAt = now;
    this.#trimStep();
  }

  #trimStep(): void {
    const { clock, store, historyEvents, historyAgeMs } = this.#options;
    const firstSequence = Math.max(1, this.#lastSequence - historyEvents + 1);
    this.#trimming = true;
    store.trim({ firstSequence, before: clock.now().wall - historyAgeMs }).then(
      (left) => {
        this.#trimming = false;
        this.#firstSequence = left.firstSequence;
        if (left.more && this.#phase.name !== "closed") this.#trimStep();
      },
      () => {
        // A disk in trouble forgets nothing; the next review tries again.
        this.#trimming = false;
      },
    );
  }
}

interface Waiter {
  /** How many chunks must be kept. */
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (error: HeartbeatError) => void;
}

function unavailable(trouble: string): HeartbeatError {
  return new HeartbeatError("journal_unavailable", {
    problem: `the journal is in trouble: ${trouble}`,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
