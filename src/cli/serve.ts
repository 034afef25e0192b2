import type { Settings } from "../config/settings.ts";
import { type AddCommand, examples } from "./command.ts";
import type { CliContext } from "./context.ts";
import { CliFailure, exitCodes, exitCodesHelp } from "./failure.ts";
import { openLog } from "./server-log.ts";
import { type SettingFlags, settingsOf, withSettings } from "./setting-flags.ts";

export const addServe: AddCommand = (program, context, outcome) => {
  withSettings(program.command("serve"))
    .description(
      "Run the monitor. Every setting is a flag, a variable HEARTBEAT_* and a key of the YAML file, in this order of precedence.",
    )
    .addHelpText(
      "after",
      examples(
        "heartbeat serve",
        "heartbeat serve --config heartbeat.yaml --interval 10s",
        "heartbeat serve --grpc-address 0.0.0.0:50051 --tls-cert server.crt --tls-key server.key",
      ),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (flags: SettingFlags) => {
      const { settings } = settingsOf(context, flags);
      outcome.code = await serve(context, settings);
    });
};

/** Serves until a signal asks to stop, then drains. A second signal does not wait. */
async function serve(context: CliContext, settings: Settings): Promise<number> {
  const log = await openLog(context, settings);
  const stop = signalled(context);
  try {
    const { startServer } = await import("../server.ts");
    const { clock, version, env } = context;
    const parts = { clock, log, version, env };
    const server = await startServer(settings, parts).catch((error: unknown) => {
      throw isOfTheRooms(error)
        ? new CliFailure(exitCodes.failed, error.message)
        : cannotListen(error, settings);
    });
    const { grpcAddress, httpAddress } = server;
    // Whoever starts a server waits for this line, at whatever level the others are.
    log.child({}, { level: "info" }).info({ grpcAddress, httpAddress }, "listening");
    const signal = await stop.first;
    await server.drain(`${signal} was received`);
    return exitCodes.done;
  } finally {
    stop.release();
  }
}

interface Signalled {
  /** The first signal that asks to stop; also one that came while the server was starting. */
  readonly first: Promise<NodeJS.Signals>;
  release(): void;
}

function signalled(context: CliContext): Signalled {
  const { promise: first, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let hasOne = false;
  const release = context.onSignal(["SIGTERM", "SIGINT"], (signal) => {
    // The second waits for nothing, also while the server starts.
    if (hasOne) context.exit(exitCodes.failed);
    hasOne = true;
    resolve(signal);
  });
  return { first, release };
}

/** By their names: the classes are in rooms that commands do not enter. */
function isOfTheRooms(error: unknown): error is Error {
  return error instanceof Error && ["JournalError", "KeyError"].includes(error.name);
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the address is in use; stop who listens there, or choose another",
  EADDRNOTAVAIL: "this machine has no such address; choose one that it has",
  EACCES: "this user may not listen there; choose a port from 1024 on",
  ENOTFOUND: "the host's name is unknown; choose an address of this machine",
};

/** The usual reasons in words; anything else is passed on as it is. */
function cannotListen(error: unknown, settings: Settings): unknown {
  const text = error instanceof Error ? `${codeOf(error)} ${error.message}` : String(error);
  const code = Object.keys(reasons).find((reason) => text.includes(reason));
  if (code === undefined) return error;
  const { place, flags } = culprit(text, settings);
  return new CliFailure(
    exitCodes.failed,
    `cannot listen on ${place}: ${reasons[code]} with ${flags}`,
  );
}

/** Which of the two listeners an error is about, as far as its text tells. */
function culprit(text: string, { grpcAddress, httpAddress }: Settings) {
  const [isGrpc, isHttp] = [text.includes(grpcAddress), text.includes(httpAddress)];
  if (isGrpc && !isHttp) return { place: grpcAddress, flags: "--grpc-address" };
  if (isHttp && !isGrpc) return { place: httpAddress, flags: "--http-address" };
  return { place: `${grpcAddress} or ${httpAddress}`, flags: "--grpc-address or --http-address" };
}

function codeOf(error: Error): string {
  const cause = error.cause instanceof Error ? `${codeOf(error.cause)} ${error.cause.message}` : "";
  return `${(error as NodeJS.ErrnoException).code ?? ""} ${cause}`;
}
