import { create } from "@bufbuild/protobuf";
import { type Directive, DirectiveSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { AgentEvent } from "../events/event.ts";
import type { LivenessPolicy } from "../monitor/policy.ts";
import type { Outdated } from "../monitor/task-news.ts";
import { policyMessage } from "./messages/policy.ts";
import { duration, timestamp } from "./messages/time.ts";

/** What an agent is to be told of an event; undefined when the event is not its business. */
export function directiveFor(event: AgentEvent, policy: LivenessPolicy): Directive | undefined {
  switch (event.type) {
    case "paused":
      return pauseDirective(event.until, event.reason);
    case "resumed":
      return create(DirectiveSchema, { kind: { case: "resume", value: {} } });
    case "policy_updated":
      return create(DirectiveSchema, { kind: { case: "setPolicy", value: policyMessage(policy) } });
    case "task_canceled":
      if (!event.byOperator) return undefined;
      return cancelDirective(event.task.taskId, event.reason);
    default:
      return undefined;
  }
}

export function pauseDirective(until: number, reason: string): Directive {
  return create(DirectiveSchema, {
    kind: { case: "pause", value: { until: timestamp(until), reason } },
  });
}

/** With `token`, only that attempt at the task is to stop. */
export function cancelDirective(taskId: string, reason: string, token?: number): Directive {
  const attempt = token !== undefined && { epoch: BigInt(token) };
  const value = { taskId, reason, ...attempt };
  return create(DirectiveSchema, { kind: { case: "cancelTask", value } });
}

/** The agent goes on with an attempt that is over. */
export function outdatedDirective({ taskId, token, reason }: Outdated): Directive {
  return cancelDirective(taskId, reason, token);
}

export function supersededDirective(epoch: number, instanceId: string): Directive {
  return create(DirectiveSchema, {
    kind: { case: "superseded", value: { epoch: BigInt(epoch), instanceId } },
  });
}

export function reconnectDirective(withinMs: number, reason: string): Directive {
  return create(DirectiveSchema, {
    kind: { case: "reconnect", value: { within: duration(withinMs), reason } },
  });
}
