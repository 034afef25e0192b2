/**
 * What a fault is, and what it finds.
 */
import { affordable } from "../bench/generator.ts";
import type { FleetReport } from "./fleet-messages.ts";
import type { Need } from "./needs.ts";

const ACK_P99_MS = 100;
const ACK_FACTOR = 3;

/** Of the server's connections, those that are not of a large fleet. */
const OTHER_CONNECTIONS = 600;

/** `failed`: the fault could not be tried to its end, which shows nothing. */
export type Verdict = "kept" | "BROKEN" | "shown" | "skipped" | "failed";

/** One line of the table. */
export interface Row {
  /** With what, and how much of it. */
  readonly how: string;
  /** What is promised; empty for a figure that is only shown. */
  readonly promise: string;
  readonly seen: string;
  readonly verdict: Verdict;
}

/** What every fault is given. */
export interface Context {
  /** The program that is started with "serve". */
  readonly entry: string;
  /** Small counts, to try it. */
  readonly quick: boolean;
  /** How many agents a large fleet has. */
  readonly agents: number;
  /** The one for a whole run, or the one for a quick one. */
  pick<T>(whole: T, quick: T): T;
  say(line: string): void;
}

/** One way in which the world goes wrong. */
export interface Fault {
  readonly name: string;
  /** What is done, as a sentence. */
  readonly what: string;
  readonly needs: readonly Need[];
  /** One that takes longer than this has hung. */
  readonly timeoutMs: number;
  run(context: Context): Promise<readonly Row[]>;
}

/** So many agents, or as many as this machine lets the server have connections to. */
export function affordableAgents(agents: number): number {
  return affordable(agents + OTHER_CONNECTIONS).connections - OTHER_CONNECTIONS;
}

/** A promise that is kept if nothing speaks against it; the first of what does is shown. */
export function promised(
  how: string,
  promise: string,
  against: readonly string[],
  seen: string,
): Row {
  if (against.length === 0) return { how, promise, seen, verdict: "kept" };
  const [first] = against;
  const more = against.length > 1 ? ` (and ${against.length - 1} more)` : "";
  return { how, promise, seen: `${first}${more}; ${seen}`, verdict: "BROKEN" };
}

/** A promise with an upper bound. */
export function bounded(
  how: string,
  promise: string,
  value: number,
  limit: number,
  seen: string,
): Row {
  return { how, promise, seen, verdict: value <= limit ? "kept" : "BROKEN" };
}

/**
 * That acks came as fast as before. A machine that is slow anyhow is nobody's fault, and what the agents'
 * own process was late is not the server's.
 */
export function acksBounded(how: string, before: FleetReport, during: FleetReport): Row {
  const words = ({ acks: { p50Ms, p99Ms, maxMs } }: FleetReport) =>
    `p50 ${inWords(p50Ms)}, p99 ${inWords(p99Ms)}, max ${inWords(maxMs)}`;
  return bounded(
    how,
    `acks do not wait for the disk: p99 at most ${ACK_P99_MS} ms, or ${ACK_FACTOR} times what it was before`,
    during.acks.p99Ms - during.ownLagMs,
    Math.max(ACK_P99_MS, ACK_FACTOR * before.acks.p99Ms),
    `${words(during)}; before: ${words(before)}; the agents' own process was late by up to ${inWords(during.ownLagMs)}`,
  );
}

export function shown(how: string, seen: string): Row {
  return { how, promise: "", seen, verdict: "shown" };
}

export function skipped(reason: string): Row {
  return { how: "", promise: "", seen: reason, verdict: "skipped" };
}

export function failed(reason: string): Row {
  return { how: "", promise: "", seen: reason, verdict: "failed" };
}

/** "1,234 ms", "12.3 s". */
export function inWords(ms: number): string {
  if (!Number.isFinite(ms)) return "never";
  return Math.abs(ms) < 10_000
    ? `${Math.round(ms).toLocaleString("en")} ms`
    : `${(ms / 1_000).toFixed(1)} s`;
}
