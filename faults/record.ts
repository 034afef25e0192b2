/**
 * The server's record, read back and compared with what was told.
 */
import { equals } from "@bufbuild/protobuf";
import { type Event, EventSchema, EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Server } from "./server.ts";

/** The whole record, oldest first, by ListEvents. */
export async function readBack(server: Server): Promise<Event[]> {
  const events: Event[] = [];
  let pageToken = "";
  do {
    const page = await server.status.listEvents({
      organizationId: "*",
      pageSize: 1_000,
      pageToken,
    });
    events.push(...page.events);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return events;
}

/** What was told and is not in the record, or not as it was told. */
export function lostOrChanged(told: readonly Event[], record: readonly Event[]): string[] {
  const bySequence = new Map(record.map((event) => [event.sequence, event]));
  return told.flatMap((event) => {
    const kept = bySequence.get(event.sequence);
    if (kept === undefined) return [`${event.sequence} was told and is lost`];
    if (equals(EventSchema, event, kept)) return [];
    return [`${event.sequence} was told as ${words(event)} and is ${words(kept)}`];
  });
}

function words({ type, agentId, epoch, reason }: Event): string {
  return `${EventType[type]} ${agentId} ${epoch} "${reason}"`;
}

/** The first event that is out of its place, when there is one. */
export function gapsOf(record: readonly Event[]): string[] {
  return record
    .filter(({ sequence }, index) => sequence !== BigInt(index + 1))
    .slice(0, 1)
    .map(({ sequence }) => `${sequence} is out of its place`);
}
