import type { Logger } from "pino";
import type { Settings } from "../config/settings.ts";
import type { CliContext } from "./context.ts";

/** What a secret is called. Paths with an asterisk would cost a hundred times as much, in every line. */
const SECRETS = ["authorization", "cookie", "password", "secret", "token"];

/**
 * The server's log: JSON, a line each. Nothing that we write has a secret in it. What would go by the name of
 * one is not written all the same, and of errors, into which libraries put what they were called with, only
 * the words are.
 */
export async function openLog(
  context: Pick<CliContext, "log">,
  { logLevel, serverId }: Pick<Settings, "logLevel" | "serverId">,
): Promise<Logger> {
  const { pino } = await import("pino");
  const options = {
    level: logLevel,
    base: { serverId },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRETS.flatMap((name) => [name, `headers.${name}`]),
      censor: "[secret]",
    },
    serializers: {
      err(error: unknown) {
        if (!(error instanceof Error)) return error;
        const { type, message, stack, code } = pino.stdSerializers.err(error);
        return { type, message, stack, ...(code !== undefined && { code }) };
      },
    },
  };
  return pino(options, context.log);
}
