/**
 * The domain's errors, in one table.
 *
 * Whoever refuses something throws a {@link HeartbeatError}; the rooms that speak a protocol look its
 * status up here. docs/errors.md is checked against this table.
 */

/** gRPC's status codes by name; Connect's numbers are the same. */
export const grpcStatus = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type GrpcStatusName = keyof typeof grpcStatus;

interface ErrorKind {
  readonly status: GrpcStatusName;
  /** What happened, for the documentation. */
  readonly meaning: string;
  /** What the caller can do; ends every message that has no better advice of its own. */
  readonly remedy: string;
}

const kinds = {
  field_invalid: {
    status: "INVALID_ARGUMENT",
    meaning: "A field has a value outside its limits.",
    remedy: "send a value within the limit",
  },
  field_missing: {
    status: "INVALID_ARGUMENT",
    meaning: "A required field is empty.",
    remedy: "fill it in",
  },
  message_unreadable: {
    status: "INVALID_ARGUMENT",
    meaning: "The bytes are not the message that the method takes.",
    remedy: "generate the client from the contract of this server",
  },
  message_too_large: {
    status: "INVALID_ARGUMENT",
    meaning: "A beat is larger than a beat may be.",
    remedy: "send less: vitals, task details and messages are meant to be small",
  },
  agent_id_changed: {
    status: "INVALID_ARGUMENT",
    meaning: "A stream's later message names another agent than its first.",
    remedy: "open a stream for each agent",
  },
  sequence_not_growing: {
    status: "INVALID_ARGUMENT",
    meaning: "A sequence is not greater than the one before it on the stream.",
    remedy: "count upwards, or send 0 and let the server count",
  },
  page_token_invalid: {
    status: "INVALID_ARGUMENT",
    meaning: "A page token is not from an answer to the same question.",
    remedy: "ask for the first page, with an empty token",
  },
  agent_unknown: {
    status: "NOT_FOUND",
    meaning: "No agent of this name is known in this organization.",
    remedy: "check organization and id with ListAgents, or register it with RegisterAgent",
  },
  task_unknown: {
    status: "NOT_FOUND",
    meaning: "The agent has no task of this name.",
    remedy: "see the agent's tasks with ListTasks",
  },
  task_not_in_flight: {
    status: "FAILED_PRECONDITION",
    meaning: "The task has ended, or was canceled or lost already.",
    remedy: "see the agent's tasks with ListTasks",
  },
  agent_not_watched: {
    status: "FAILED_PRECONDITION",
    meaning: "The agent is DOWN or has LEFT, so no deadline of it runs.",
    remedy: "wait until it beats again",
  },
  epoch_old: {
    status: "FAILED_PRECONDITION",
    meaning:
      "The sender's epoch is not the agent's present one: another incarnation took the lease.",
    remedy: "stop the work of this incarnation; a new process registers under a new instance_id",
  },
  superseded: {
    status: "ABORTED",
    meaning: "A stream of another life took the agent's lease.",
    remedy: "stop the work of this incarnation, or give the two processes different ids",
  },
  stream_replaced: {
    status: "UNAVAILABLE",
    meaning: "Another stream of the same life took its place.",
    remedy:
      "nothing when the other one is wanted; else open it again: one that was given up may be heard late",
  },
  unregistered: {
    status: "ABORTED",
    meaning: "The agent was unregistered while its stream was open.",
    remedy: "open a new stream if the agent is meant to go on",
  },
  token_missing: {
    status: "UNAUTHENTICATED",
    meaning: "The server asks for a token, and the call brought none.",
    remedy: "send the header authorization: Bearer TOKEN; heartbeat token makes one",
  },
  token_invalid: {
    status: "UNAUTHENTICATED",
    meaning: "The token is not signed by a known key, has expired, or is not for this service.",
    remedy: "sign a fresh one with the key whose public half is in auth-keys; check both clocks",
  },
  not_permitted: {
    status: "PERMISSION_DENIED",
    meaning: "The token is good, and is for another organization or another agent.",
    remedy: "use the token of that organization or agent, or an operator's",
  },
  channel_unknown: {
    status: "NOT_FOUND",
    meaning: "No channel of this name is in the alerts file.",
    remedy: "see the channels with ListChannels; the alerts file is read at the start",
  },
  delivery_unknown: {
    status: "NOT_FOUND",
    meaning: "No delivery of this name is known in this organization.",
    remedy: "see what there is with ListDeliveries: old ones are forgotten",
  },
  delivery_done: {
    status: "FAILED_PRECONDITION",
    meaning: "The message has been delivered.",
    remedy: "nothing; a test message is sent with TestChannel",
  },
  silence_unknown: {
    status: "NOT_FOUND",
    meaning: "No silence of this name is known in this organization.",
    remedy: "see what there is with ListSilences: those that ended are forgotten after a day",
  },
  silences_full: {
    status: "RESOURCE_EXHAUSTED",
    meaning: "As many silences are in force or to begin as there may be.",
    remedy: "end some, or make one that matches more: by a prefix, a type or a label",
  },
  agents_full: {
    status: "RESOURCE_EXHAUSTED",
    meaning: "The server knows as many agents as it may.",
    remedy:
      "raise max-agents, or shorten retention: agents that are DOWN or have LEFT are remembered that long",
  },
  tasks_full: {
    status: "RESOURCE_EXHAUSTED",
    meaning: "The agent has as many tasks in flight as it may.",
    remedy: "finish tasks before starting more, or split the work over several agents",
  },
  streams_full: {
    status: "RESOURCE_EXHAUSTED",
    meaning: "The server serves as many watches, or Subscribe calls, as it may.",
    remedy: "end one, or raise max-watchers or max-subscribers",
  },
  list_too_long: {
    status: "RESOURCE_EXHAUSTED",
    meaning: "The answer to a health List would be too long.",
    remedy: "use StatusService.ListAgents, which has pages",
  },
  watcher_slow: {
    status: "RESOURCE_EXHAUSTED",
    meaning: "A watcher fell further behind than the server waits for.",
    remedy: "read faster, or ask for less, and resume after the sequence that is named",
  },
  sequence_out_of_range: {
    status: "OUT_OF_RANGE",
    meaning: "A watch is to resume after an event that is no longer, or not yet, in the history.",
    remedy: "read the present state with ListAgents and watch from now on",
  },
  not_offered: {
    status: "UNIMPLEMENTED",
    meaning: "The contract has it, and this version does not offer it.",
    remedy: "leave it out, or use a later version",
  },
  journal_unavailable: {
    status: "UNAVAILABLE",
    meaning:
      "The journal cannot be written, so what an operator does could not be kept. Agents are watched all the same.",
    remedy: "see journal_trouble in GetStatus, make room or mend the disk, and try again",
  },
  admission_deferred: {
    status: "RESOURCE_EXHAUSTED",
    meaning:
      "Too many streams were opened at once. The beat that came with this one counts; the stream does not.",
    remedy: "open it again after the delay in the trailer grpc-retry-pushback-ms",
  },
  greeting_late: {
    status: "DEADLINE_EXCEEDED",
    meaning: "A stream was opened, and nothing was said on it.",
    remedy: "send the first beat as soon as the stream is open",
  },
  draining: {
    status: "UNAVAILABLE",
    meaning: "The server is about to stop.",
    remedy: "reconnect; another server, or this one after its restart, takes over",
  },
  internal: {
    status: "INTERNAL",
    meaning: "A fault of the server. The message holds nothing but an id that is in its log.",
    remedy: "look the id up in the server's log and report it",
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof kinds;

/** Code to meaning, remedy and gRPC status. */
export const errorTable: Readonly<Record<ErrorCode, ErrorKind>> = kinds;

/** What a refusal says beyond its code. */
export interface Refusal {
  /** The field, as the contract spells it, with its path: "registration.policy.interval". */
  readonly field?: string;
  /** What was sent, shortened for display. */
  readonly value?: string;
  /** What would have been taken: "100 ms to 24 h". */
  readonly limit?: string;
  /** What is wrong, as the end of a sentence that begins with the field: "is empty". */
  readonly problem: string;
  /** What to do, where there is better advice than the table's. */
  readonly remedy?: string;
  /** Facts for programs, carried as trailers: names in lower case with dashes. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A refusal whose message names the field, the value, the limit and the remedy. */
export class HeartbeatError extends Error {
  override readonly name = "HeartbeatError";
  readonly code: ErrorCode;
  readonly refusal: Refusal;

  constructor(code: ErrorCode, refusal: Refusal) {
    super(describe(code, refusal));
    this.code = code;
    this.refusal = refusal;
  }

  get status(): GrpcStatusName {
    return errorTable[this.code].status;
  }
}

function describe(code: ErrorCode, refusal: Refusal): string {
  const subject = [refusal.field, refusal.value].filter((part) => part !== undefined).join(" ");
  const sentence = subject === "" ? refusal.problem : `${subject} ${refusal.problem}`;
  const limit = refusal.limit === undefined ? "" : ` (limit: ${refusal.limit})`;
  return `${sentence}${limit}; ${refusal.remedy ?? errorTable[code].remedy}`;
}

/** A value as it is shown in a message: quoted, and cut after 40 characters. */
export function shown(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
