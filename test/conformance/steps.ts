/**
 * What a scenario is made of: plain objects that acts.ts carries out one after the other. In every text
 * `{scope}` stands for the name of the run, which is also the agent's id.
 */
import type { Pattern } from "./pattern.ts";
import type { Order, Saw, StartOptions } from "./protocol.ts";
import type { ServerNeeds } from "./server.ts";
import type { SampleName } from "./testees.ts";

/**
 * Whose testee: `it` is the agent that is looked at, behind the link; `twin` has the same id, `peer` another
 * one, `stranger` one in another organization. These three reach the server directly.
 */
export type Who = "it" | "twin" | "peer" | "stranger";

/** What an operator calls. */
export type OperatorCall =
  | { readonly call: "pause"; readonly reason: string }
  | { readonly call: "resume" }
  | { readonly call: "cancelTask"; readonly taskId: string; readonly reason: string }
  | { readonly call: "updatePolicy"; readonly intervalMs: number }
  | { readonly call: "unregister"; readonly reason: string };

export type LinkAction =
  | { readonly does: "cut" | "cut up" | "cut down" | "mend" | "reset" | "refuse" }
  | { readonly does: "delay"; readonly ms: number }
  | { readonly does: "throttle"; readonly bytesPerSecond: number };

/** How much more than at the measurement before. */
export interface Growth {
  readonly threads: number;
  readonly files: number;
  readonly sockets: number;
  readonly rssMiB: number;
}

export type Step =
  | { readonly act: "tell"; readonly who: Who; readonly order: Order; readonly times: number }
  /** The next report of a kind, whatever others came before. */
  | {
      readonly act: "see";
      readonly who: Who;
      readonly saw: Saw;
      readonly like: Pattern;
      readonly withinMs: number;
    }
  /** How many reports of a kind there have been. */
  | { readonly act: "count"; readonly who: Who; readonly saw: Saw; readonly is: number }
  /** Asks for a report until it is like this. */
  | {
      readonly act: "ask";
      readonly who: Who;
      readonly what: "health" | "state";
      readonly like: Pattern;
    }
  /** The server comes to know this of the agent. */
  | {
      readonly act: "known";
      readonly who: Who;
      readonly like: Pattern;
      readonly withinMs: number;
    }
  /** The server comes to record these of the agent, in this order; others may lie between. */
  | { readonly act: "recorded"; readonly who: Who; readonly events: readonly Pattern[] }
  /** An event of this type is in the server's history, and so outlives the server. */
  | { readonly act: "kept"; readonly type: string }
  /** The server has recorded none of these of the agent. */
  | { readonly act: "not recorded"; readonly who: Who; readonly types: readonly string[] }
  /** So many more beats arrive, counted from one of them, and take so long. */
  | {
      readonly act: "beats";
      readonly count: number;
      readonly minMs: number;
      readonly maxMs: number;
    }
  | { readonly act: "operate"; readonly does: OperatorCall }
  | { readonly act: "link"; readonly action: LinkAction }
  /** How many connections the link comes to be asked for. */
  | { readonly act: "connections"; readonly like: Pattern }
  /** How many streams the relay was asked for. */
  | { readonly act: "streams"; readonly like: Pattern }
  /** So many bytes come to wait in the link. */
  | { readonly act: "held"; readonly bytes: number }
  /** A drain is over as soon as every agent has left as it was asked to. */
  | { readonly act: "server"; readonly does: "drain" | "kill" | "start again" }
  /** The next stream is answered by the relay with a status of its own. */
  | { readonly act: "answer"; readonly status: string; readonly code?: string }
  /** A header came with the newest stream. */
  | { readonly act: "header"; readonly name: string; readonly is: string }
  /** How many streams the server has put off. */
  | { readonly act: "put off"; readonly like: Pattern }
  | { readonly act: "signal"; readonly who: Who; readonly signal: NodeJS.Signals }
  /** Closes a testee's standard input. */
  | { readonly act: "close input"; readonly who: Who }
  /** A testee's process ends, with one of these codes or signals. */
  | { readonly act: "exit"; readonly who: Who; readonly by: readonly (number | NodeJS.Signals)[] }
  | { readonly act: "repeat"; readonly times: number; readonly steps: readonly Step[] }
  | { readonly act: "measure"; readonly who: Who }
  /** A testee holds no more than at the measurement. */
  | { readonly act: "grown"; readonly who: Who; readonly atMost: Partial<Growth> }
  /** No connection of the testee to the server or the link is left. */
  | { readonly act: "no socket"; readonly who: Who }
  /** A sample of the language runs, to its end or until it is killed. */
  | { readonly act: "sample"; readonly name: SampleName; readonly end: "by itself" | "SIGKILL" };

/** Something that every agent does, and how it is seen. */
export interface Scenario {
  readonly name: string;
  /** What is promised, as a sentence. */
  readonly promise: string;
  /** A server of its own; without it, one that is shared and not to be harmed. */
  readonly server?: ServerNeeds;
  /** Whether a relay that speaks gRPC stands between link and server. */
  readonly relay?: boolean;
  readonly timeoutMs?: number;
  readonly steps: readonly Step[];
}

/** In which time what is waited for has to come, where nothing else is said: long, for busy machines. */
export const WITHIN_MS = 15_000;

/** In the place of a file: the authority that issued the server's certificate. */
export const AUTHORITY = "{authority}";
/** In the place of a token: one that the server believes, of this agent or of another. */
export const TOKEN_OF_IT = "{token of it}";
export const TOKEN_OF_PEER = "{token of peer}";

/** Starts an agent; id, server and a quick backoff are filled in where they are left out. */
export const start = (options: Partial<StartOptions> = {}, who: Who = "it"): Step =>
  tell({ do: "start", options: options as StartOptions }, who);

export const tell = (order: Order, who: Who = "it", times = 1): Step => ({
  act: "tell",
  who,
  order,
  times,
});

export const see = (saw: Saw, like: Pattern = {}, who: Who = "it", withinMs = WITHIN_MS): Step => ({
  act: "see",
  who,
  saw,
  like,
  withinMs,
});

/** A report as {@link see}, within a time that is part of the promise. */
export const seeWithin = (withinMs: number, saw: Saw, like: Pattern = {}): Step =>
  see(saw, like, "it", withinMs);

export const count = (saw: Saw, is: number, who: Who = "it"): Step => ({
  act: "count",
  who,
  saw,
  is,
});

export const ask = (what: "health" | "state", like: Pattern, who: Who = "it"): Step => ({
  act: "ask",
  who,
  what,
  like,
});

export const known = (like: Pattern, who: Who = "it", withinMs = WITHIN_MS): Step => ({
  act: "known",
  who,
  like,
  withinMs,
});

/** Events by their type, or with a reason, a task, an epoch. */
export const recorded = (...events: readonly (string | Pattern)[]): Step => ({
  act: "recorded",
  who: "it",
  events: events.map((event) => (typeof event === "string" ? { type: event } : event)),
});

export const notRecorded = (...types: readonly string[]): Step => ({
  act: "not recorded",
  who: "it",
  types,
});

export const beats = (count: number, [minMs, maxMs]: readonly [number, number]): Step => ({
  act: "beats",
  count,
  minMs,
  maxMs,
});

export const operate = (does: OperatorCall): Step => ({ act: "operate", does });

export const link = (does: Exclude<LinkAction["does"], "delay" | "throttle">): Step => ({
  act: "link",
  action: { does },
});

export const repeat = (times: number, ...steps: readonly Step[]): Step => ({
  act: "repeat",
  times,
  steps,
});
