/**
 * Every setting and every limit, once.
 *
 * The limits are here, where the monitor and the agent can have them for nothing. The settings are in
 * config/settings.ts, and config/read.ts reads them: both need libraries that only a server needs.
 */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * What the wire takes. These are part of the contract (each is in the comment of its field), so they
 * are no settings: an agent that works with one server works with all.
 */
export const limits = {
  idBytes: 128,
  agentTypeBytes: 128,
  clientInfoBytes: 128,
  labels: 32,
  labelKeyBytes: 63,
  labelValueBytes: 256,
  subscriptions: 64,
  subjectBytes: 256,
  subjectTokens: 16,
  messagesPerBeat: 256,
  messageDataBytes: 32 * 1024,
  contentTypeBytes: 128,
  /** What waits for a subscriber that does not read. */
  mailbox: { messages: 256, bytes: 1024 * 1024 },
  /** Counts of published messages that are kept for an agent that does not read; one more ends its stream. */
  heldCounts: 4096,
  /** Tasks of one agent in flight; also updates on one beat, and ended tasks that are still shown. */
  tasksPerAgent: 256,
  taskDetailBytes: 4 * 1024,
  /** Lost tasks of an organization, and in all, that wait for their next attempt; one more is given up at once. */
  waitingTasks: 10_000,
  waitingTasksInAll: 100_000,
  retryAttempts: { min: 1, max: 100 },
  retryBackoffMs: { min: 0, max: DAY_MS },
  /** Reasons and errors: sentences for people. */
  sentenceBytes: 1024,
  customVitals: 32,
  customVitalNameBytes: 64,
  /** One beat, encoded. */
  beatBytes: 64 * 1024,
  /** Any other message, encoded; gRPC's own default. */
  messageBytes: 4 * 1024 * 1024,
  intervalMs: { min: 100, max: DAY_MS },
  timeoutMultiplier: { min: 1.1, max: 1000 },
  maxMissedBeats: { min: 1, max: 1000 },
  graceMs: { min: 0, max: HOUR_MS },
  dropGraceMs: { min: 0, max: DAY_MS },
  taskThresholdMs: { min: 100, max: 30 * DAY_MS },
  pauseMs: { min: SECOND_MS, max: 30 * DAY_MS, default: HOUR_MS },
  silenceMs: { min: SECOND_MS, max: 365 * DAY_MS },
  /** How far ahead a silence may begin. */
  silenceAheadMs: 365 * DAY_MS,
  expectedBackInMs: { min: 0, max: 30 * DAY_MS },
  /** Different policies that agents share; see PolicyPool. */
  sharedPolicies: 1024,
  /** How far beyond where the server began an epoch may be claimed: lives lived while it had no memory. */
  epochClaim: 2 ** 32,
  /** No claim beyond this is believed, wherever the server began: what lies above is its own to give. */
  highestToken: 2 ** 52,
  /** How far epochs leap after a bad end of the server: beyond what may have been given out and not kept. */
  epochLeap: 2 ** 20,
  /** Directives kept for an agent that does not read; one more ends its stream. */
  heldDirectives: 64,
  /** Entries of a health List. */
  healthEntries: 10_000,
  /** Agents of a plain HTTP status, and agents that a scrape tells of one by one. */
  statusAgents: 10_000,
  /** A page of a list, encoded, by estimate: below what a gRPC client takes by default (4 MiB). */
  pageBytes: 2 * 1024 * 1024,
  pageSize: { min: 1, max: 1000, default: 100 },
} as const;
