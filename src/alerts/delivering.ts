import type { Instant } from "../clock.ts";
import type { Document, DocumentChanges } from "../journal/documents.ts";
import type { ChannelKind } from "./channel.ts";
import type { AlertSnapshot, Notification } from "./notification.ts";

/**
 * Where the core leaves what is to be told. What it takes is kept in the transaction of the event that it
 * is about, and sent only then.
 */
export interface Outgoing {
  /**
   * Takes a message for a channel. Must not throw. `now` is the monitor's own time: over a restart its
   * `mono` goes on from where it stood.
   */
  enqueue(notification: Notification, channel: string, now: Instant): void;
  /** What has changed since the last call, by whatever; to be kept. */
  takeChanges(): DocumentChanges;
  /** Takes up what the server before has kept, before anything else; passes over others' collections. */
  restore(documents: readonly Document[], now: Instant): void;
}

/** How a channel does; as in the contract. Instants are wall time. */
export interface ChannelReport {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly target: string;
  readonly waiting: number;
  readonly dead: number;
  readonly deliveredTotal: number;
  readonly failuresTotal: number;
  /** Empty when the last attempt did not fail. */
  readonly lastError: string;
  readonly lastAttemptAt: number | undefined;
}

/** One message to one channel; as in the contract. Instants are wall time. */
export interface DeliveryReport {
  readonly id: string;
  /** Empty for a summary of messages that were left out. */
  readonly alertId: string;
  /** Undefined when the alert is of the monitor itself, and when what was left out is not all of one. */
  readonly organizationId: string | undefined;
  readonly channel: string;
  readonly summary: string;
  readonly state: "waiting" | "delivered" | "dead";
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAt: number;
  readonly nextAttemptAt: number | undefined;
  readonly endedAt: number | undefined;
}

export interface TestReport {
  readonly delivered: boolean;
  /** Empty when it was delivered. */
  readonly error: string;
  readonly tookMs: number;
}

/** What operators see of the deliveries, and do about them. */
export interface Deliveries {
  /** By name. */
  channels(): readonly ChannelReport[];
  /** Undefined when there is no such channel. Never rejects. */
  test(channel: string): Promise<TestReport | undefined>;
  /** The newest first. */
  list(): readonly DeliveryReport[];
  /** Tries it again, soon and as if it were new. Undefined when there is none; as it is when it was delivered. */
  resend(id: string, now: Instant): DeliveryReport | undefined;
}

/** What fires now, for a channel whose other side forgets what it is not told again and again. */
export interface Firing {
  /** What was told to this channel and is not over, as each stands when it is asked for. */
  firing(channel: string): Iterable<AlertSnapshot>;
}

/** Keeps what was changed outside of an event: a delivery made, a silence begun. */
export interface Keeper {
  /** Appends what {@link Outgoing.takeChanges} and the book have to keep. */
  keep(): void;
  /** Resolves when all that was appended is kept. Rejects when the journal is in trouble. */
  kept(): Promise<void>;
}
