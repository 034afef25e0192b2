import type { Dead, Delivered, Delivery, Waiting } from "./delivery.ts";
import { Pile, type PileBounds } from "./pile.ts";

/** Of each channel: messages that wait, as many that were given up, and as many that were delivered. */
const bounds: PileBounds = { count: 1_000, bytes: 16 * 1024 * 1024 };

/** One channel's deliveries. */
export class Shelf {
  /** What stands for messages that were left out: one, and another while that is under way. */
  readonly leftOut = new Pile<Waiting>(bounds);
  readonly waiting = new Pile<Waiting>(bounds);
  readonly delivered = new Pile<Delivered>(bounds);
  readonly dead = new Pile<Dead>(bounds);

  /** All that is to be sent, the oldest first. */
  *toSend(): Iterable<Waiting> {
    yield* this.leftOut;
    yield* this.waiting;
  }

  set(delivery: Delivery): void {
    if (delivery.state === "delivered") this.delivered.set(delivery);
    else if (delivery.state === "dead") this.dead.set(delivery);
    else if (delivery.leftOut) this.leftOut.set(delivery);
    else this.waiting.set(delivery);
  }

  delete({ id, state }: Delivery): void {
    if (state === "waiting") this.leftOut.delete(id);
    this[state].delete(id);
  }

  /** Of each alert the oldest message that waits; what belongs to none goes by itself. */
  *heads(): Iterable<Waiting> {
    const seen = new Set<string>();
    for (const waiting of this.toSend()) {
      const alert = waiting.notification.alert?.id ?? waiting.id;
      if (seen.has(alert)) continue;
      seen.add(alert);
      yield waiting;
    }
  }
}
