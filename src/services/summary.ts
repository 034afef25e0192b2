import { create } from "@bufbuild/protobuf";
import {
  type GetStatusResponse,
  GetStatusResponseSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { AgentState } from "../events/event.ts";
import { stateNames } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { organizationsOf } from "./agents.ts";
import { policyMessage } from "./messages/policy.ts";
import { duration, timestamp } from "./messages/time.ts";
import type { ServiceParts } from "./parts.ts";

/** The monitor as a whole; agents and tasks of one organization, or of all. */
export function summary(
  { engine, sessions, watchers, exchange, serverId, version }: ServiceParts,
  organizationId: string | undefined,
): GetStatusResponse {
  const { monitor, log, startedAt } = engine;
  const agents = agentsByState(monitor, organizationId);
  const count = (state: AgentState) => agents[state.toUpperCase()] ?? 0n;
  return create(GetStatusResponseSchema, {
    serverId,
    version,
    startedAt: timestamp(startedAt.wall),
    uptime: duration(engine.clock.now().mono - startedAt.mono),
    registeredCount: count("expected") + count("alive") + count("suspect"),
    healthyCount: count("alive"),
    agentsByState: agents,
    tasksByState: tasksByState(monitor, organizationId),
    openStreams: BigInt(sessions.openCount),
    beatsPerSecond: engine.beatsPerSecond,
    beatsTotal: BigInt(monitor.beatsTotal),
    dropsTotal: BigInt(monitor.dropsTotal),
    tickLag: duration(engine.tickLagMs),
    heldBackTotal: duration(engine.heldBackMs),
    protectionActive: monitor.protection?.isActive(organizationId) ?? false,
    journalHealthy: log.health.name === "healthy",
    defaultPolicy: policyMessage(monitor.defaultPolicy),
    lastSequence: BigInt(log.lastSequence),
    firstSequence: BigInt(log.firstSequence),
    stallsTotal: BigInt(monitor.stallsTotal),
    heldCount: BigInt(monitor.protection?.heldCount(organizationId) ?? 0),
    protectionsTotal: BigInt(monitor.protection?.startedTotal ?? 0),
    awaitedCount: BigInt(monitor.awaitedCount),
    journalBacklog: BigInt(log.backlog),
    unkeptEventsTotal: BigInt(log.unkeptTotal),
    journalTrouble: log.health.name === "healthy" ? "" : log.health.trouble,
    openWatches: BigInt(watchers.openCount),
    slowWatchersTotal: BigInt(watchers.slowTotal),
    admissionsDeferredTotal: BigInt(sessions.deferredTotal),
    supersededTotal: BigInt(monitor.supersededTotal),
    conflictsTotal: BigInt(monitor.conflictsTotal),
    draining: sessions.isDraining,
    journalId: log.id,
    messagesPublishedTotal: BigInt(exchange.publishedTotal),
    messagesDeliveredTotal: BigInt(exchange.deliveredTotal),
    messagesSkippedTotal: BigInt(exchange.skippedTotal),
    openSubscribers: BigInt(exchange.subscribers),
  });
}

function agentsByState(
  monitor: Monitor,
  organizationId: string | undefined,
): Record<string, bigint> {
  const counts: Record<string, bigint> = {};
  const add = (state: AgentState, count: number) => {
    if (count === 0) return;
    const name = state.toUpperCase();
    counts[name] = (counts[name] ?? 0n) + BigInt(count);
  };
  if (organizationId === undefined) {
    for (const state of stateNames) add(state, monitor.population(state));
  } else {
    for (const slot of monitor.directory.slots(organizationId)) {
      add(stateNames[monitor.columns.state(slot)], 1);
    }
  }
  return counts;
}

function tasksByState(
  monitor: Monitor,
  organizationId: string | undefined,
): Record<string, bigint> {
  const wanted = new Set(organizationsOf(monitor, organizationId));
  const counts: Record<string, bigint> = {};
  for (const slot of monitor.tasks.slots()) {
    if (!wanted.has(monitor.columns.organizationId[slot])) continue;
    for (const state of monitor.tasks.states(slot)) {
      const name = state.toUpperCase();
      counts[name] = (counts[name] ?? 0n) + 1n;
    }
  }
  return counts;
}
