/**
 * Somebody who watches: every event of the server, with the instant at which it was read.
 */
import type { ClientHttp2Session } from "node:http2";
import type { Event } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { openSession, openStream } from "./client.ts";
import { decodeEvent, WATCH_PATH, watchFrame } from "./messages.ts";
import { sleep, within } from "./processes.ts";

const HEADERS_TIMEOUT_MS = 10_000;
/** Headers may go out just before the watch is in place. */
const IN_PLACE_MS = 200;
/** RESOURCE_EXHAUSTED: the reader fell too far behind, and may resume. */
const TOO_SLOW = "8";

/** Gets the event and `performance.now()` at its arrival. */
type OnEvent = (event: Event, at: number) => void;

export class Watcher {
  readonly #session: ClientHttp2Session;
  readonly #onEvent: OnEvent;
  #lastSequence = 0n;
  #resumed = 0;
  /** Why the watch ended by itself; undefined while it runs. */
  failure: string | undefined;

  private constructor(session: ClientHttp2Session, onEvent: OnEvent) {
    this.#session = session;
    this.#onEvent = onEvent;
  }

  static async open(address: string, onEvent: OnEvent): Promise<Watcher> {
    const watcher = new Watcher(await openSession(address), onEvent);
    await within<void>(HEADERS_TIMEOUT_MS, "the start of the watch", (resolve, reject) => {
      watcher.#watch(undefined, resolve, reject);
    });
    await sleep(IN_PLACE_MS);
    return watcher;
  }

  /** How often the server found it too slow, and it went on where it had been, as the contract says. */
  get resumed(): number {
    return this.#resumed;
  }

  close(): void {
    this.#session.destroy();
  }

  #watch(
    after: bigint | undefined,
    onBegun: () => void = () => {},
    onFailed: (error: Error) => void = () => {},
  ): void {
    const stream = openStream(this.#session, WATCH_PATH, {
      onMessage: (message) => {
        const at = performance.now();
        const event = decodeEvent(message);
        if (event === undefined) return;
        this.#lastSequence = event.sequence;
        this.#onEvent(event, at);
      },
      onEnd: (reason, trailers) => {
        if (trailers["grpc-status"] === TOO_SLOW && this.#lastSequence > 0n) {
          this.#resumed++;
          return this.#watch(this.#lastSequence);
        }
        this.failure = `the watch ended: ${reason}`;
        onFailed(new Error(this.failure));
      },
    });
    stream.once("response", onBegun);
    stream.end(watchFrame(after));
  }
}
