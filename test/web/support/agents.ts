import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AgentSchema, AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { type Seen, seenOf } from "../../../web/src/data/seen.ts";

/** The server's wall clock, whenever a test needs one. */
export const WALL = Date.UTC(2026, 0, 1);

/** An agent as a watch tells it: alive, with a beat half a second ago, unless told otherwise. */
export function agent(agentId: string, rest: MessageInitShape<typeof AgentSchema> = {}) {
  return create(AgentSchema, {
    organizationId: "default",
    agentId,
    state: AgentState.ALIVE,
    stateSince: timestampFromMs(WALL - 60_000),
    connected: true,
    sinceLastBeat: durationFromMs(500),
    policy: { interval: durationFromMs(1_000), grace: durationFromMs(250) },
    ...rest,
  });
}

export const seen = (
  agentId: string,
  rest: MessageInitShape<typeof AgentSchema> = {},
  at = 0,
): Seen => seenOf(agent(agentId, rest), at, 0);
