import { create } from "@bufbuild/protobuf";
import {
  AlertKind,
  AlertMemberSchema,
  type Alert as AlertMessage,
  AlertSchema,
  AlertState,
  type Channel,
  ChannelSchema,
  type Delivery,
  DeliverySchema,
  DeliveryState,
  type Silence as SilenceMessage,
  SilenceSchema,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import type { Alert } from "../../alerts/alert.ts";
import type { ChannelReport, DeliveryReport } from "../../alerts/delivering.ts";
import type {
  AlertKind as AlertKindName,
  AlertMember,
  AlertState as AlertStateName,
} from "../../alerts/notification.ts";
import type { Silence } from "../../alerts/silences.ts";
import { severityNumber } from "./event.ts";
import { timestamp } from "./time.ts";

export const alertKindNumber: Readonly<Record<AlertKindName, AlertKind>> = {
  agent_down: AlertKind.AGENT_DOWN,
  agent_conflict: AlertKind.AGENT_CONFLICT,
  mass_failure: AlertKind.MASS_FAILURE,
  task_stale: AlertKind.TASK_STALE,
  task_lost: AlertKind.TASK_LOST,
  task_given_up: AlertKind.TASK_GIVEN_UP,
  monitor: AlertKind.MONITOR,
};

export const alertStateNumber: Readonly<Record<AlertStateName, AlertState>> = {
  pending: AlertState.PENDING,
  firing: AlertState.FIRING,
  resolved: AlertState.RESOLVED,
};

export const deliveryStateNumber: Readonly<Record<DeliveryReport["state"], DeliveryState>> = {
  waiting: DeliveryState.WAITING,
  delivered: DeliveryState.DELIVERED,
  dead: DeliveryState.DEAD,
};

/** An alert as the contract shows it. */
export function alertMessage(alert: Alert, silenceId: string): AlertMessage {
  const snapshot = alert.snapshot();
  return create(AlertSchema, {
    id: snapshot.id,
    organizationId: snapshot.organizationId ?? "",
    kind: alertKindNumber[snapshot.kind],
    severity: severityNumber[snapshot.severity],
    state: alertStateNumber[snapshot.state],
    summary: snapshot.summary,
    startedAt: timestamp(snapshot.startedAt),
    ...instant("resolvedAt", snapshot.resolvedAt),
    ...instant("toldAt", alert.toldAt),
    members: snapshot.members.map(memberMessage),
    memberCount: snapshot.memberCount,
    openCount: snapshot.openCount,
    channels: [...alert.route.channels],
    silenceId,
    flapping: snapshot.flapping,
  });
}

function memberMessage(member: AlertMember) {
  const { agentId, agentType, taskId, reason, startedAt, resolvedAt } = member;
  return create(AlertMemberSchema, {
    agentId,
    agentType,
    taskId,
    reason,
    startedAt: timestamp(startedAt),
    ...instant("resolvedAt", resolvedAt),
  });
}

export function channelMessage(report: ChannelReport): Channel {
  const { lastAttemptAt, waiting, dead, deliveredTotal, failuresTotal, ...facts } = report;
  return create(ChannelSchema, {
    ...facts,
    waiting: BigInt(waiting),
    dead: BigInt(dead),
    deliveredTotal: BigInt(deliveredTotal),
    failuresTotal: BigInt(failuresTotal),
    ...instant("lastAttemptAt", lastAttemptAt),
  });
}

export function deliveryMessage(report: DeliveryReport): Delivery {
  const { organizationId = "", state, createdAt, nextAttemptAt, endedAt, ...facts } = report;
  return create(DeliverySchema, {
    ...facts,
    organizationId,
    state: deliveryStateNumber[state],
    createdAt: timestamp(createdAt),
    ...instant("nextAttemptAt", nextAttemptAt),
    ...instant("endedAt", endedAt),
  });
}

export function silenceMessage(silence: Silence): SilenceMessage {
  const { kinds, labels, startsAt, endsAt, createdAt, ...facts } = silence;
  return create(SilenceSchema, {
    ...facts,
    labels: { ...labels },
    kinds: kinds.map((kind) => alertKindNumber[kind]),
    startsAt: timestamp(startsAt),
    endsAt: timestamp(endsAt),
    createdAt: timestamp(createdAt),
  });
}

/** A field that is left out when its instant is not known. */
function instant<Name extends string>(name: Name, wallMs: number | undefined) {
  return (wallMs === undefined ? {} : { [name]: timestamp(wallMs) }) as {
    readonly [field in Name]?: ReturnType<typeof timestamp>;
  };
}
