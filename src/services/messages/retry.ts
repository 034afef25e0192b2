import { create, toJsonString } from "@bufbuild/protobuf";
import { TaskRetrySchema } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { TaskSnapshot } from "../../events/event.ts";
import type { Message } from "../../messaging/message.ts";
import { takeUpMs } from "../../monitor/retry-policy.ts";
import { duration } from "./time.ts";

/** On this subject agents are offered lost tasks. */
export const RETRY_SUBJECT = "tasks.retry";

/** An offer, as the agent that it is for gets it. */
export function retryMessage(task: TaskSnapshot, intervalMs: number): Message {
  const retry = create(TaskRetrySchema, {
    taskId: task.taskId,
    organizationId: task.organizationId,
    fromAgentId: task.fromAgentId,
    attempt: task.attempt,
    maxAttempts: task.maxAttempts,
    epoch: BigInt(task.epoch),
    progress: task.progress,
    detail: task.detail as Uint8Array<ArrayBuffer>,
    reason: task.error,
    takeUpWithin: duration(takeUpMs(intervalMs)),
  });
  const json = toJsonString(TaskRetrySchema, retry, { alwaysEmitImplicit: true });
  return {
    subject: RETRY_SUBJECT,
    data: new TextEncoder().encode(json),
    contentType: "application/json",
    fromAgentId: "",
    replyTo: "",
  };
}
