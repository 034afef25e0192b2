import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createRouterTransport, type ServiceImpl, type Transport } from "@connectrpc/connect";
import { AlertService } from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { ControlService } from "../../../gen/typescript/heartbeat/v1/control_service_pb.js";
import {
  AgentSchema,
  AgentState,
  type Event,
  EventSchema,
  EventType,
  Severity,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { HeartbeatService } from "../../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { MessageService } from "../../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { StatusService } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";

export interface Answers {
  readonly status?: Partial<ServiceImpl<typeof StatusService>>;
  readonly control?: Partial<ServiceImpl<typeof ControlService>>;
  readonly messages?: Partial<ServiceImpl<typeof MessageService>>;
  readonly alerts?: Partial<ServiceImpl<typeof AlertService>>;
  readonly beats?: Partial<ServiceImpl<typeof HeartbeatService>>;
}

/** A server in this process that answers what a test wants. */
export function serverThat(answers: Answers): Transport {
  return createRouterTransport((router) => {
    router.service(StatusService, answers.status ?? {});
    router.service(ControlService, answers.control ?? {});
    router.service(HeartbeatService, answers.beats ?? {});
    router.service(MessageService, answers.messages ?? {});
    router.service(AlertService, answers.alerts ?? {});
  });
}

const START = Date.UTC(2026, 0, 1);

export function anAgent(parts: MessageInitShape<typeof AgentSchema> = {}) {
  return create(AgentSchema, {
    organizationId: "default",
    agentId: "web-1",
    state: AgentState.ALIVE,
    stateSince: timestampFromMs(START),
    lastBeatAt: timestampFromMs(START),
    sinceLastBeat: durationFromMs(3_200),
    ...parts,
  });
}

export function anEvent(sequence: number, parts: MessageInitShape<typeof EventSchema> = {}): Event {
  return create(EventSchema, {
    sequence: BigInt(sequence),
    occurredAt: timestampFromMs(START + sequence),
    type: EventType.DOWN,
    severity: Severity.ERROR,
    organizationId: "default",
    agentId: "web-1",
    reason: `reason ${sequence}`,
    ...parts,
  });
}
