import { create, toBinary } from "@bufbuild/protobuf";
import { WelcomeSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  type BeatRequest,
  BeatRequestSchema,
  type SendBeatRequest,
  type SendBeatResponse,
  SendBeatResponseSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { Instant } from "../clock.ts";
import { limits } from "../config.ts";
import { HeartbeatError } from "../errors.ts";
import { State } from "../monitor/columns.ts";
import type { Hello, Lease, Parting } from "../monitor/lease.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { unload } from "./cargo.ts";
import { outdatedDirective } from "./directives.ts";
import { policyMessage } from "./messages/policy.ts";
import { duration, timestamp } from "./messages/time.ts";
import { cargo, hello } from "./parse/beat.ts";
import type { ServiceParts } from "./parts.ts";
import { draining } from "./watchers.ts";

/** HeartbeatService's unary part; the streams are {@link BeatSession}'s. */
export function heartbeatService({ engine, sessions, exchange, serverId }: ServiceParts) {
  return {
    async sendBeat({ beat }: SendBeatRequest): Promise<SendBeatResponse> {
      if (!beat) throw new HeartbeatError("field_missing", { field: "beat", problem: "is empty" });
      if (sessions.isDraining) throw draining();
      checkSize(beat);
      const greeted = hello(beat, false);
      const carried = cargo(beat, greeted.agentId);
      const { lease, now, outdated } = engine.run((monitor, now) => {
        if (carried.goodbye && isOver(monitor, greeted, carried.goodbye)) {
          return { lease: undefined, now, outdated: [] };
        }
        const lease = take(monitor, greeted, now);
        const outdated = unload(monitor, lease.slot, carried, now, false);
        if (carried.goodbye) monitor.leave(lease.slot, carried.goodbye, now);
        return { lease, now, outdated };
      });
      const { organizationId } = greeted;
      const delivered = carried.messages.map((message) =>
        exchange.publish(organizationId, message),
      );
      const welcome =
        lease &&
        beat.registration &&
        create(WelcomeSchema, {
          epoch: BigInt(lease.epoch),
          resumed: lease.resumed,
          policy: policyMessage(lease.policy),
          firstBeatIn: duration(lease.policy.intervalMs),
          serverId,
        });
      return create(SendBeatResponseSchema, {
        ack: {
          ackedSequence: beat.sequence,
          receivedAt: timestamp(now.wall),
          deliveredCounts: delivered.map(BigInt),
          directives: outdated.map(outdatedDirective),
          ...(welcome && { welcome }),
        },
      });
    },
  };
}

/** A beat is small on every way in; the stream looks at the bytes before it reads them. */
function checkSize(beat: BeatRequest): void {
  const { length } = toBinary(BeatRequestSchema, beat);
  if (length <= limits.beatBytes) return;
  throw new HeartbeatError("message_too_large", {
    field: "beat",
    value: `${length} bytes`,
    problem: "is too large",
    limit: `${limits.beatBytes} bytes`,
  });
}

/** Whether a Goodbye has been said already: a caller may send it again when its answer was lost. */
function isOver(monitor: Monitor, greeted: Hello, goodbye: Parting): boolean {
  const slot = monitor.find(greeted.organizationId, greeted.agentId);
  if (slot === undefined) return true;
  const state = monitor.columns.state(slot);
  return state === State.left || (goodbye.failed && state === State.down);
}

/** A beat without a stream: of the life that holds the lease, or of one that takes it up. */
function take(monitor: Monitor, greeted: Hello, now: Instant): Lease {
  const slot = monitor.find(greeted.organizationId, greeted.agentId);
  const state = slot === undefined ? State.left : monitor.columns.state(slot);
  const present = state !== State.left && state !== State.expected;
  if (slot === undefined || !present || greeted.declaration || greeted.epoch !== 0) {
    return monitor.attach(greeted, now);
  }
  monitor.beatAlone(slot, now);
  return {
    slot,
    epoch: monitor.columns.epoch[slot],
    resumed: true,
    policy: monitor.policyOf(slot),
  };
}
