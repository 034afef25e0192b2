import type { GetStatusResponse } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { durationMs } from "../services/messages/time.ts";

type Amount = number | bigint | boolean;

/** A number of GetStatus as a series: its name, what it is, and where it comes from. */
export interface StatusSeries {
  readonly name: string;
  readonly help: string;
  readonly read: (status: GetStatusResponse) => Amount;
}

const seconds = (span: GetStatusResponse["uptime"]): number => (span ? durationMs(span) / 1000 : 0);

/** What is now. */
export const gauges: readonly StatusSeries[] = [
  {
    name: "heartbeat_agents_awaited",
    help: "Agents that were alive before a restart or a stall of the monitor and have not been heard from since.",
    read: ({ awaitedCount }) => awaitedCount,
  },
  {
    name: "heartbeat_agents_held",
    help: "Agents that mass-failure protection keeps from DOWN.",
    read: ({ heldCount }) => heldCount,
  },
  {
    name: "heartbeat_open_streams",
    help: "Beat streams that are open.",
    read: ({ openStreams }) => openStreams,
  },
  {
    name: "heartbeat_open_watches",
    help: "Watches that are open.",
    read: ({ openWatches }) => openWatches,
  },
  {
    name: "heartbeat_open_subscribers",
    help: "Agents and callers that subscribe to messages.",
    read: ({ openSubscribers }) => openSubscribers,
  },
  {
    name: "heartbeat_tick_lag_seconds",
    help: "How late the last tick was.",
    read: ({ tickLag }) => seconds(tickLag),
  },
  {
    name: "heartbeat_protection_active",
    help: "1 while mass-failure protection holds back DOWN in any organization.",
    read: ({ protectionActive }) => protectionActive,
  },
  {
    name: "heartbeat_journal_healthy",
    help: "1 while the journal keeps up, 0 while its disk is slow or failing.",
    read: ({ journalHealthy }) => journalHealthy,
  },
  {
    name: "heartbeat_journal_backlog_events",
    help: "Events that wait to be kept.",
    read: ({ journalBacklog }) => journalBacklog,
  },
  {
    name: "heartbeat_draining",
    help: "1 while the server drains.",
    read: ({ draining }) => draining,
  },
];

/** What has been so far. */
export const counters: readonly StatusSeries[] = [
  {
    name: "heartbeat_beats_total",
    help: "Messages of agents, each of which is a beat.",
    read: ({ beatsTotal }) => beatsTotal,
  },
  {
    name: "heartbeat_drops_total",
    help: "Streams that ended without a Goodbye.",
    read: ({ dropsTotal }) => dropsTotal,
  },
  {
    name: "heartbeat_slow_watchers_total",
    help: "Watches that were ended because their reader was too slow.",
    read: ({ slowWatchersTotal }) => slowWatchersTotal,
  },
  {
    name: "heartbeat_messages_published_total",
    help: "Messages between agents that were published.",
    read: ({ messagesPublishedTotal }) => messagesPublishedTotal,
  },
  {
    name: "heartbeat_messages_delivered_total",
    help: "Messages that were handed to a receiver, counted once for each.",
    read: ({ messagesDeliveredTotal }) => messagesDeliveredTotal,
  },
  {
    name: "heartbeat_messages_skipped_total",
    help: "Messages that a receiver missed because too many waited for it.",
    read: ({ messagesSkippedTotal }) => messagesSkippedTotal,
  },
  {
    name: "heartbeat_admissions_deferred_total",
    help: "Streams that were asked to come back because too many opened at once.",
    read: ({ admissionsDeferredTotal }) => admissionsDeferredTotal,
  },
  {
    name: "heartbeat_journal_unkept_events_total",
    help: "Events that were lost because too many waited to be kept.",
    read: ({ unkeptEventsTotal }) => unkeptEventsTotal,
  },
  {
    name: "heartbeat_held_back_seconds_total",
    help: "How long the monitor's clock was held back for its own stalls.",
    read: ({ heldBackTotal }) => seconds(heldBackTotal),
  },
  {
    name: "heartbeat_stalls_total",
    help: "Times that the monitor itself stood still.",
    read: ({ stallsTotal }) => stallsTotal,
  },
  {
    name: "heartbeat_protections_total",
    help: "Times that mass-failure protection began.",
    read: ({ protectionsTotal }) => protectionsTotal,
  },
  {
    name: "heartbeat_superseded_total",
    help: "Leases that another life of the agent took while they were held.",
    read: ({ supersededTotal }) => supersededTotal,
  },
  {
    name: "heartbeat_conflicts_total",
    help: "Times that two processes fought for one agent's id.",
    read: ({ conflictsTotal }) => conflictsTotal,
  },
];
