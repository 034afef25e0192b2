import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { Agent } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { plural, span } from "../../../src/cli/words.ts";
import { longestGap, type Pace } from "./strip.ts";
import type { Arrival, Trace } from "./trace.ts";

/** Gaps that a mean is taken over: some of the latest. */
const RECENT = 20;

/** What a trace shows, for who does not see it: "last beat 0.8s ago; mean gap 5s; jitter 3ms; 2 missed". */
export function pulseWords(
  trace: Trace,
  agent: Pick<Agent, "missedBeats" | "jitter"> | undefined,
  pace: Pace | undefined,
  now: number,
): string {
  const { last } = trace;
  if (last === undefined) return "no beat yet";
  const ago = span(durationFromMs(now - last.at));
  const parts = [trace.isOpen ? `last beat ${ago} ago` : "no connection: nothing is known now"];
  const gap = meanGap(trace.arrivals, longestGap(pace));
  if (gap !== undefined) parts.push(`mean gap ${span(durationFromMs(Math.round(gap)))}`);
  if (agent?.jitter !== undefined) parts.push(`jitter ${span(agent.jitter)}`);
  const missed = agent?.missedBeats ?? 0;
  parts.push(missed === 0 ? "none missed" : `${plural(missed, "beat")} missed`);
  return parts.join("; ");
}

function meanGap(arrivals: readonly Arrival[], longestMs: number): number | undefined {
  const gaps = arrivals.flatMap(({ gapMs }) => gapMs ?? []).filter((gap) => gap <= longestMs);
  const recent = gaps.slice(-RECENT);
  return recent.length === 0
    ? undefined
    : recent.reduce((sum, gap) => sum + gap, 0) / recent.length;
}
