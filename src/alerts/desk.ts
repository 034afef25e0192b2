import type { Instant } from "../clock.ts";
import type { Companion, Present } from "../engine/companion.ts";
import type { LivenessEvent } from "../events/event.ts";
import type { Document, DocumentChanges } from "../journal/documents.ts";
import { Book, type BookLimits } from "./book.ts";
import type { Outgoing } from "./delivering.ts";
import type { Routing } from "./routing.ts";

export interface DeskParts {
  readonly routing: Routing;
  readonly outgoing: Outgoing;
  /** A new name for an alert. */
  readonly newId: () => string;
  /** Told of what was kept and cannot be read, and once of each bound that is reached. Must not throw. */
  readonly onProblem: (problem: string, facts: Readonly<Record<string, unknown>>) => void;
  readonly limits?: Partial<BookLimits>;
}

/** Alerts as the engine's companion: the book and what it leaves to be sent, kept with the events. */
export class AlertDesk implements Companion {
  readonly book: Book;
  readonly #parts: DeskParts;
  /** What the server before has kept, until everything is taken up. */
  #documents: Document[] = [];

  constructor(parts: DeskParts) {
    this.#parts = parts;
    const { onProblem, ...bookParts } = parts;
    this.book = new Book({ ...bookParts, onBound: (problem) => onProblem(problem, {}) });
  }

  takeUp(documents: readonly Document[]): void {
    for (const document of documents) this.#documents.push(document);
  }

  begin(present: Present, now: Instant): void {
    const documents = this.#documents;
    this.#documents = [];
    this.#parts.outgoing.restore(documents, now);
    this.book.begin(documents, present, now, ({ collection, id }, err) => {
      this.#parts.onProblem("what was kept of alerts cannot be read", { collection, id, err });
    });
  }

  hear(events: readonly LivenessEvent[]): void {
    this.book.hear(events);
  }

  advance(now: Instant): void {
    this.book.advance(now);
  }

  takeChanges(): DocumentChanges {
    const ours = this.book.takeChanges();
    const theirs = this.#parts.outgoing.takeChanges();
    if (theirs.changed.length + theirs.removed.length === 0) return ours;
    return {
      changed: [...ours.changed, ...theirs.changed],
      removed: [...ours.removed, ...theirs.removed],
    };
  }
}
