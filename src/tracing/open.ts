import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import { SettingsError } from "../config/problems.ts";
import type { Settings } from "../config/settings.ts";
import { type Tracing, untraced } from "./tracing.ts";

/** Loads the library only when it is asked for: nobody else waits for it, or has it in memory. */
export async function tracingOf(
  { tracesEndpoint: endpoint, tracesHeadersFile, tracesRatio: ratio, serverId }: Settings,
  version: string,
  clock: Clock,
  log: Logger,
): Promise<Tracing> {
  const headers = tracesHeadersFile === undefined ? {} : readHeaders(tracesHeadersFile);
  if (endpoint === undefined) return untraced;
  const { openTracing } = await import("./otlp.ts");
  return openTracing({ endpoint, headers, ratio, serverId, version }, clock, log);
}

/**
 * Headers for who takes the traces, one a line, as HTTP has them. They say who we are, so they are no flag,
 * which every user of the machine could read.
 */
export function readHeaders(file: string): Readonly<Record<string, string>> {
  const refuse = (fault: { problem: string; limit?: string; remedy: string }): never => {
    throw new SettingsError([{ subject: "traces-headers-file", value: file, ...fault }]);
  };
  const headers: Record<string, string> = {};
  for (const [index, line] of linesOf(file, refuse).entries()) {
    if (line === "") continue;
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*([\x20-\x7e]+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      refuse({
        problem: `has no header in line ${index + 1}`,
        limit: "NAME: VALUE in each line, in ASCII",
        remedy: "write it as HTTP does, such as Authorization: Bearer TOKEN",
      });
    } else headers[name] = value;
  }
  return headers;
}

function linesOf(
  file: string,
  refuse: (fault: { problem: string; remedy: string }) => never,
): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.trim());
  } catch {
    return refuse({ problem: "cannot be read", remedy: "check the path and its permissions" });
  }
}
