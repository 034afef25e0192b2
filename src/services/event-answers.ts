import { create, toBinary } from "@bufbuild/protobuf";
import {
  type WatchEventsResponse,
  WatchEventsResponseSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { RecordedEvent } from "../events/event.ts";
import { eventMessage } from "./messages/event.ts";

/** Readers are about as far as one another: this many of the newest answers are at hand. */
const AT_HAND = 1_000;
/** Encoded they take little room: those who have fallen behind find theirs as well. */
const BYTES_AT_HAND = 4_000;

/** What watches of events answer. Each answer is made once, however many watch: it is for all of them the same. */
export class EventAnswers {
  readonly #serverId: string;
  readonly #answers = new MadeOnce(AT_HAND, (recorded) => this.#make(recorded));
  readonly #bytes = new MadeOnce(BYTES_AT_HAND, (recorded) => {
    const { buffer, byteOffset, length } = toBinary(
      WatchEventsResponseSchema,
      this.#make(recorded),
    );
    return Buffer.from(buffer, byteOffset, length);
  });

  constructor(serverId: string) {
    this.#serverId = serverId;
  }

  answer(recorded: RecordedEvent): WatchEventsResponse {
    return this.#answers.of(recorded);
  }

  /** As it goes over the wire. */
  bytes(recorded: RecordedEvent): Buffer {
    return this.#bytes.of(recorded);
  }

  #make(recorded: RecordedEvent): WatchEventsResponse {
    const event = eventMessage(recorded, this.#serverId);
    return create(WatchEventsResponseSchema, { event });
  }
}

/** What is made of events, as far as it was made of the newest. */
class MadeOnce<Made> {
  readonly #capacity: number;
  readonly #make: (recorded: RecordedEvent) => Made;
  readonly #ring: { readonly recorded: RecordedEvent; readonly made: Made }[] = [];

  constructor(capacity: number, make: (recorded: RecordedEvent) => Made) {
    this.#capacity = capacity;
    this.#make = make;
  }

  of(recorded: RecordedEvent): Made {
    const place = recorded.sequence % this.#capacity;
    const known = this.#ring[place];
    if (known?.recorded === recorded) return known.made;
    const made = this.#make(recorded);
    this.#ring[place] = { recorded, made };
    return made;
  }
}
