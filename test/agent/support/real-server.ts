import * as http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import {
  type BeatRequest,
  BeatResponseSchema,
  HeartbeatService,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";

import { certificate, privateKey } from "./certificate.ts";

/** A monitor of one file, over real sockets: welcomes, acks, notes what it read. */
export class RealServer implements AsyncDisposable {
  readonly beats: BeatRequest[] = [];
  readonly sockets = new Set<Socket>();
  streamsOpened = 0;
  streamsEnded = 0;
  connections = 0;
  /** When set, the next streams end with it after their first beat. */
  refusal: ConnectError | undefined;
  /** Beats that are answered on a stream before the server ends it. */
  answersPerStream = Number.POSITIVE_INFINITY;
  readonly #server: http2.Http2Server | http2.Http2SecureServer;

  private constructor(encrypted: boolean) {
    const beat = this.#beat.bind(this);
    const handler = connectNodeAdapter({
      routes: (router) => router.service(HeartbeatService, { beat }),
    });
    this.#server = encrypted
      ? http2.createSecureServer({ cert: certificate, key: privateKey }, handler)
      : http2.createServer(handler);
    this.#server.on("connection", (socket: Socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    this.#server.on("sessionError", () => {});
  }

  static async start(port = 0, encrypted = false): Promise<RealServer> {
    const server = new RealServer(encrypted);
    await new Promise<void>((resolve) => server.#server.listen(port, "127.0.0.1", resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get goodbyes() {
    return this.beats.flatMap(({ goodbye }) => goodbye ?? []);
  }

  /** As the loss of a host: every connection, at once. */
  destroySockets(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.destroySockets();
    await closed;
  }

  async *#beat(beats: AsyncIterable<BeatRequest>) {
    this.streamsOpened++;
    let answers = 0;
    try {
      for await (const beat of beats) {
        this.beats.push(beat);
        if (this.refusal) throw this.refusal;
        const welcome = beat.registration && {
          epoch: 7n,
          resumed: beat.epoch === 7n,
          policy: beat.registration.policy,
          firstBeatIn: durationFromMs(50),
        };
        yield create(BeatResponseSchema, { ackedSequence: beat.sequence, welcome });
        if (++answers >= this.answersPerStream)
          throw new ConnectError("draining", Code.Unavailable);
      }
    } finally {
      this.streamsEnded++;
    }
  }
}

/** Waits for a condition; fails by its name when it does not come in time. */
export async function until(what: string, condition: () => boolean, withinMs = 10_000) {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
