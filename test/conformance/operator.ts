import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { ControlService } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import type { RawClient } from "../support/raw-client.ts";
import type { OperatorCall } from "./steps.ts";

const { method } = ControlService;

/** Does what an operator does to an agent; resolves with the answer. */
export async function operate(
  client: RawClient,
  agentId: string,
  does: OperatorCall,
): Promise<void> {
  switch (does.call) {
    case "pause":
      await client.call(method.pauseAgent, { agentId, reason: does.reason });
      return;
    case "resume":
      await client.call(method.resumeAgent, { agentId });
      return;
    case "cancelTask": {
      const { taskId, reason } = does;
      await client.call(method.cancelTask, { agentId, taskId, reason });
      return;
    }
    case "updatePolicy": {
      const policy = { interval: durationFromMs(does.intervalMs) };
      await client.call(method.updatePolicy, { agentId, policy });
      return;
    }
    case "unregister":
      await client.call(method.unregisterAgent, { agentId, reason: does.reason });
      return;
  }
}
