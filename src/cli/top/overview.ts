import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { GetStatusResponse } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { plural, span } from "../words.ts";
import { type Overview, STALL_SHOWN_MS } from "./standing.ts";
import { cut, flow, type Piece } from "./text.ts";

/** Whether what is shown is so, or was so when the server was last heard. */
export interface Link {
  readonly kind: "connecting" | "live" | "lost";
  /** Monotonic: the last sign of the server while the watch stood. */
  readonly heardAt: number;
  /** Why it is lost, in words; empty otherwise. */
  readonly why: string;
}

export interface HeaderParts {
  readonly overview: Overview | undefined;
  readonly link: Link;
  /** Monotonic. */
  readonly now: number;
  readonly width: number;
  paint(word: string): string;
}

/** Who it is, what is wrong with it, and how its fleet is. */
export function header(parts: HeaderParts): string[] {
  const { overview, width, paint } = parts;
  const banners = bannersOf(parts).map(([word, text]) => {
    return width <= word.length + 1
      ? cut(word, width)
      : `${paint(word)} ${cut(text, width - word.length - 1)}`;
  });
  if (overview === undefined) return ["heartbeat", ...banners];
  const { status } = overview;
  const title: Piece[] = [
    { text: `heartbeat ${status.version}` },
    { text: `server ${status.serverId}` },
    { text: `up ${span(status.uptime)}` },
  ];
  return [
    ...flow(title, width),
    ...banners,
    ...flow(agentPieces(parts), width),
    ...flow(figures(status), width),
  ];
}

function agentPieces({ overview, paint }: HeaderParts): Piece[] {
  const counts = Object.entries(overview?.status.agentsByState ?? {}).sort(byName);
  const all = counts.reduce((sum, [, amount]) => sum + amount, 0n);
  return [
    { text: plural(all, "agent") },
    ...counts.map(([state, amount]) => ({
      text: `${amount} ${state}`,
      painted: `${amount} ${paint(state)}`,
    })),
  ];
}

function figures(status: GetStatusResponse): Piece[] {
  const tasks = Object.entries(status.tasksByState)
    .sort(byName)
    .map(([state, amount]) => `${amount} ${state}`)
    .join(", ");
  const pieces = [
    `${status.beatsPerSecond.toFixed(1)} beats/s`,
    `${status.openStreams} streams`,
    plural(status.dropsTotal, "drop"),
    `tasks: ${tasks || "none"}`,
  ];
  if (status.awaitedCount > 0n) pieces.push(`${status.awaitedCount} awaited`);
  if (status.stallsTotal > 0n) pieces.push(plural(status.stallsTotal, "stall"));
  return pieces.map((text) => ({ text }));
}

/** What is out of the ordinary: how bad, and what. */
function bannersOf({ overview, link, now }: HeaderParts): (readonly [string, string])[] {
  const banners: (readonly [string, string])[] = [];
  const ago = (instant: number) => `${span(durationFromMs(now - instant))} ago`;
  if (link.kind === "connecting") banners.push(["WARNING", "asking for the agents …"]);
  if (link.kind === "lost") {
    banners.push(["ERROR", `connection lost, shown as of ${ago(link.heardAt)} (${link.why})`]);
  }
  if (overview === undefined) return banners;
  const { status, stall } = overview;
  if (status.draining) banners.push(["WARNING", "the server is about to stop"]);
  if (!status.journalHealthy) {
    const waiting = `${plural(status.journalBacklog, "event")} not kept yet`;
    banners.push(["ERROR", `journal in trouble: ${status.journalTrouble}; ${waiting}`]);
  }
  if (status.protectionActive) {
    const held = plural(status.heldCount, "agent");
    banners.push(["ERROR", `protection: many fell silent at once, ${held} held from DOWN`]);
  } else if (status.heldCount > 0n) {
    const held = plural(status.heldCount, "agent");
    banners.push(["WARNING", `protection is over: ${held} still held, given up one by one`]);
  }
  if (stall !== undefined && now - stall.noticedAt < STALL_SHOWN_MS) {
    const moved = span(durationFromMs(stall.heldBackMs));
    banners.push([
      "WARNING",
      `the monitor stood still ${ago(stall.noticedAt)}, deadlines moved by ${moved}`,
    ]);
  }
  return banners;
}

const byName = ([a]: readonly [string, bigint], [b]: readonly [string, bigint]) => (a < b ? -1 : 1);
