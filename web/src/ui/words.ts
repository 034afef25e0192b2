import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { span } from "../../../src/cli/words.ts";
import { stateWord } from "../view/view.ts";

/** "14:03:59", of this machine's clock and zone: what somebody compares with a watch. */
export function clockTime(wallMs: number): string {
  const date = new Date(wallMs);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const two = (part: number) => String(part).padStart(2, "0");

const DAY_MS = 86_400_000;

/** "14:03:59" while that cannot be mistaken, and with its day otherwise: "2026-11-27 14:03". */
export function momentText(wallMs: number, nowMs: number): string {
  const time = clockTime(wallMs);
  if (Math.abs(wallMs - nowMs) < DAY_MS / 2) return time;
  const date = new Date(wallMs);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${time.slice(0, 5)}`;
}

/** An age that is looked at once a second: "<1s", "42s", "3m 5s". */
export function age(ms: number): string {
  return ms < 1_000 ? "<1s" : span(durationFromMs(Math.floor(ms / 1_000) * 1_000));
}

/** A state with what changes how it is to be read: "SUSPECT held". */
export function stateText(agent: { state: AgentState; paused: boolean; held: boolean }): string {
  return `${stateWord(agent.state)}${agent.paused ? " paused" : ""}${agent.held ? " held" : ""}`;
}
