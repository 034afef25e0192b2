/**
 * Somebody who watches, remembers all that was told, and resumes where the watch was cut.
 */
import { Code, ConnectError } from "@connectrpc/connect";
import { sleep } from "../bench/processes.ts";
import { type Event, EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Server } from "./server.ts";

const RETRY_MS = 20;

/** An event and when it was read, by `performance.now()`. */
export interface Told {
  readonly event: Event;
  readonly at: number;
}

export class Witness {
  /** In the order in which it was told. */
  readonly told: Told[] = [];
  /** What a watch must not do: a gap, a repeat, an answer that the sequence is out of range. */
  readonly complaints: string[] = [];
  /** How often the watch was resumed, and told something again. */
  resumed = 0;
  readonly #server: Server;
  readonly #closing = new AbortController();
  #last = 0n;
  #resuming = false;

  constructor(server: Server) {
    this.#server = server;
    void this.#run();
  }

  get lastSequence(): bigint {
    return this.#last;
  }

  of(type: EventType, agentId?: string): Told[] {
    return this.told.filter(
      ({ event }) => event.type === type && (agentId === undefined || event.agentId === agentId),
    );
  }

  /** DOWNs of agents that nobody has harmed, in words. */
  falseAlarms(harmed: ReadonlySet<string> = new Set()): string[] {
    return this.of(EventType.DOWN)
      .filter(({ event }) => !harmed.has(event.agentId))
      .map(({ event }) => `DOWN of ${event.agentId}, which lives: ${event.reason}`);
  }

  /** Resolves when all that the server has recorded by now was told, or after a while. */
  async caughtUp(withinMs = 30_000): Promise<void> {
    const { lastSequence } = await this.#server.status.getStatus({});
    const deadline = performance.now() + withinMs;
    while (this.#last < lastSequence && performance.now() < deadline) await sleep(20);
    if (this.#last < lastSequence) {
      this.complaints.push(
        `the watch stands at ${this.#last} while the record is at ${lastSequence}`,
      );
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const afterSequence = this.#last;
        const request = { organizationId: "*", afterSequence };
        for await (const { event } of this.#server.status.watchEvents(request, {
          signal,
          timeoutMs: 0,
        })) {
          if (event !== undefined) this.#hear(event);
        }
      } catch (error) {
        if (ConnectError.from(error).code === Code.OutOfRange) this.#complain(error);
      }
      this.#resuming = true;
      if (!signal.aborted) await sleep(RETRY_MS);
    }
  }

  #hear(event: Event): void {
    const at = performance.now();
    if (event.sequence !== this.#last + 1n) {
      this.complaints.push(`${event.sequence} was told after ${this.#last}`);
    }
    this.#last = event.sequence;
    if (this.#resuming) this.resumed++;
    this.#resuming = false;
    this.told.push({ event, at });
  }

  #complain(error: unknown): void {
    const words = `resuming after ${this.#last}: ${(error as Error).message}`;
    if (this.complaints.at(-1) !== words) this.complaints.push(words);
  }
}
