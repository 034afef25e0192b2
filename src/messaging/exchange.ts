import type { Message } from "./message.ts";
import { SubjectTree } from "./subject-tree.ts";

/** Somebody who is connected and subscribes. */
export interface Receiver {
  /** Hands over a message; false when it is left out because too much waits already. Must not throw. */
  offer(message: Message): boolean;
}

/**
 * Hands messages to whoever subscribes to their subject now, at most once, within an organization.
 * Nothing is kept: who comes later, or does not read, has missed them.
 */
export class Exchange {
  readonly #trees = new Map<string, SubjectTree<Receiver>>();
  #subscribers = 0;
  #publishedTotal = 0;
  #deliveredTotal = 0;
  #skippedTotal = 0;

  /** Receivers that subscribe to something. */
  get subscribers(): number {
    return this.#subscribers;
  }
  get publishedTotal(): number {
    return this.#publishedTotal;
  }
  /** Receivers that were handed a message, over all messages. */
  get deliveredTotal(): number {
    return this.#deliveredTotal;
  }
  /** Messages left out, over all receivers. */
  get skippedTotal(): number {
    return this.#skippedTotal;
  }

  /** Subscribes until the returned function is called. */
  subscribe(organizationId: string, subjects: readonly string[], receiver: Receiver): () => void {
    const tree = this.#trees.get(organizationId) ?? new SubjectTree<Receiver>();
    this.#trees.set(organizationId, tree);
    for (const subject of subjects) tree.add(subject, receiver);
    this.#subscribers++;
    let subscribed = true;
    return () => {
      if (!subscribed) return;
      subscribed = false;
      this.#subscribers--;
      for (const subject of subjects) tree.remove(subject, receiver);
      if (tree.isEmpty && this.#trees.get(organizationId) === tree) {
        this.#trees.delete(organizationId);
      }
    };
  }

  /** Publishes a message, and returns to how many receivers it was handed. */
  publish(organizationId: string, message: Message): number {
    this.#publishedTotal++;
    const receivers = this.#trees.get(organizationId)?.match(message.subject);
    if (!receivers || receivers.size === 0) return 0;
    // The bytes may be a view of a larger buffer that the transport uses again.
    const own = { ...message, data: message.data.slice() };
    let delivered = 0;
    for (const receiver of receivers) {
      if (receiver.offer(own)) delivered++;
      else this.#skippedTotal++;
    }
    this.#deliveredTotal += delivered;
    return delivered;
  }
}
