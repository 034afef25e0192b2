import { create } from "@bufbuild/protobuf";
import {
  type CancelTaskRequest,
  type CancelTaskResponse,
  CancelTaskResponseSchema,
  type PauseAgentRequest,
  type PauseAgentResponse,
  PauseAgentResponseSchema,
  type RegisterAgentRequest,
  type RegisterAgentResponse,
  RegisterAgentResponseSchema,
  type ResumeAgentRequest,
  type ResumeAgentResponse,
  ResumeAgentResponseSchema,
  type UnregisterAgentRequest,
  type UnregisterAgentResponse,
  UnregisterAgentResponseSchema,
  type UpdatePolicyRequest,
  type UpdatePolicyResponse,
  UpdatePolicyResponseSchema,
} from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import type { Agent } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Instant } from "../clock.ts";
import { limits } from "../config.ts";
import { HeartbeatError } from "../errors.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { span } from "../monitor/words.ts";
import { keep } from "./keep.ts";
import { agentMessage, taskMessage } from "./messages/agent.ts";
import { timestampMs } from "./messages/time.ts";
import { id, invalid, labels, organization, spanMs, text } from "./parse/fields.ts";
import { policyPatch } from "./parse/policy.ts";
import type { ServiceParts } from "./parts.ts";
import { agentOf } from "./status.ts";

/**
 * ControlService: what operators do. Each answers with the agent or task as it then is, once that is
 * kept: what was answered outlives the process. Throws journal_unavailable while nothing can be kept.
 */
export function controlService({ engine, serverId }: ServiceParts) {
  /** Runs a command, and resolves with its result when all that it changed is kept. */
  function run<Result>(command: (monitor: Monitor, now: Instant) => Result): Promise<Result> {
    return keep(engine, () => engine.run(command));
  }

  /** Runs a command on the agent that a request names, and shows the agent as it then is. */
  function command(
    request: { readonly organizationId: string; readonly agentId: string },
    act: (monitor: Monitor, slot: Slot, now: Instant) => void,
  ): Promise<Agent> {
    return run((monitor, now) => {
      const slot = agentOf(monitor, request);
      act(monitor, slot, now);
      return agentMessage(monitor.view(slot, now), serverId);
    });
  }

  return {
    async registerAgent(request: RegisterAgentRequest): Promise<RegisterAgentResponse> {
      const organizationId = organization("organization_id", request.organizationId);
      const agentId = id("agent_id", request.agentId);
      const declaration = {
        agentType: text("agent_type", request.agentType, limits.agentTypeBytes),
        labels: labels("labels", request.labels),
        policy: policyPatch("policy", request.policy),
      };
      const agent = await run((monitor, now) => {
        const slot = monitor.register(organizationId, agentId, declaration, now);
        return agentMessage(monitor.view(slot, now), serverId);
      });
      return create(RegisterAgentResponseSchema, { agent });
    },

    async unregisterAgent(request: UnregisterAgentRequest): Promise<UnregisterAgentResponse> {
      const reason = text("reason", request.reason, limits.sentenceBytes);
      const agent = await command(request, (monitor, slot, now) =>
        monitor.unregister(slot, reason, now),
      );
      return create(UnregisterAgentResponseSchema, { agent });
    },

    async pauseAgent(request: PauseAgentRequest): Promise<PauseAgentResponse> {
      const reason = text("reason", request.reason, limits.sentenceBytes);
      const agent = await command(request, (monitor, slot, now) => {
        monitor.pause(slot, now.mono + pauseMs(request, now), reason, now);
      });
      return create(PauseAgentResponseSchema, { agent });
    },

    async resumeAgent(request: ResumeAgentRequest): Promise<ResumeAgentResponse> {
      const agent = await command(request, (monitor, slot, now) => void monitor.resume(slot, now));
      return create(ResumeAgentResponseSchema, { agent });
    },

    async updatePolicy(request: UpdatePolicyRequest): Promise<UpdatePolicyResponse> {
      if (!request.policy) {
        throw new HeartbeatError("field_missing", { field: "policy", problem: "is empty" });
      }
      const patch = policyPatch("policy", request.policy);
      const agent = await command(request, (monitor, slot, now) =>
        monitor.updatePolicy(slot, patch, now),
      );
      return create(UpdatePolicyResponseSchema, { agent });
    },

    async cancelTask(request: CancelTaskRequest): Promise<CancelTaskResponse> {
      const taskId = id("task_id", request.taskId);
      const reason = text("reason", request.reason, limits.sentenceBytes);
      const task = await run((monitor, now) =>
        monitor.cancelTask(agentOf(monitor, request), taskId, reason, now),
      );
      return create(CancelTaskResponseSchema, { task: taskMessage(task) });
    },
  };
}

/** How long to pause: as asked, until the instant asked for, or an hour; never forever. */
function pauseMs({ pauseFor, until }: PauseAgentRequest, now: Instant): number {
  const { min, max } = limits.pauseMs;
  if (!until) return spanMs("pause_for", pauseFor, limits.pauseMs) ?? limits.pauseMs.default;
  if (pauseFor) throw invalid("until", undefined, "is set beside pause_for", "one of the two");
  const ms = timestampMs(until) - now.wall;
  if (ms >= min && ms <= max) return ms;
  throw invalid("until", span(ms), "from now is out of range", `${span(min)} to ${span(max)}`);
}
