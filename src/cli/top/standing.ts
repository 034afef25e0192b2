import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { GetStatusResponse } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";

/** The monitor as a whole, as it was told last. */
export interface Overview {
  readonly status: GetStatusResponse;
  /** What to add to this machine's monotonic time to get the server's wall time. */
  readonly serverWallOffset: number;
  /** The last stall of the monitor that happened while we looked. */
  readonly stall: { readonly noticedAt: number; readonly heldBackMs: number } | undefined;
}

/** How long a stall is shown after it was noticed. */
export const STALL_SHOWN_MS = 60_000;

/** What an answer of GetStatus makes of what was known. */
export function nextOverview(
  before: Overview | undefined,
  status: GetStatusResponse,
  now: number,
): Overview {
  const started = status.startedAt === undefined ? 0 : timestampMs(status.startedAt);
  const uptime = status.uptime === undefined ? 0 : durationMs(status.uptime);
  return {
    status,
    serverWallOffset: started + uptime - now,
    stall: stallSince(before, status, now),
  };
}

function stallSince(
  before: Overview | undefined,
  status: GetStatusResponse,
  now: number,
): Overview["stall"] {
  if (before === undefined || status.stallsTotal <= before.status.stallsTotal) return before?.stall;
  const heldBack = (of: GetStatusResponse) => (of.heldBackTotal ? durationMs(of.heldBackTotal) : 0);
  return { noticedAt: now, heldBackMs: heldBack(status) - heldBack(before.status) };
}
