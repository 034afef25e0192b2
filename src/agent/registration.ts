import { create } from "@bufbuild/protobuf";
import {
  type Registration,
  RegistrationSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { describeClient } from "./client-info.ts";
import type { AgentSettings } from "./settings.ts";

/** What every stream begins with. */
export function registrationOf(settings: AgentSettings, subscriptions: string[]): Registration {
  const { organizationId, agentType, instanceId, labels, policy } = settings;
  return create(RegistrationSchema, {
    organizationId,
    agentType,
    instanceId,
    labels,
    policy,
    subscriptions,
    client: describeClient(),
  });
}
