import { type BackoffBounds, fullJitterMs } from "../agent/backoff.ts";
import type { Instant } from "../clock.ts";
import { type Document, type DocumentChanges, noDocuments } from "../journal/documents.ts";
import type { Failure } from "./attempt.ts";
import type { DeliveryReport, Outgoing } from "./delivering.ts";
import {
  DELIVERIES,
  type Dead,
  type Delivered,
  type Delivery,
  deliveryOf,
  documentOf,
  reportOf,
  type Waiting,
  whatOf,
} from "./delivery.ts";
import { joined } from "./left-out.ts";
import type { Notification } from "./notification.ts";
import { Shelf } from "./shelf.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The wait before another attempt of a message. */
const backoff: BackoffBounds = { initialMs: 1_000, maxMs: 10 * MINUTE_MS };
/** However long the other side asks to be left alone, it is asked again after this long. */
export const LONGEST_REST_MS = HOUR_MS;
/** After this long of trying in vain a message is given up. */
const TRIED_FOR_MS = DAY_MS;
/** How long operators see what was delivered, and what was given up. */
const DELIVERED_SHOWN_MS = DAY_MS;
const DEAD_SHOWN_MS = 7 * DAY_MS;
export interface OutboxOptions {
  /** The channels that there are. What is for another one is given up. */
  readonly channels: readonly string[];
  /** 0 to 1, for the spread of attempts. */
  readonly random: () => number;
  /** Told of a document that was kept and cannot be read; it is left out. Must not throw. */
  readonly onUnreadable: (id: string, error: unknown) => void;
}

/**
 * What is to be told to whom, and what became of it: the state of every delivery, and nothing of how it is
 * sent. Everything in it is bounded, and kept as documents.
 */
export class Outbox implements Outgoing {
  /** Told that there is more to send. */
  onWaiting: () => void = () => {};
  readonly #options: OutboxOptions;
  readonly #channels: ReadonlySet<string>;
  readonly #shelves = new Map<string, Shelf>();
  /** All of them, in the order in which they were decided. */
  readonly #deliveries = new Map<string, Delivery>();
  readonly #underWay = new Set<string>();
  readonly #changed = new Set<string>();
  #lastOrder = 0;
  #restoredOrder = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#channels = new Set(options.channels);
  }

  /** The order of the newest. */
  get lastOrder(): number {
    return this.#lastOrder;
  }

  /** Up to this one everything was read from the disk. */
  get restoredOrder(): number {
    return this.#restoredOrder;
  }

  restore(documents: readonly Document[], now: Instant): void {
    const own = documents.filter(({ collection }) => collection === DELIVERIES);
    const deliveries = own.flatMap((document) => this.#read(document));
    for (const delivery of deliveries.sort((a, b) => a.order - b.order)) {
      this.#file(delivery);
      this.#lastOrder = delivery.order;
      if (delivery.state === "waiting" && !this.#channels.has(delivery.channel)) {
        this.#put(dead(delivery, "the alerts file has no such channel any more", now));
      }
    }
    this.#restoredOrder = this.#lastOrder;
  }

  takeChanges(): DocumentChanges {
    if (this.#changed.size === 0) return noDocuments;
    const deliveries = [...this.#changed].map((id) => ({ id, now: this.#deliveries.get(id) }));
    this.#changed.clear();
    return {
      changed: deliveries.flatMap(({ now }) => (now ? [documentOf(now)] : [])),
      removed: deliveries.flatMap(({ id, now }) => (now ? [] : [{ collection: DELIVERIES, id }])),
    };
  }

  enqueue(notification: Notification, channel: string, now: Instant): void {
    // A message to two channels is two: each can be told apart, and sent again, by itself.
    const id = `${notification.id}.${channel}`;
    if (this.#deliveries.has(id)) return;
    const waiting: Waiting = {
      state: "waiting",
      id,
      channel,
      order: ++this.#lastOrder,
      bytes: JSON.stringify(notification).length,
      createdAt: now.wall,
      attempts: 0,
      lastError: "",
      notification: { ...notification, id },
      triedFrom: now,
      nextAttemptAt: now,
      leftOut: undefined,
    };
    if (!this.#channels.has(channel)) {
      this.#put(dead(waiting, "the alerts file has no such channel", now));
      return;
    }
    this.#put(waiting);
    this.#leaveOut(channel, now);
    this.onWaiting();
  }

  /**
   * What of a channel is to be sent next: of each alert the oldest that waits, if it is due and kept. An
   * alert whose message is under way waits with its others, and so do those behind one that is tried again.
   */
  next(channel: string, keptOrder: number, now: Instant): Waiting | undefined {
    let first: Waiting | undefined;
    for (const waiting of this.#shelf(channel).heads()) {
      if (this.#underWay.has(waiting.id) || waiting.order > keptOrder) continue;
      if (waiting.nextAttemptAt.mono > now.mono) continue;
      // Who was told nothing for long learns that first.
      if (waiting.leftOut) return waiting;
      if (!first || waiting.nextAttemptAt.mono < first.nextAttemptAt.mono) first = waiting;
    }
    return first;
  }

  /** When the next one of a channel is due, on the monitor's clock; undefined when none waits. */
  nextDueAt(channel: string, keptOrder: number): number | undefined {
    let first: number | undefined;
    for (const { id, order, nextAttemptAt } of this.#shelf(channel).heads()) {
      if (this.#underWay.has(id) || order > keptOrder) continue;
      first = Math.min(first ?? nextAttemptAt.mono, nextAttemptAt.mono);
    }
    return first;
  }

  /** Marks it as being sent: until it is settled it stays what and where it is. */
  begin(id: string): void {
    this.#underWay.add(id);
  }

  /** The attempt came to nothing, and nobody is to blame: it is as if it had not begun. */
  putBack(id: string): void {
    this.#underWay.delete(id);
  }

  succeed(id: string, now: Instant): void {
    this.#underWay.delete(id);
    const waiting = this.#waitingOf(id);
    if (!waiting) return;
    const { channel, order, createdAt, attempts } = waiting;
    const what = whatOf(waiting);
    this.#put({
      state: "delivered",
      id,
      channel,
      order,
      bytes: what.summary.length,
      createdAt,
      attempts: attempts + 1,
      lastError: "",
      ...what,
      endedAt: now,
    });
  }

  fail(id: string, { message, permanent, retryAfterMs = 0 }: Failure, now: Instant): void {
    this.#underWay.delete(id);
    const waiting = this.#waitingOf(id);
    if (!waiting) return;
    const attempts = waiting.attempts + 1;
    const failed: Waiting = { ...waiting, attempts, lastError: message };
    if (permanent || hasBeenTriedFor(failed, now)) {
      this.#put(dead(failed, message, now));
      return;
    }
    const waitMs = Math.max(
      fullJitterMs(waiting.attempts, backoff, this.#options.random),
      Math.min(retryAfterMs, LONGEST_REST_MS),
    );
    this.#put({ ...failed, nextAttemptAt: later(now, waitMs) });
    // One that stands for others could not be joined with more while it was under way.
    if (waiting.leftOut) this.#join(waiting.channel, undefined, now);
  }

  isDead(id: string): boolean {
    return this.#deliveries.get(id)?.state === "dead";
  }

  /** The channel takes messages again: what waits for another attempt has it now, the oldest first. */
  hasten(channel: string): void {
    for (const waiting of this.#shelf(channel).toSend()) {
      if (waiting.attempts > 0) this.#put({ ...waiting, nextAttemptAt: waiting.triedFrom });
    }
  }

  /** Tries it as if it were new. What was delivered, or has no channel any more, stays as it is. */
  resend(id: string, now: Instant): DeliveryReport | undefined {
    const delivery = this.#deliveries.get(id);
    if (!delivery) return undefined;
    const stays = delivery.state === "delivered" || this.#underWay.has(id);
    if (stays || !this.#channels.has(delivery.channel)) return reportOf(delivery);
    const { channel, bytes, createdAt, notification, leftOut } = delivery;
    this.#remove(delivery);
    const again: Waiting = {
      state: "waiting",
      id,
      channel,
      order: ++this.#lastOrder,
      bytes,
      createdAt,
      attempts: 0,
      lastError: delivery.lastError,
      notification,
      triedFrom: now,
      nextAttemptAt: now,
      leftOut,
    };
    this.#put(again);
    this.#leaveOut(channel, now);
    this.onWaiting();
    return reportOf(this.#deliveries.get(id) ?? again);
  }

  /**
   * Gives up what has been tried for too long, and forgets what was shown for long enough. Answers how many
   * messages were given up, by channel.
   */
  prune(now: Instant): ReadonlyMap<string, number> {
    const givenUp = new Map<string, number>();
    for (const [channel, shelf] of this.#shelves) {
      for (const one of shelf.toSend()) {
        if (this.#underWay.has(one.id) || !hasBeenTriedFor(one, now)) continue;
        this.#put(dead(one, one.lastError || "its channel took no message for a day", now));
        givenUp.set(channel, (givenUp.get(channel) ?? 0) + 1);
      }
      this.#forget(shelf.delivered, now.mono - DELIVERED_SHOWN_MS);
      this.#forget(shelf.dead, now.mono - DEAD_SHOWN_MS);
    }
    return givenUp;
  }

  /** The newest first. */
  list(): readonly DeliveryReport[] {
    return [...this.#deliveries.values()].reverse().map(reportOf);
  }

  counts(channel: string): { readonly waiting: number; readonly dead: number } {
    const { leftOut, waiting, dead: given } = this.#shelf(channel);
    return { waiting: leftOut.size + waiting.size, dead: given.size };
  }

  #read(document: Document): Delivery[] {
    try {
      return [deliveryOf(document)];
    } catch (error) {
      this.#options.onUnreadable(document.id, error);
      return [];
    }
  }

  #shelf(channel: string): Shelf {
    let shelf = this.#shelves.get(channel);
    if (!shelf) {
      shelf = new Shelf();
      this.#shelves.set(channel, shelf);
    }
    return shelf;
  }

  #waitingOf(id: string): Waiting | undefined {
    const delivery = this.#deliveries.get(id);
    return delivery?.state === "waiting" ? delivery : undefined;
  }

  /** The one place where a delivery changes. */
  #put(delivery: Delivery): void {
    this.#file(delivery);
    this.#changed.add(delivery.id);
    // Of those that ended the oldest are forgotten; of those that wait they are joined.
    const { delivered, dead: given } = this.#shelf(delivery.channel);
    while (delivered.isOverfull) this.#removeFirst(delivered);
    while (given.isOverfull) this.#removeFirst(given);
  }

  #file(delivery: Delivery): void {
    const shelf = this.#shelf(delivery.channel);
    const before = this.#deliveries.get(delivery.id);
    if (before && before.state !== delivery.state) shelf.delete(before);
    this.#deliveries.set(delivery.id, delivery);
    shelf.set(delivery);
  }

  #remove(delivery: Delivery): void {
    this.#shelf(delivery.channel).delete(delivery);
    this.#deliveries.delete(delivery.id);
    this.#changed.add(delivery.id);
  }

  #forget(ended: Iterable<Delivered | Dead>, before: number): void {
    for (const one of ended) if (one.endedAt.mono <= before) this.#remove(one);
  }

  #removeFirst(pile: Iterable<Delivery>): void {
    for (const first of pile) {
      this.#remove(first);
      return;
    }
  }

  /** While too many wait for a channel, the oldest are joined into one that says how many they were. */
  #leaveOut(channel: string, now: Instant): void {
    const { waiting } = this.#shelf(channel);
    while (waiting.isOverfull) {
      const oldest = this.#atRest(waiting).next().value;
      if (!oldest) return;
      this.#join(channel, oldest, now);
    }
  }

  /** What stands for others, with one more or without. */
  #join(channel: string, more: Waiting | undefined, now: Instant): void {
    const several = [...this.#atRest(this.#shelf(channel).leftOut), ...(more ? [more] : [])];
    if (several.length < 2 && !more) return;
    const one = joined(several, ++this.#lastOrder, now);
    for (const each of several) this.#remove(each);
    this.#put(one);
  }

  *#atRest(pile: Iterable<Waiting>): Generator<Waiting, undefined> {
    for (const one of pile) if (!this.#underWay.has(one.id)) yield one;
  }
}

const later = ({ mono, wall }: Instant, ms: number): Instant => ({
  mono: mono + ms,
  wall: wall + ms,
});

const hasBeenTriedFor = ({ triedFrom }: Waiting, now: Instant): boolean =>
  now.mono - triedFrom.mono >= TRIED_FOR_MS;

function dead(waiting: Waiting, lastError: string, now: Instant): Dead {
  const { id, channel, order, bytes, createdAt, attempts, notification, leftOut } = waiting;
  const kept = { id, channel, order, bytes, createdAt, attempts, notification, leftOut };
  return { state: "dead", ...kept, lastError, endedAt: now };
}
