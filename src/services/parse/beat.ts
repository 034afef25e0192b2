import {
  Activity,
  type ClientInfo,
  type Goodbye,
  type Registration,
  TaskState,
  type TaskUpdate,
  type Vitals,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { BeatRequest } from "../../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { limits } from "../../config.ts";
import type { Vitals as VitalsRead } from "../../events/event.ts";
import type { Message } from "../../messaging/message.ts";
import type { ClientInfo as ClientInfoRead } from "../../monitor/columns.ts";
import type { Declaration, Hello, Parting } from "../../monitor/lease.ts";
import type { TaskReport } from "../../monitor/task.ts";
import {
  atMost,
  bytes,
  choice,
  id,
  labels,
  number,
  organization,
  safeInteger,
  spanMs,
  text,
} from "./fields.ts";
import { message } from "./message.ts";
import { policyPatch, retryPolicy } from "./policy.ts";

/** What a beat carries besides being one, read and checked. */
export interface Cargo {
  readonly idle: boolean | undefined;
  readonly tasks: readonly TaskReport[];
  readonly vitals: VitalsRead | undefined;
  readonly messages: readonly Message[];
  readonly goodbye: Parting | undefined;
}

/** Whether a beat is nothing but a beat: the usual case, decided by a few comparisons. */
export function isBare(beat: BeatRequest): boolean {
  return (
    beat.tasks.length === 0 &&
    beat.vitals === undefined &&
    beat.activity === Activity.UNSPECIFIED &&
    beat.goodbye === undefined &&
    beat.registration === undefined &&
    beat.messages.length === 0
  );
}

/** Who a stream's first message, or a single beat, comes from. */
export function hello(beat: BeatRequest, stream: boolean): Hello {
  const registration = beat.registration;
  return {
    organizationId: organization(
      "registration.organization_id",
      registration?.organizationId ?? "",
    ),
    agentId: id("agent_id", beat.agentId),
    instanceId: text("registration.instance_id", registration?.instanceId ?? "", limits.idBytes),
    epoch: safeInteger("epoch", beat.epoch),
    stream,
    declaration: registration && declaration(registration),
    client: registration?.client && clientInfo(registration.client),
  };
}

function declaration(registration: Registration): Declaration {
  return {
    agentType: text("registration.agent_type", registration.agentType, limits.agentTypeBytes),
    labels: labels("registration.labels", registration.labels),
    policy: policyPatch("registration.policy", registration.policy),
  };
}

function clientInfo(client: ClientInfo): ClientInfoRead {
  const max = limits.clientInfoBytes;
  return {
    language: text("registration.client.language", client.language, max),
    libraryVersion: text("registration.client.library_version", client.libraryVersion, max),
    host: text("registration.client.host", client.host, max),
    pid: client.pid,
  };
}

/** Everything is checked before anything is applied: a bad beat changes nothing. */
export function cargo(beat: BeatRequest, agentId: string): Cargo {
  atMost("tasks", beat.tasks, limits.tasksPerAgent);
  atMost("messages", beat.messages, limits.messagesPerBeat);
  return {
    idle: choice("activity", beat.activity, activities, "RUNNING, IDLE").idle,
    tasks: beat.tasks.map(taskReport),
    vitals: beat.vitals && vitals(beat.vitals),
    messages: beat.messages.map((one, index) => message(`messages[${index}]`, one, agentId)),
    goodbye: beat.goodbye && goodbye(beat.goodbye),
  };
}

const activities: ReadonlyMap<Activity, { readonly idle: boolean | undefined }> = new Map([
  [Activity.UNSPECIFIED, { idle: undefined }],
  [Activity.RUNNING, { idle: false }],
  [Activity.IDLE, { idle: true }],
]);

const reportedStates: ReadonlyMap<TaskState, TaskReport["state"]> = new Map([
  [TaskState.UNSPECIFIED, "running"],
  [TaskState.RUNNING, "running"],
  [TaskState.SUCCEEDED, "succeeded"],
  [TaskState.FAILED, "failed"],
  [TaskState.CANCELED, "canceled"],
]);

function taskReport(update: TaskUpdate, index: number): TaskReport {
  const field = `tasks[${index}]`;
  const states = "RUNNING, SUCCEEDED, FAILED, CANCELED";
  const range = limits.taskThresholdMs;
  return {
    taskId: id(`${field}.task_id`, update.taskId),
    state: choice(`${field}.state`, update.state, reportedStates, states),
    progress: number(`${field}.progress`, update.progress, { min: 0, max: 1 }),
    detail: bytes(`${field}.detail`, update.detail, limits.taskDetailBytes),
    error: text(`${field}.error`, update.error, limits.sentenceBytes),
    staleAfterMs: spanMs(`${field}.stale_after`, update.staleAfter, range),
    timeoutAfterMs: spanMs(`${field}.timeout_after`, update.timeoutAfter, range),
    retry: retryPolicy(`${field}.retry`, update.retry),
    token: safeInteger(`${field}.epoch`, update.epoch),
  };
}

const finite = { min: -Number.MAX_VALUE, max: Number.MAX_VALUE };
const notNegative = { min: 0, max: Number.MAX_VALUE };

function vitals(read: Vitals): VitalsRead {
  const custom = Object.entries(read.custom);
  atMost("vitals.custom", custom, limits.customVitals);
  for (const [name, value] of custom) {
    text("vitals.custom", name, limits.customVitalNameBytes);
    number(`vitals.custom[${name}]`, value, finite);
  }
  return {
    cpu: number("vitals.cpu", read.cpu, notNegative),
    rssBytes: read.rssBytes,
    loopLagMs: spanMs("vitals.loop_lag", read.loopLag, { min: 0, max: limits.taskThresholdMs.max }),
    custom: read.custom,
  };
}

function goodbye(read: Goodbye): Parting {
  const range = limits.expectedBackInMs;
  return {
    reason: text("goodbye.reason", read.reason, limits.sentenceBytes),
    failed: read.failed,
    expectedBackInMs: spanMs("goodbye.expected_back_in", read.expectedBackIn, range),
  };
}
