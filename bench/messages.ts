/**
 * The messages that are encoded or decoded once in a while, through the generated code.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Event } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  BeatRequestSchema,
  BeatResponseSchema,
} from "../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import {
  WatchEventsRequestSchema,
  WatchEventsResponseSchema,
} from "../gen/typescript/heartbeat/v1/status_service_pb.js";
import { frame } from "./wire.ts";

export const BEAT_PATH = "/heartbeat.v1.HeartbeatService/Beat";
export const WATCH_PATH = "/heartbeat.v1.StatusService/WatchEvents";

/** The silence after which an agent of these benches is DOWN, in intervals. */
export const TIMEOUT_MULTIPLIER = 3;

/** A stream's first message, framed: who the agent is and how it wants to be judged. */
export function firstBeatFrame(agentId: string, intervalMs: number): Buffer {
  const message = create(BeatRequestSchema, {
    agentId,
    sequence: 1n,
    registration: {
      instanceId: `${agentId}-life`,
      agentType: "bench",
      policy: {
        interval: durationFromMs(intervalMs),
        timeoutMultiplier: TIMEOUT_MULTIPLIER,
        maxMissedBeats: TIMEOUT_MULTIPLIER,
      },
    },
  });
  return frame(toBinary(BeatRequestSchema, message));
}

/** How long an ack is on the wire without its frame; what the floor answers with. */
export function ackBytes(): number {
  const ack = create(BeatResponseSchema, {
    ackedSequence: 1_000n,
    receivedAt: timestampFromMs(Date.now()),
  });
  return toBinary(BeatResponseSchema, ack).length;
}

/** Asks for every event of every tenant from now on. */
export function watchFrame(): Buffer {
  return frame(
    toBinary(WatchEventsRequestSchema, create(WatchEventsRequestSchema, { organizationId: "*" })),
  );
}

export function decodeEvent(message: Uint8Array): Event | undefined {
  return fromBinary(WatchEventsResponseSchema, message).event;
}
