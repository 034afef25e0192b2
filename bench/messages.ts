/**
 * The messages that are encoded or decoded once in a while, through the generated code.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Event } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  BeatRequestSchema,
  BeatResponseSchema,
  SendBeatRequestSchema,
} from "../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import {
  GetStatusRequestSchema,
  type GetStatusResponse,
  GetStatusResponseSchema,
  WatchEventsRequestSchema,
  WatchEventsResponseSchema,
} from "../gen/typescript/heartbeat/v1/status_service_pb.js";
import { openSession, unary } from "./client.ts";
import { frame } from "./wire.ts";

export const BEAT_PATH = "/heartbeat.v1.HeartbeatService/Beat";
export const SEND_BEAT_PATH = "/heartbeat.v1.HeartbeatService/SendBeat";
const STATUS_PATH = "/heartbeat.v1.StatusService/GetStatus";
export const WATCH_PATH = "/heartbeat.v1.StatusService/WatchEvents";

/** The silence after which an agent of these benches is DOWN, in intervals. */
export const TIMEOUT_MULTIPLIER = 3;

const HOUR_MS = 3_600_000;

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

/** One beat without a stream, framed, of an agent that is DOWN after a silence, and not suspected before. */
export function singleBeatFrame(agentId: string, silenceMs: number): Buffer {
  const intervalMs = Math.round(silenceMs / 2);
  const beat = {
    agentId,
    registration: {
      agentType: "bench",
      policy: {
        interval: durationFromMs(intervalMs),
        timeoutMultiplier: silenceMs / intervalMs,
        grace: durationFromMs(HOUR_MS),
      },
    },
  };
  return frame(toBinary(SendBeatRequestSchema, create(SendBeatRequestSchema, { beat })));
}

/** How long an ack is on the wire without its frame; what the floor answers with. */
export function ackBytes(): number {
  const ack = create(BeatResponseSchema, {
    ackedSequence: 1_000n,
    receivedAt: timestampFromMs(Date.now()),
  });
  return toBinary(BeatResponseSchema, ack).length;
}

/** Asks for every event of every tenant after a sequence; undefined: from now on. */
export function watchFrame(after?: bigint): Buffer {
  const request = { organizationId: "*", ...(after !== undefined && { afterSequence: after }) };
  return frame(toBinary(WatchEventsRequestSchema, create(WatchEventsRequestSchema, request)));
}

export function decodeEvent(message: Uint8Array): Event | undefined {
  return fromBinary(WatchEventsResponseSchema, message).event;
}

const STATUS_TIMEOUT_MS = 10_000;

/** What a server says of itself. */
export async function askStatus(address: string): Promise<GetStatusResponse> {
  const request = frame(toBinary(GetStatusRequestSchema, create(GetStatusRequestSchema)));
  const session = await openSession(address);
  try {
    const answer = await unary(session, STATUS_PATH, request, STATUS_TIMEOUT_MS);
    return fromBinary(GetStatusResponseSchema, answer);
  } finally {
    session.destroy();
  }
}
