import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  type Alert,
  AlertKindSchema,
  AlertState,
  AlertStateSchema,
  type Silence,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { word } from "../../../src/cli/words.ts";

/** "AGENT_DOWN" as people say it. */
export const kindText = (kind: number): string =>
  word(AlertKindSchema, kind).replaceAll("_", " ").toLowerCase();

export const alertStateText = ({ state }: Alert): string =>
  word(AlertStateSchema, state).toLowerCase();

/** Why nobody is told of an alert that goes on; empty when somebody is. */
export function hushText({ state, silenceId, flapping }: Alert): string {
  if (state === AlertState.RESOLVED) return "";
  if (silenceId !== "") return "silenced";
  return flapping ? "flapping: not told until it rests" : "";
}

/** What a silence is about, in words. */
export function matchText({ organizationId, idPrefix, agentType, labels, kinds }: Silence): string {
  const parts = [
    idPrefix === "" ? "" : `id ${idPrefix}…`,
    agentType === "" ? "" : `type ${agentType}`,
    ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
    kinds.map(kindText).join(" or "),
  ].filter(Boolean);
  const whose = organizationId === "*" ? "every organization" : organizationId || "default";
  return parts.length === 0 ? `everything of ${whose}` : `${parts.join(", ")} of ${whose}`;
}

export type SilenceStanding = "to begin" | "in force" | "ended";

export function silenceStanding(
  { startsAt, endsAt }: Silence,
  serverWall: number,
): SilenceStanding {
  if (endsAt !== undefined && timestampMs(endsAt) <= serverWall) return "ended";
  return startsAt !== undefined && timestampMs(startsAt) > serverWall ? "to begin" : "in force";
}
