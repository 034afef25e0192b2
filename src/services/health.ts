import { create } from "@bufbuild/protobuf";
import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthCheckResponseSchema,
  type HealthListRequest,
  type HealthListResponse,
  HealthListResponseSchema,
  HealthCheckResponse_ServingStatus as Serving,
} from "../../gen/typescript/grpc/health/v1/health_pb.js";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import { grownBeyond } from "../events/log.ts";
import { State } from "../monitor/columns.ts";
import { matchingAgents } from "./agents.ts";
import type { CallContext } from "./call-context.ts";
import type { ServiceParts } from "./parts.ts";

/** Services that this server answers for, beside "" for itself and one name for each agent. */
const CONTROL = "heartbeat.v1.ControlService";
const serverServices = [
  "",
  "heartbeat.v1.HeartbeatService",
  "heartbeat.v1.StatusService",
  CONTROL,
  "heartbeat.v1.MessageService",
  "heartbeat.v1.AlertService",
];

/** "agent/<organization>/<agent_id>"; an agent's id may hold slashes, an organization may not. */
const AGENT_NAME = /^agent\/([^/]+)\/(.+)$/;

/**
 * grpc.health.v1, for the server and for single agents: an agent is SERVING while it is ALIVE, so that
 * any health client can wait for one.
 */
export function healthService(parts: ServiceParts) {
  const { engine, sessions, watchers } = parts;

  /** Operators' calls are refused while the journal is in trouble; agents are watched all the same. */
  const canKeep = () => engine.log.health.name === "healthy";

  function statusOf(service: string): Serving {
    if (serverServices.includes(service)) {
      const serves = !sessions.isDraining && (service !== CONTROL || canKeep());
      return serves ? Serving.SERVING : Serving.NOT_SERVING;
    }
    const [, organizationId, agentId] = AGENT_NAME.exec(service) ?? [];
    if (organizationId === undefined || agentId === undefined) return Serving.SERVICE_UNKNOWN;
    const slot = engine.monitor.find(organizationId, agentId);
    if (slot === undefined) return Serving.SERVICE_UNKNOWN;
    const alive = engine.monitor.columns.state(slot) === State.alive;
    return alive ? Serving.SERVING : Serving.NOT_SERVING;
  }

  /** The status now, and each that differs from the one before. What lies between is nobody's loss. */
  async function* statuses(service: string, signal: AbortSignal): AsyncGenerator<Serving> {
    let told: Serving | undefined;
    while (!signal.aborted) {
      const seen = engine.log.lastSequence;
      const status = statusOf(service);
      if (status !== told) yield status;
      told = status;
      await grownBeyond(engine.log, seen, signal);
    }
  }

  return {
    async check({ service }: HealthCheckRequest): Promise<HealthCheckResponse> {
      const status = statusOf(service);
      if (status !== Serving.SERVICE_UNKNOWN) return create(HealthCheckResponseSchema, { status });
      throw new HeartbeatError("agent_unknown", {
        field: "service",
        value: shown(service),
        problem: "is not known",
        limit: '"", a service of this server, or "agent/<organization>/<agent_id>"',
      });
    },

    async list(_request: HealthListRequest): Promise<HealthListResponse> {
      const statuses: Record<string, HealthCheckResponse> = {};
      const add = (service: string) => {
        statuses[service] = create(HealthCheckResponseSchema, { status: statusOf(service) });
      };
      for (const service of serverServices) add(service);
      const { columns } = engine.monitor;
      if (columns.size + serverServices.length > limits.healthEntries) throw tooLong(columns.size);
      for (const slot of matchingAgents(engine.monitor, everybody)) {
        add(
          nameOf({ organizationId: columns.organizationId[slot], agentId: columns.agentId[slot] }),
        );
      }
      return create(HealthListResponseSchema, { statuses });
    },

    /** The present status, then each that differs from the one told before. */
    async *watch(
      { service }: HealthCheckRequest,
      context: CallContext,
    ): AsyncGenerator<HealthCheckResponse> {
      let told: Serving | undefined;
      try {
        for await (const status of watchers.run(context, (signal) => statuses(service, signal))) {
          told = status;
          yield create(HealthCheckResponseSchema, { status });
        }
      } catch (error) {
        // A server that drains says so before it ends the watch.
        const status = statusOf(service);
        if (status !== told) yield create(HealthCheckResponseSchema, { status });
        throw error;
      }
    },
  };
}

function nameOf(agent: { readonly organizationId: string; readonly agentId: string }): string {
  return `agent/${agent.organizationId}/${agent.agentId}`;
}

const everybody = {
  organizationId: undefined,
  states: new Set<never>(),
  agentType: "",
  idPrefix: "",
  labels: [],
};

function tooLong(agents: number): HeartbeatError {
  return new HeartbeatError("list_too_long", {
    value: String(agents),
    problem: "agents are too many for one list",
    limit: `${limits.healthEntries} entries`,
  });
}
