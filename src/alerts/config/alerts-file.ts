import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Channel } from "../channel.ts";
import { Routes } from "../routes.ts";
import { defaultAlertPolicy, type Routing } from "../routing.ts";
import { type ChannelParts, readChannel } from "./channels.ts";
import { AlertsFileError } from "./problems.ts";
import { Reading, type SecretSources } from "./reading.ts";
import { policyOf, policySchema, readRoute } from "./routes.ts";

/** Who is told of alerts, and how. */
export interface AlertsFile {
  readonly channels: readonly Channel[];
  readonly routing: Routing;
}

export interface AlertsFileParts extends ChannelParts {
  readonly env: SecretSources["env"];
  /** Default: asks the file system. */
  readonly readFile?: SecretSources["readFile"];
}

/** A file has at most so many channels, and routes. */
const MOST = { channels: 100, routes: 1_000 } as const;

const schema = z.strictObject({
  channels: z.record(z.string(), z.unknown()).optional(),
  routes: z.array(z.unknown()).max(MOST.routes, "is too long").optional(),
  policy: z.unknown().optional(),
});

/**
 * Reads the file that the setting `alerts` names, and the secrets that it names. Throws one
 * {@link AlertsFileError} for all that is wrong.
 */
export function readAlertsFile(path: string, parts: AlertsFileParts): AlertsFile {
  const readFile = parts.readFile ?? textOf;
  const text = readFile(path);
  if (text === undefined) throw unreadable(path);
  const reading = new Reading(path, text, { env: parts.env, readFile });
  const file = reading.problems.length === 0 ? readAll(reading, parts) : undefined;
  if (file === undefined || reading.problems.length > 0) {
    throw new AlertsFileError(reading.problems);
  }
  return file;
}

function readAll(reading: Reading, parts: ChannelParts): AlertsFile | undefined {
  const root = reading.check(schema, reading.root, []);
  if (!root) return undefined;
  const entries = Object.entries(root.channels ?? {});
  for (const [name] of entries) checkName(reading, name);
  if (entries.length > MOST.channels) {
    const limit = String(MOST.channels);
    reading.fault({ path: ["channels"], problem: "are too many", limit, remedy: "join some" });
  }
  const channels = entries.map(([name, value]) => readChannel(reading, name, value, parts));
  const names = entries.map(([name]) => name);
  const rules = (root.routes ?? []).map((value, at) => readRoute(reading, at, value, names));
  if (entries.length > 0 && rules.length === 0) {
    const problem = "is missing, and without a route no channel is told anything";
    reading.fault({
      path: ["routes"],
      problem,
      remedy: `add one, such as: - channels: [${names[0]}]`,
    });
  }
  const policy = reading.check(policySchema, root.policy, ["policy"]) ?? {};
  return {
    channels: channels.filter((channel) => channel !== undefined),
    routing: new Routes(
      rules.filter((rule) => rule !== undefined),
      { ...defaultAlertPolicy, ...policyOf(policy) },
    ),
  };
}

function checkName(reading: Reading, name: string): void {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}$/.test(name)) return;
  reading.fault({
    path: ["channels", name],
    problem: "is no name for a channel",
    limit: "1 to 63 of a-z, A-Z, 0-9, - and _, the first no - or _",
    remedy: "choose another name",
  });
}

function unreadable(path: string): AlertsFileError {
  const remedy = "check the path, which is relative to where the command runs, and its permissions";
  return new AlertsFileError([
    { subject: "alerts", value: path, problem: "cannot be read", remedy },
  ]);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
