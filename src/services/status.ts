import { create } from "@bufbuild/protobuf";
import type { Agent } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  type GetAgentRequest,
  type GetAgentResponse,
  GetAgentResponseSchema,
  type GetStatusRequest,
  type GetStatusResponse,
  type ListAgentsRequest,
  type ListAgentsResponse,
  ListAgentsResponseSchema,
  type ListEventsRequest,
  type ListEventsResponse,
  ListEventsResponseSchema,
  type ListTasksRequest,
  type ListTasksResponse,
  ListTasksResponseSchema,
  type WatchAgentsRequest,
  type WatchAgentsResponse,
  WatchAgentsResponseSchema,
  type WatchBeatsRequest,
  type WatchBeatsResponse,
  WatchBeatsResponseSchema,
  type WatchEventsRequest,
  type WatchEventsResponse,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { Instant } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";
import type { EventFilter } from "../events/filter.ts";
import { follow, type RunSize } from "../events/follow.ts";
import type { EventLog } from "../events/log.ts";
import { Turns } from "../events/turns.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { agentUnknown } from "./agents.ts";
import type { CallContext } from "./call-context.ts";
import { EventAnswers } from "./event-answers.ts";
import { listAgents, orderOf } from "./list-agents.ts";
import { listEvents } from "./list-events.ts";
import { listTasks } from "./list-tasks.ts";
import { agentMessage, taskMessage } from "./messages/agent.ts";
import { eventMessage } from "./messages/event.ts";
import { duration, timestamp, timestampMs } from "./messages/time.ts";
import { pageSize } from "./pages.ts";
import { id, organization, organizationOrAll, safeInteger } from "./parse/fields.ts";
import { agentFilter, eventFilter, taskStateFilter } from "./parse/filters.ts";
import type { ServiceParts } from "./parts.ts";
import { summary } from "./summary.ts";
import { type AgentChange, watchAgents } from "./watch-agents.ts";
import { type BeatsHeard, BeatWatches } from "./watch-beats.ts";

/** Encoded already, events cost less together than one by one; the most that waits for a reader is one run. */
const RUN: RunSize = { events: 100, inAPiece: 4 };

/** StatusService: what people and dashboards ask. */
export function statusService(parts: ServiceParts, options: { readonly watcherMaxLag: number }) {
  const { engine, serverId, watchers } = parts;
  const { monitor, log, clock } = engine;
  const maxLag = options.watcherMaxLag;
  const turns = new Turns();
  const eventAnswers = new EventAnswers(serverId);
  const beatWatches = new BeatWatches(engine);
  const shownAgent = (slot: Slot): Agent =>
    agentMessage(monitor.view(slot, engine.now()), serverId);

  function eventRuns(request: WatchEventsRequest, context: CallContext, run?: RunSize) {
    const filter = eventFilter(request);
    const after = resumePoint(log, request.afterSequence);
    return watchers.run(context, (signal, endSlow) =>
      follow(log, { clock, turns, filter, after, maxLag, signal, endSlow, run }),
    );
  }

  return {
    async getStatus(request: GetStatusRequest): Promise<GetStatusResponse> {
      const all = request.organizationId === "" || request.organizationId === "*";
      return summary(
        parts,
        all ? undefined : organization("organization_id", request.organizationId),
      );
    },

    async getAgent(request: GetAgentRequest): Promise<GetAgentResponse> {
      return create(GetAgentResponseSchema, { agent: shownAgent(agentOf(monitor, request)) });
    },

    async listAgents(request: ListAgentsRequest): Promise<ListAgentsResponse> {
      const filter = agentFilter({
        ...request,
        $typeName: "heartbeat.v1.WatchAgentsRequest",
      });
      const question = { filter, order: orderOf(request.orderBy) };
      const size = pageSize(request.pageSize);
      const page = listAgents(monitor, question, { size, token: request.pageToken }, engine.now());
      return create(ListAgentsResponseSchema, {
        agents: page.slots.map(shownAgent),
        nextPageToken: page.nextPageToken,
        totalSize: BigInt(page.total),
      });
    },

    async *watchAgents(
      request: WatchAgentsRequest,
      context: CallContext,
    ): AsyncGenerator<WatchAgentsResponse> {
      const filter = agentFilter(request);
      const changes = watchers.run(context, (signal, endSlow) =>
        watchAgents(monitor, log, filter, { clock, turns, maxLag, signal, endSlow }),
      );
      for await (const change of changes) {
        yield create(WatchAgentsResponseSchema, { change: changeMessage(change) });
      }
      function changeMessage(change: AgentChange): WatchAgentsResponse["change"] {
        if (change.kind === "agent") return { case: "agent", value: shownAgent(change.slot) };
        if (change.kind === "snapshot_complete") return { case: "snapshotComplete", value: true };
        const { organizationId, agentId } = change;
        const name = filter.organizationId === undefined ? `${organizationId}/${agentId}` : agentId;
        return { case: "removedAgentId", value: name };
      }
    },

    async listTasks(request: ListTasksRequest): Promise<ListTasksResponse> {
      const question = {
        organizationId: organizationOrAll("organization_id", request.organizationId),
        agentId: request.agentId === "" ? "" : id("agent_id", request.agentId),
        states: taskStateFilter(request.states),
      };
      const paging = { size: pageSize(request.pageSize), token: request.pageToken };
      const page = listTasks(monitor, question, paging, engine.now());
      return create(ListTasksResponseSchema, {
        tasks: page.tasks.map(taskMessage),
        nextPageToken: page.nextPageToken,
        totalSize: BigInt(page.total),
      });
    },

    async listEvents(request: ListEventsRequest): Promise<ListEventsResponse> {
      const filter: EventFilter = {
        ...eventFilter(request),
        since: request.since && timestampMs(request.since),
        until: request.until && timestampMs(request.until),
      };
      const question = {
        filter,
        afterSequence: safeInteger("after_sequence", request.afterSequence),
        newestFirst: request.newestFirst,
      };
      const paging = { size: pageSize(request.pageSize), token: request.pageToken };
      const page = await listEvents(log, question, paging);
      return create(ListEventsResponseSchema, {
        events: page.events.map((recorded) => eventMessage(recorded, serverId)),
        nextPageToken: page.nextPageToken,
      });
    },

    async *watchEvents(
      request: WatchEventsRequest,
      context: CallContext,
    ): AsyncGenerator<WatchEventsResponse> {
      for await (const [recorded] of eventRuns(request, context)) {
        yield eventAnswers.answer(recorded!);
      }
    },

    /** As watchEvents, for who can send many answers in one go: each as it goes over the wire. */
    async *watchEventRuns(
      request: WatchEventsRequest,
      context: CallContext,
    ): AsyncGenerator<readonly Buffer[]> {
      for await (const run of eventRuns(request, context, RUN)) {
        yield run.map((recorded) => eventAnswers.bytes(recorded));
      }
    },

    async *watchBeats(
      request: WatchBeatsRequest,
      context: CallContext,
    ): AsyncGenerator<WatchBeatsResponse> {
      const slot = agentOf(monitor, request);
      const told = watchers.run(context, (signal, endSlow) =>
        beatWatches.watch(slot, { signal, endSlow }),
      );
      for await (const heard of told) yield beatsMessage(heard, engine.now());
    },
  };
}

function beatsMessage({ beats, arrivedAt, gapMs }: BeatsHeard, now: Instant): WatchBeatsResponse {
  if (arrivedAt === undefined) return create(WatchBeatsResponseSchema, { beats });
  const silenceMs = now.mono - arrivedAt;
  return create(WatchBeatsResponseSchema, {
    beats,
    arrivedAt: timestamp(now.wall - silenceMs),
    gap: gapMs === undefined ? undefined : duration(gapMs),
    silence: duration(silenceMs),
  });
}

/** The slot of the agent that a request names. Throws agent_unknown. */
export function agentOf(
  monitor: Monitor,
  request: { readonly organizationId: string; readonly agentId: string },
): Slot {
  const organizationId = organization("organization_id", request.organizationId);
  const agentId = id("agent_id", request.agentId);
  const slot = monitor.find(organizationId, agentId);
  if (slot !== undefined) return slot;
  throw agentUnknown(organizationId, agentId);
}

/** Where a watch begins: absent from now on, 0 from the first kept. Throws sequence_out_of_range. */
function resumePoint(log: EventLog, asked: bigint | undefined): number {
  if (asked === undefined) return log.lastSequence;
  if (asked === 0n) return log.firstSequence - 1;
  const after = safeInteger("after_sequence", asked);
  if (after >= log.firstSequence - 1 && after <= log.lastSequence) return after;
  throw new HeartbeatError("sequence_out_of_range", {
    field: "after_sequence",
    value: String(after),
    problem: after > log.lastSequence ? "has not happened yet" : "is no longer kept",
    limit: `${log.firstSequence - 1} to ${log.lastSequence}`,
  });
}
