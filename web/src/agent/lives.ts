import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { type Event, EventType } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";

/** One life of an agent: a process that held its lease. */
export interface Life {
  readonly epoch: bigint;
  readonly since: Timestamp | undefined;
  readonly instanceId: string;
}

const MOST_LIVES = 10;

/**
 * The lives that events tell of, the newest first.
 *
 * @param events the newest first
 */
export function livesOf(events: readonly Event[]): Life[] {
  const lives = new Map<bigint, Life>();
  for (const { type, epoch, occurredAt, details } of events) {
    if (type !== EventType.CONNECTED || epoch === 0n) continue;
    if (!lives.has(epoch) && lives.size === MOST_LIVES) break;
    // The oldest of an epoch is its beginning, the others are reconnects.
    lives.set(epoch, { epoch, since: occurredAt, instanceId: details.instance_id ?? "" });
  }
  return [...lives.values()];
}
