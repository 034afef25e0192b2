import { create } from "@bufbuild/protobuf";
import {
  Activity,
  type Agent,
  AgentSchema,
  AgentState,
  type Task,
  TaskSchema,
  TaskState,
  type Vitals,
  VitalsSchema,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type {
  AgentState as AgentStateName,
  TaskSnapshot,
  TaskState as TaskStateName,
  Vitals as VitalsRead,
} from "../../events/event.ts";
import type { AgentView } from "../../monitor/view.ts";
import { policyMessage } from "./policy.ts";
import { duration, timestamp } from "./time.ts";

export const agentStateNumber: Readonly<Record<AgentStateName, AgentState>> = {
  expected: AgentState.EXPECTED,
  alive: AgentState.ALIVE,
  suspect: AgentState.SUSPECT,
  down: AgentState.DOWN,
  left: AgentState.LEFT,
};

export const taskStateNumber: Readonly<Record<TaskStateName, TaskState>> = {
  running: TaskState.RUNNING,
  stale: TaskState.STALE,
  succeeded: TaskState.SUCCEEDED,
  failed: TaskState.FAILED,
  timed_out: TaskState.TIMED_OUT,
  orphaned: TaskState.ORPHANED,
  canceled: TaskState.CANCELED,
  offered: TaskState.OFFERED,
  given_up: TaskState.GIVEN_UP,
};

/** An agent as the contract shows it. */
export function agentMessage(view: AgentView, serverId: string): Agent {
  return create(AgentSchema, {
    organizationId: view.organizationId,
    agentId: view.agentId,
    agentType: view.agentType,
    instanceId: view.instanceId,
    labels: { ...view.labels },
    state: agentStateNumber[view.state],
    stateSince: timestamp(view.stateSince),
    stateReason: view.stateReason,
    connected: view.connected,
    paused: view.paused,
    pausedUntil: view.pausedUntil === undefined ? undefined : timestamp(view.pausedUntil),
    activity: view.idle ? Activity.IDLE : Activity.RUNNING,
    held: view.held,
    epoch: BigInt(view.epoch),
    registeredAt: timestamp(view.registeredAt),
    lastBeatAt: view.lastBeatAt === undefined ? undefined : timestamp(view.lastBeatAt),
    sinceLastBeat: duration(view.sinceLastBeatMs),
    missedBeats: view.missedBeats,
    beatsReceived: BigInt(view.beatsReceived),
    reconnects: BigInt(view.reconnects),
    jitter: duration(view.jitterMs),
    phi: view.phi,
    policy: policyMessage(view.policy),
    tasks: view.tasks.map(taskMessage),
    vitals: view.vitals && vitalsMessage(view.vitals),
    client: view.client && { ...view.client },
    serverId: view.connected ? serverId : "",
  });
}

/** A task as the contract shows it. */
export function taskMessage(task: TaskSnapshot): Task {
  return create(TaskSchema, {
    taskId: task.taskId,
    organizationId: task.organizationId,
    agentId: task.agentId,
    state: taskStateNumber[task.state],
    progress: task.progress,
    detail: task.detail,
    error: task.error,
    startedAt: timestamp(task.startedAt),
    lastActivityAt: timestamp(task.lastActivityAt),
    runningFor: duration(task.runningForMs),
    idleFor: duration(task.idleForMs),
    epoch: BigInt(task.epoch),
    attempt: task.attempt,
    maxAttempts: task.maxAttempts,
    nextAttemptAt: task.nextAttemptAt === undefined ? undefined : timestamp(task.nextAttemptAt),
    fromAgentId: task.fromAgentId,
  });
}

export function vitalsMessage(vitals: VitalsRead): Vitals {
  return create(VitalsSchema, {
    cpu: vitals.cpu,
    rssBytes: vitals.rssBytes,
    loopLag: vitals.loopLagMs === undefined ? undefined : duration(vitals.loopLagMs),
    custom: { ...vitals.custom },
  });
}
