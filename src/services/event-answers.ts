import { create } from "@bufbuild/protobuf";
import {
  type WatchEventsResponse,
  WatchEventsResponseSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { RecordedEvent } from "../events/event.ts";
import { eventMessage } from "./messages/event.ts";

/** Readers that keep up are about as far as one another: this many of the newest answers are at hand. */
const AT_HAND = 1_000;

/** What watches of events answer. Each answer is made once, however many watch: it is for all of them the same. */
export class EventAnswers {
  readonly #serverId: string;
  readonly #made: { readonly recorded: RecordedEvent; readonly answer: WatchEventsResponse }[] = [];

  constructor(serverId: string) {
    this.#serverId = serverId;
  }

  answer(recorded: RecordedEvent): WatchEventsResponse {
    const place = recorded.sequence % AT_HAND;
    const made = this.#made[place];
    if (made?.recorded === recorded) return made.answer;
    const event = eventMessage(recorded, this.#serverId);
    const answer = create(WatchEventsResponseSchema, { event });
    this.#made[place] = { recorded, answer };
    return answer;
  }
}
