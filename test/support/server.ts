import { pino } from "pino";
import { systemClock } from "../../src/clock.ts";
import { readSettings } from "../../src/config/read.ts";
import { type RunningServer, startServer } from "../../src/server.ts";

export interface TestServer extends RunningServer, AsyncDisposable {
  /** Lines of the log, parsed. */
  readonly logged: Record<string, unknown>[];
}

/** The real server in this process, on free ports; settings as they are written on the command line. */
export async function testServer(flags: Record<string, string> = {}): Promise<TestServer> {
  const logged: Record<string, unknown>[] = [];
  const log = pino(
    { level: "debug" },
    { write: (line: string) => void logged.push(JSON.parse(line)) },
  );
  const { settings } = readSettings({
    flags: {
      "grpc-address": "127.0.0.1:0",
      "http-address": "127.0.0.1:0",
      "server-id": "test",
      "drain-grace": "2s",
      ...(flags["data-dir"] === undefined && { ephemeral: "true" }),
      ...flags,
    },
  });
  const server = await startServer(settings, { clock: systemClock, log, version: "0.0.0" });
  return {
    ...server,
    logged,
    [Symbol.asyncDispose]: () => server.drain("the test is over"),
  };
}
