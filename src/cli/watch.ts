import type { Connection } from "./client.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import type { CliContext } from "./context.ts";
import {
  type EventFilterFlags,
  eventFilter,
  eventPrinter,
  withEventFilter,
} from "./event-lines.ts";
import { exitCodes, exitCodesHelp } from "./failure.ts";
import { follow, untilInterrupted } from "./follow.ts";
import { sequenceFlag } from "./options.ts";

interface WatchFlags extends ConnectionFlags, EventFilterFlags {
  readonly after?: number;
  readonly reconnect: boolean;
}

export const addWatch: AddCommand = (program, context, outcome) => {
  withEventFilter(withConnection(program.command("watch")))
    .description("Print events as they happen, until interrupted.")
    .addOption(
      sequenceFlag("--after <SEQUENCE>", "begin after this event; 0: with the first that is kept"),
    )
    .option("--no-reconnect", "end when the connection breaks, instead of resuming")
    .addHelpText(
      "after",
      examples("heartbeat watch --severity warning", "heartbeat watch --json | jq .reason"),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (flags: WatchFlags) => {
      outcome.code = await withCall(context, flags, (connection) =>
        watch(context, flags, connection),
      );
    });
};

async function watch(
  context: CliContext,
  flags: WatchFlags,
  connection: Connection,
): Promise<number> {
  const { status, organizationId, unary } = connection;
  await untilInterrupted(context, async (signal) => {
    // "From now" as a sequence, so that a connection that breaks before the first event loses none. It
    // also shows at once whether the server can be reached at all.
    const life = await status.getStatus({ organizationId }, { ...unary, signal });
    await follow(context, connection, {
      filter: eventFilter(flags, organizationId),
      after: flags.after === undefined ? life.lastSequence : BigInt(flags.after),
      life,
      reconnect: flags.reconnect,
      print: eventPrinter(context, flags.json === true),
      signal,
    });
  });
  return exitCodes.done;
}
