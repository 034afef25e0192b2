/**
 * A fleet to look at: agents in every state, over one connection and with a beat or two each. They have
 * declared an interval of hours, so that all of them stay as they are.
 */
import type { ClientHttp2Session } from "node:http2";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  PauseAgentRequestSchema,
  RegisterAgentRequestSchema,
} from "../gen/typescript/heartbeat/v1/control_service_pb.js";
import {
  type BeatRequest,
  BeatRequestSchema,
  SendBeatRequestSchema,
} from "../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { openSession, openStream, unary } from "./client.ts";
import { BEAT_PATH, SEND_BEAT_PATH } from "./messages.ts";
import { frame } from "./wire.ts";

const CONTROL = "/heartbeat.v1.ControlService";
const CALL_TIMEOUT_MS = 20_000;
const CALLS_AT_ONCE = 64;
const HOURS_MS = 12 * 3_600_000;

export type Standing = "alive" | "working" | "suspect" | "down" | "expected" | "left" | "paused";

export interface Member {
  readonly organizationId?: string;
  readonly agentId: string;
  readonly agentType: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly standing: Standing;
  /** Why it is down. */
  readonly reason?: string;
}

const kinds = [
  ["worker", "build"],
  ["gateway", "edge"],
  ["indexer", "search"],
  ["scheduler", "core"],
  ["crawler", "search"],
] as const;
const regions = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-south-1"] as const;
const reasons = [
  "process exited with code 137 (out of memory)",
  "missed 3 beats; last heard from 34 s ago",
  "stream dropped: connection reset by peer; not back within 10 s",
];

/** Most are well, and a few in each other state: some in a hundred, and one of each in the smallest. */
export function exampleFleet(count: number): Member[] {
  return Array.from({ length: count }, (_, number) => {
    const [agentType, team] = kinds[(number * 7) % kinds.length]!;
    const region = regions[Math.floor((number * regions.length) / count)]!;
    const standing = standingOf(number, count);
    return {
      agentId: `${region}/${agentType}-${String(number).padStart(String(count - 1).length, "0")}`,
      agentType,
      labels: { region, team, version: number % 9 === 0 ? "2.4.1" : "2.4.0" },
      standing,
      ...(standing === "down" && { reason: reasons[number % reasons.length]! }),
    };
  });
}

/** By a fixed dice: the same fleet each time. */
function standingOf(number: number, count: number): Standing {
  const small: readonly Standing[] = ["working", "alive", "down", "working", "suspect", "alive"];
  if (count <= 20) return small[number] ?? (number === 7 ? "paused" : "working");
  const dice = ((number * 2_654_435_761) >>> 0) % 1_000;
  if (dice < 6) return "down";
  if (dice < 12) return "suspect";
  if (dice < 20) return "expected";
  if (dice < 26) return "paused";
  if (dice < 40) return "left";
  return dice < 400 ? "working" : "alive";
}

/** Makes a server know these agents, each in its state. */
export async function settle(address: string, members: Iterable<Member>): Promise<void> {
  const session = await openSession(address);
  try {
    const waiting = members[Symbol.iterator]();
    const worker = async () => {
      for (let next = waiting.next(); !next.done; next = waiting.next()) {
        await settleOne(session, next.value);
      }
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
  } finally {
    session.destroy();
  }
}

async function settleOne(session: ClientHttp2Session, member: Member): Promise<void> {
  const { organizationId = "default", agentId, agentType, labels, standing, reason = "" } = member;
  const call = (path: string, message: Uint8Array) =>
    unary(session, path, frame(message), CALL_TIMEOUT_MS);
  if (standing === "expected") {
    const request = { organizationId, agentId, agentType, labels, policy };
    const message = create(RegisterAgentRequestSchema, request);
    await call(`${CONTROL}/RegisterAgent`, toBinary(RegisterAgentRequestSchema, message));
    return;
  }
  if (standing === "suspect") return dropped(session, member);
  await call(SEND_BEAT_PATH, beatOf(member, standing === "working" ? working(agentId) : {}));
  if (standing === "down" || standing === "left") {
    await call(
      SEND_BEAT_PATH,
      beatOf(member, { goodbye: { reason, failed: standing === "down" } }),
    );
  }
  if (standing === "paused") {
    const request = { organizationId, agentId, reason: "being moved to another host" };
    const message = create(PauseAgentRequestSchema, request);
    await call(`${CONTROL}/PauseAgent`, toBinary(PauseAgentRequestSchema, message));
  }
}

const policy = { interval: durationFromMs(HOURS_MS) };

function firstBeat(member: Member, rest: Beat): Beat {
  const { organizationId = "default", agentId, agentType, labels } = member;
  return { agentId, registration: { organizationId, agentType, labels, policy }, ...rest };
}

type Beat = Exclude<MessageInitShape<typeof BeatRequestSchema>, BeatRequest>;

/** A beat without a stream, as it goes over the wire without its frame. */
export function beatOf(member: Member, rest: Beat): Uint8Array {
  const beat = firstBeat(member, rest);
  return toBinary(SendBeatRequestSchema, create(SendBeatRequestSchema, { beat }));
}

const working = (agentId: string): Beat => ({
  tasks: [{ taskId: `job-${agentId.length}`, progress: (agentId.length % 9) / 10 + 0.05 }],
});

/** Opens a stream and drops it: one missed beat, and so SUSPECT for as long as its interval is. */
function dropped(session: ClientHttp2Session, member: Member): Promise<void> {
  return new Promise((resolve) => {
    const stream = openStream(session, BEAT_PATH, {
      onMessage: () => stream.close(),
      onEnd: () => resolve(),
    });
    const message = create(BeatRequestSchema, firstBeat(member, {}));
    stream.write(frame(toBinary(BeatRequestSchema, message)));
  });
}
