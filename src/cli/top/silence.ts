import { durationMs } from "@bufbuild/protobuf/wkt";
import {
  type Agent,
  AgentState,
  type LivenessPolicy,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";

/** For so long a silence is counted on although a beat, which is no event, may have ended it. */
const TRUSTED_MS = 10_000;

/** What tells of an agent's silence, and when it was told: monotonic, of this machine. */
export interface Silent {
  readonly agent: Pick<Agent, "state" | "connected" | "paused" | "sinceLastBeat"> & {
    readonly policy?: Pick<LivenessPolicy, "interval" | "grace"> | undefined;
  };
  readonly seenAt: number;
}

/** Milliseconds since the last beat. */
export interface Silence {
  readonly ms: number;
  /** It is no longer than that: beats have come since that nobody told of. */
  readonly isBound: boolean;
}

/**
 * What is known of an agent's silence; undefined when that is nothing.
 *
 * The watch tells of states and not of beats. A beat would make an agent ALIVE that is not, and that is
 * told: its silence is known to the millisecond however long ago it was seen. The silence of an ALIVE one
 * on an open stream cannot have outgrown its interval and grace: that is told too. Of any other it is known
 * only as long as somebody has looked at it lately.
 */
export function silenceOf({ agent, seenAt }: Silent, now: number): Silence | undefined {
  if (agent.state === AgentState.EXPECTED || agent.sinceLastBeat === undefined) return undefined;
  const whenSeen = durationMs(agent.sinceLastBeat);
  const counted = { ms: whenSeen + now - seenAt, isBound: false };
  if (agent.state !== AgentState.ALIVE) return counted;
  const { policy } = agent;
  const longest =
    policy?.interval && policy.grace && durationMs(policy.interval) + durationMs(policy.grace);
  if (longest !== undefined && agent.connected && !agent.paused && whenSeen <= longest) {
    return counted.ms <= longest ? counted : { ms: longest, isBound: true };
  }
  return now - seenAt <= TRUSTED_MS ? counted : undefined;
}
