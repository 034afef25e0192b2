import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  type DirectiveSchema,
  type LivenessPolicySchema,
  WelcomeSchema,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  type BeatRequest,
  BeatResponseSchema,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { BeatChannel, ChannelEnd, ChannelListener } from "../../../src/agent/channel.ts";

/** One stream as the server sees it. */
export class FakeStream implements BeatChannel {
  readonly beats: BeatRequest[] = [];
  readonly #listener: ChannelListener;
  finished = false;
  abandoned = false;
  held = false;
  /** A link that hangs takes one message and writes none. */
  hangs = false;
  #writing = false;

  constructor(listener: ChannelListener) {
    this.#listener = listener;
  }

  get open(): boolean {
    return !this.abandoned;
  }

  get last(): BeatRequest {
    return this.beats.at(-1)!;
  }

  get writable(): boolean {
    return !this.#writing && !this.finished && !this.abandoned;
  }

  send(beat: BeatRequest): void {
    if (!this.writable) throw new Error("sent while not writable");
    this.beats.push(beat);
    this.#writing = true;
    if (!this.hangs) queueMicrotask(() => this.#written());
  }

  finish(): void {
    this.finished = true;
  }

  abandon(): void {
    this.abandoned = true;
  }

  hold(on: boolean): void {
    this.held = on;
  }

  /** The link moves again. */
  unhang(): void {
    this.hangs = false;
    this.#written();
  }

  welcome(
    policy: MessageInitShape<typeof LivenessPolicySchema> = {},
    { epoch = 1n, resumed = false, firstBeatInMs = 400 } = {},
  ): void {
    const welcome = create(WelcomeSchema, {
      epoch,
      resumed,
      firstBeatIn: durationFromMs(firstBeatInMs),
      policy: { interval: durationFromMs(1000), timeoutMultiplier: 3, ...policy },
    });
    this.answer({ ackedSequence: this.last.sequence, welcome });
  }

  ack(sequence = this.last.sequence): void {
    this.answer({ ackedSequence: sequence });
  }

  direct(kind: MessageInitShape<typeof DirectiveSchema>["kind"]): void {
    this.answer({ directives: [{ kind }] });
  }

  end(end: ChannelEnd = { by: "network", message: "socket hang up" }): void {
    if (!this.abandoned) this.#listener.onEnd(end);
  }

  answer(init: MessageInitShape<typeof BeatResponseSchema>): void {
    if (!this.abandoned) this.#listener.onAnswer(create(BeatResponseSchema, init));
  }

  #written(): void {
    this.#writing = false;
    if (!this.abandoned) this.#listener.onWritable();
  }
}

/** A server at the agent's seam: no sockets. */
export class FakeServer {
  readonly streams: FakeStream[] = [];
  /** Whether a new stream's writes hang. */
  hangs = false;

  readonly open = (listener: ChannelListener): FakeStream => {
    const stream = new FakeStream(listener);
    stream.hangs = this.hangs;
    this.streams.push(stream);
    return stream;
  };

  /** The newest stream. */
  get stream(): FakeStream {
    return this.streams.at(-1)!;
  }
}
