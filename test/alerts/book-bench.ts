import { Book, type BookLimits } from "../../src/alerts/book.ts";
import type { Notification } from "../../src/alerts/notification.ts";
import {
  type AlertPolicy,
  type AlertSubject,
  defaultAlertPolicy,
  type Routing,
} from "../../src/alerts/routing.ts";
import type { Silence } from "../../src/alerts/silences.ts";
import type { Instant } from "../../src/clock.ts";
import type { Present } from "../../src/engine/companion.ts";
import type {
  AgentEvent,
  AgentState,
  Down,
  LivenessEvent,
  TaskSnapshot,
  TaskState,
} from "../../src/events/event.ts";
import type { Document, DocumentChanges } from "../../src/journal/documents.ts";

/** 2026-01-31T12:00:00.000Z */
export const START = Date.UTC(2026, 0, 31, 12);

export interface Message {
  readonly notification: Notification;
  readonly channel: string;
}

export interface BenchOptions {
  readonly policy?: Partial<AlertPolicy>;
  /** Default: one channel, "ops". */
  readonly channelsFor?: (subject: AlertSubject) => readonly string[];
  readonly limits?: Partial<BookLimits>;
}

/** A book on a clock of its own, with a monitor that a test makes up, and a disk. */
export class BookBench {
  book: Book;
  readonly options: BenchOptions;
  readonly messages: Message[] = [];
  readonly problems: string[] = [];
  readonly disk = new Map<string, Document>();
  readonly labels = new Map<string, Record<string, string>>();
  readonly agentStates = new Map<string, AgentState>();
  readonly taskStates = new Map<string, TaskState>();
  held = 0;
  mono = 1_000_000;
  wall = START;
  #ids = 0;

  constructor(options: BenchOptions = {}) {
    this.options = options;
    this.book = this.#begun();
  }

  get now(): Instant {
    return { mono: this.mono, wall: this.wall };
  }

  get #present(): Present {
    return {
      labelsOf: (_, agentId) => this.labels.get(agentId) ?? {},
      agentState: (_, agentId) => this.agentStates.get(agentId),
      taskState: (_, __, taskId) => this.taskStates.get(taskId),
      heldCount: () => this.held,
    };
  }

  #begun(): Book {
    const { channelsFor = () => ["ops"], policy, limits } = this.options;
    const routing: Routing = {
      routeOf(subject) {
        const channels = channelsFor(subject);
        return { name: channels.join(), channels, policy: { ...defaultAlertPolicy, ...policy } };
      },
    };
    const book = new Book({
      routing,
      outgoing: {
        enqueue: (notification, channel) => this.messages.push({ notification, channel }),
      },
      newId: () => `alert-${++this.#ids}`,
      onBound: (problem) => this.problems.push(problem),
      ...(limits && { limits }),
    });
    const unreadable = ({ id }: Document) => this.problems.push(`unreadable: ${id}`);
    book.begin([...this.disk.values()], this.#present, this.now, unreadable);
    return book;
  }

  /** The monitor is killed and started again, with what its journal has. */
  restart(awayMs = 0): void {
    this.keep();
    this.wall += awayMs;
    this.book = this.#begun();
  }

  keep(): DocumentChanges {
    const changes = this.book.takeChanges();
    for (const { collection, id } of changes.removed) this.disk.delete(`${collection} ${id}`);
    for (const document of changes.changed) {
      this.disk.set(`${document.collection} ${document.id}`, document);
    }
    return changes;
  }

  /** Time passes, a second at a time. */
  pass(ms: number): this {
    for (let left = ms; left > 0; left -= 1_000) {
      const step = Math.min(left, 1_000);
      this.mono += step;
      this.wall += step;
      this.book.advance(this.now);
    }
    return this;
  }

  hear(...events: readonly LivenessEvent[]): this {
    this.book.hear(events);
    return this;
  }

  down(agentId: string, more: Partial<Down> = {}): this {
    this.agentStates.set(agentId, "down");
    const lastVitals = undefined;
    return this.hear(
      this.of(agentId, { type: "down", from: "suspect", to: "down", lastVitals, ...more }),
    );
  }

  back(agentId: string): this {
    this.agentStates.set(agentId, "alive");
    return this.hear(
      this.of(agentId, { type: "recovered", from: "down", to: "alive", reason: "beats again" }),
    );
  }

  /** An agent's event, its facts filled in. */
  of<Facts extends { readonly type: AgentEvent["type"] }>(agentId: string, facts: Facts) {
    return {
      at: this.now,
      organizationId: "default",
      agentId,
      agentType: "worker",
      epoch: 1,
      missedBeats: 1,
      silenceMs: 3_200,
      reason: "silent for 3.2 s",
      ...facts,
    } as unknown as AgentEvent;
  }

  task(
    type: Extract<AgentEvent["type"], `task_${string}`>,
    agentId: string,
    taskId: string,
    more: Partial<TaskSnapshot> = {},
  ): this {
    const task = { taskId, organizationId: "default", agentId, ...more };
    return this.hear(this.of(agentId, { type, task, reason: `task ${taskId}: ${type}` } as never));
  }

  silence(facts: Partial<Silence> = {}): Silence {
    const silence: Silence = {
      id: `silence-${++this.#ids}`,
      organizationId: "default",
      idPrefix: "",
      agentType: "",
      labels: {},
      kinds: [],
      startsAt: this.wall,
      endsAt: this.wall + 3_600_000,
      reason: "",
      createdAt: this.wall,
      ...facts,
    };
    this.book.silences.add(silence, this.now);
    return silence;
  }

  /** "notice: summary" of each message since the last call. */
  told(): readonly string[] {
    return this.messages
      .splice(0)
      .map(({ notification }) => `${notification.notice}: ${notification.summary}`);
  }

  /** Notices since the last call. */
  notices(): readonly string[] {
    return this.messages.splice(0).map(({ notification }) => notification.notice);
  }

  /** "kind phase open/all" of each alert, the oldest first. */
  alerts(): readonly string[] {
    return [...this.book.list()]
      .reverse()
      .map(
        ({ kind, phase, openCount, memberCount }) =>
          `${kind} ${phase.name} ${openCount}/${memberCount}`,
      );
  }
}
