import { create } from "@bufbuild/protobuf";
import type {
  BeatRequest,
  BeatResponse,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { BeatResponseSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { HeartbeatError } from "../../src/errors.ts";
import { type BeatOutlet, BeatSession } from "../../src/services/beat-session.ts";
import { timestamp } from "../../src/services/messages/time.ts";
import type { End } from "./connection.ts";
import type { House } from "./house.ts";
import type { BeatConnection } from "./network.ts";

/** What a stream tells of itself, for whoever judges the server. */
export interface StreamWitness {
  /** A message was handed to the session. `answered` is whether the session said anything at once. */
  received(stream: ServerStream, beat: BeatRequest, answered: boolean): void;
  /** The session is about to be told that the agent's side has ended. */
  losing(stream: ServerStream): void;
  /** The session was told that the agent's side has ended. */
  lost(stream: ServerStream): void;
  /** The session sent something. */
  said(stream: ServerStream, response: BeatResponse): void;
}

/** The server's end of an agent's stream: what `src/grpc/beat-stream.ts` is over sockets. */
export class ServerStream implements End<BeatRequest> {
  readonly house: House;
  readonly connection: BeatConnection;
  readonly #witness: StreamWitness;
  #session: BeatSession | undefined;
  /** The error with which the server ended it; null after a good end. */
  endedWith: HeartbeatError | null | undefined;
  /** Instance of the first message. */
  instanceId = "";
  greeted = false;
  #saidCount = 0;

  constructor(house: House, connection: BeatConnection, witness: StreamWitness) {
    this.house = house;
    this.connection = connection;
    this.#witness = witness;
  }

  receive(beat: BeatRequest): void {
    this.#session ??= this.#open();
    const before = this.#saidCount;
    if (!this.greeted) this.instanceId = beat.registration?.instanceId ?? "";
    this.#session.receive(beat);
    this.#witness.received(this, beat, this.#saidCount > before);
    this.greeted = true;
  }

  ended(): void {
    this.#session ??= this.#open();
    this.#witness.losing(this);
    this.#session.closed();
    this.#witness.lost(this);
    this.connection.finish("down");
  }

  drained(): void {
    this.#session?.writable();
  }

  /** The transport gives the stream up: a keepalive was not answered. */
  expire(): void {
    if (this.connection.server.alive) this.connection.expire("up");
  }

  #open(): BeatSession {
    const outlet: BeatOutlet = {
      ack: (ackedSequence, receivedAt) =>
        this.#say(create(BeatResponseSchema, { ackedSequence, receivedAt: timestamp(receivedAt) })),
      send: (response) => this.#say(response),
      end: (error) => this.#end(error),
    };
    return new BeatSession(this.house.parts, outlet, `sim-${this.connection.id}`);
  }

  #say(answer: BeatResponse): boolean {
    this.#saidCount++;
    this.#witness.said(this, answer);
    return this.connection.send("down", { answer });
  }

  #end(error: HeartbeatError | undefined): void {
    this.#saidCount++;
    this.endedWith = error ?? null;
    const status = {
      by: "server",
      status: error?.status ?? "OK",
      message: error?.message ?? "",
      code: error?.code,
      ...(error?.refusal.metadata?.["grpc-retry-pushback-ms"] !== undefined && {
        pushbackMs: Number(error.refusal.metadata["grpc-retry-pushback-ms"]),
      }),
    } as const;
    this.connection.send("down", { status });
    this.connection.finish("down");
  }
}
