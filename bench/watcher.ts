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

export class Watcher {
  readonly #session: ClientHttp2Session;
  /** Why the watch ended by itself; undefined while it runs. */
  failure: string | undefined;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  /** @param onEvent gets the event and `performance.now()` at its arrival */
  static async open(
    address: string,
    onEvent: (event: Event, at: number) => void,
  ): Promise<Watcher> {
    const session = await openSession(address);
    const watcher = new Watcher(session);
    await within<void>(HEADERS_TIMEOUT_MS, "the start of the watch", (resolve, reject) => {
      const stream = openStream(session, WATCH_PATH, {
        onMessage(message) {
          const at = performance.now();
          const event = decodeEvent(message);
          if (event !== undefined) onEvent(event, at);
        },
        onEnd(reason) {
          watcher.failure = `the watch ended: ${reason}`;
          reject(new Error(watcher.failure));
        },
      });
      stream.once("response", () => resolve());
      stream.end(watchFrame());
    });
    await sleep(IN_PLACE_MS);
    return watcher;
  }

  close(): void {
    this.#session.destroy();
  }
}
