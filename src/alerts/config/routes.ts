import { z } from "zod";
import { name as nameKind, oneOf, toggle } from "../../config/kinds.ts";
import { nearest } from "../../config/nearest.ts";
import { limits } from "../../config.ts";
import type { AlertKind } from "../notification.ts";
import type { Rule } from "../routes.ts";
import type { AlertPolicy } from "../routing.ts";
import { field, policyFields } from "./fields.ts";
import type { Reading } from "./reading.ts";

const kinds = Object.keys({
  agent_down: true,
  agent_conflict: true,
  mass_failure: true,
  task_stale: true,
  task_lost: true,
  task_given_up: true,
  monitor: true,
} satisfies Record<AlertKind, true>) as AlertKind[];

const names = z.array(field(nameKind(limits.idBytes))).optional();

const routeSchema = z.strictObject({
  match: z.unknown().optional(),
  channels: z.array(z.string("is no name")),
  continue: field(toggle).optional(),
  ...policyFields,
});

const matchSchema = z.strictObject({
  organizations: names,
  types: names,
  kinds: z.array(field(oneOf(kinds))).optional(),
  labels: z.record(z.string(), field(nameKind(limits.labelValueBytes))).optional(),
  severity: field(oneOf(["info", "warning", "error"])).optional(),
});

export const policySchema = z.strictObject(policyFields);

/** A route of the file; undefined when something is wrong with it, which the reading then knows. */
export function readRoute(
  reading: Reading,
  at: number,
  value: unknown,
  channels: readonly string[],
): Rule | undefined {
  const path = ["routes", at];
  const route = reading.check(routeSchema, value, path);
  const written = (value as { readonly match?: unknown } | null)?.match;
  const match = reading.check(matchSchema, written, [...path, "match"]);
  if (!route || !match) return undefined;
  for (const [index, channel] of route.channels.entries()) {
    if (channels.includes(channel)) continue;
    reading.fault({
      path: [...path, "channels", index],
      value: channel,
      ...unknown(channel, channels),
    });
  }
  const { organizations, types, kinds, labels, severity } = match;
  return {
    match: {
      organizations: organizations && new Set(organizations),
      types: types && new Set(types),
      kinds: kinds && new Set(kinds),
      labels: labels && new Map(Object.entries(labels)),
      severity,
    },
    channels: [...new Set(route.channels)],
    goesOn: route.continue ?? false,
    policy: policyOf(route),
  };
}

/** What a mapping says of the policy; what it does not say is left out. */
export function policyOf(read: z.output<typeof policySchema>): Partial<AlertPolicy> {
  const { delay: delayMs, "group-window": groupWindowMs, repeat: repeatMs } = read;
  return {
    ...(delayMs !== undefined && { delayMs }),
    ...(groupWindowMs !== undefined && { groupWindowMs }),
    ...(repeatMs !== undefined && { repeatMs }),
  };
}

function unknown(channel: string, channels: readonly string[]) {
  const meant = nearest(channel, channels);
  return {
    problem: "is none of the file's channels",
    limit: channels.join(", "),
    remedy: meant === undefined ? "name one of these, or add it" : `write ${meant}`,
  };
}
