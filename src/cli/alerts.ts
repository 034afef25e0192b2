import { create } from "@bufbuild/protobuf";
import type { Command } from "commander";
import {
  type Alert,
  AlertKindSchema,
  AlertState,
  AlertStateSchema,
  ListAlertsResponseSchema,
} from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { addChannels, addTest } from "./alerts/channels.ts";
import { addDeliveries, addResend } from "./alerts/deliveries.ts";
import { addSilence, addSilences, addUnsilence } from "./alerts/silences.ts";
import type { Connection } from "./client.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { exitCodes, exitCodesHelp } from "./failure.ts";
import { type Extent, wanted, withExtent, wordsFlag } from "./options.ts";
import { document, note, say } from "./output.ts";
import { collect } from "./pages.ts";
import { painter, plain, table } from "./terminal.ts";
import { instant, word } from "./words.ts";

interface AlertFlags extends ConnectionFlags, Extent {
  readonly state?: number[];
  readonly agent?: string;
}

export const addAlerts: AddCommand = (program, context, outcome) => {
  const alerts: Command = withExtent(withConnection(program.command("alerts")), "alerts")
    .description("List alerts that are not over, and do something about them.")
    .addOption(
      wordsFlag(
        "--state <STATE>",
        "only alerts in one of these states; without it and without --all those that are not over",
        AlertStateSchema,
      ),
    )
    .option("--agent <ID>", "only those that concern this agent")
    // What follows a command's name is the command's.
    .enablePositionalOptions()
    .addHelpText(
      "after",
      examples(
        "heartbeat alerts",
        "heartbeat alerts --all --agent web-1",
        "heartbeat alerts test on-call",
        'heartbeat alerts silence --agents web- --for 2h --reason "kernel update"',
      ),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (flags: AlertFlags) => {
      outcome.code = await withCall(context, flags, (connection) =>
        list(context, flags, connection),
      );
    });
  const commands = [
    addChannels,
    addTest,
    addDeliveries,
    addResend,
    addSilence,
    addSilences,
    addUnsilence,
  ];
  for (const add of commands) add(alerts, context, outcome);
};

const notOver = [AlertState.PENDING, AlertState.FIRING];

async function list(
  context: CliContext,
  flags: AlertFlags,
  { alerts, organizationId, unary }: Connection,
): Promise<number> {
  const states = flags.state ?? (flags.all ? [] : notOver);
  const filter = { organizationId, states, agentId: flags.agent ?? "" };
  let totalSize = 0n;
  const { items, more } = await collect(wanted(flags), async (page) => {
    const answer = await alerts.listAlerts({ ...filter, ...page }, unary);
    totalSize = answer.totalSize;
    return { items: answer.alerts, nextPageToken: answer.nextPageToken };
  });
  if (flags.json) {
    const answer = create(ListAlertsResponseSchema, { alerts: items, totalSize });
    document(context, ListAlertsResponseSchema, answer);
    return exitCodes.done;
  }
  if (items.length === 0) note(context, "no alert matches");
  else say(context, alertTable(context, items));
  if (more) note(context, `${items.length} of ${totalSize} alerts are shown; --all shows the rest`);
  return exitCodes.done;
}

function alertTable(context: CliContext, all: readonly Alert[]): string {
  const paint = painter(context);
  const rows = all.map((alert) => [
    instant(alert.startedAt),
    paint(word(AlertStateSchema, alert.state)),
    word(AlertKindSchema, alert.kind),
    told(alert),
    plain(alert.summary),
  ]);
  return table(["SINCE", "STATE", "KIND", "TOLD", "WHAT"], rows);
}

/** To whom, or why to nobody. */
function told({ silenceId, flapping, toldAt, channels }: Alert): string {
  if (silenceId !== "") return "silenced";
  if (flapping) return "comes and goes";
  return toldAt === undefined ? "-" : plain(channels.join(", "));
}
