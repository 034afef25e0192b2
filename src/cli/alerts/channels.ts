import {
  type Channel,
  ListChannelsResponseSchema,
  TestChannelResponseSchema,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { type AddCommand, examples } from "../command.ts";
import { type ConnectionFlags, withCall, withConnection } from "../connection.ts";
import { exitCodes, exitCodesHelp } from "../failure.ts";
import { document, note, say } from "../output.ts";
import { plain, table } from "../terminal.ts";
import { instant, span } from "../words.ts";
import { flagsOf } from "./flags.ts";

export const addChannels: AddCommand = (alerts, context, outcome) => {
  withConnection(alerts.command("channels"))
    .description("List the channels by which people are told, and how each does.")
    .addHelpText("after", examples("heartbeat alerts channels"))
    .addHelpText("after", exitCodesHelp)
    .action(async (_, command) => {
      const flags = flagsOf<ConnectionFlags>(command);
      outcome.code = await withCall(context, flags, async (connection) => {
        const answer = await connection.alerts.listChannels({}, connection.unary);
        if (flags.json) document(context, ListChannelsResponseSchema, answer);
        else if (answer.channels.length > 0) say(context, channelTable(answer.channels));
        else note(context, "there is no channel: the server's setting alerts names a file of them");
        return exitCodes.done;
      });
    });
};

function channelTable(channels: readonly Channel[]): string {
  const rows = channels.map((channel) => [
    plain(channel.name),
    channel.kind,
    plain(channel.target),
    String(channel.waiting),
    String(channel.dead),
    String(channel.deliveredTotal),
    instant(channel.lastAttemptAt),
    plain(channel.lastError),
  ]);
  const head = ["CHANNEL", "KIND", "TARGET", "WAITING", "DEAD", "DELIVERED", "LAST", "ERROR"];
  return table(head, rows);
}

export const addTest: AddCommand = (alerts, context, outcome) => {
  withConnection(alerts.command("test"))
    .description("Send a message that says that it is a test to a channel, once and now.")
    .argument("<CHANNEL>", "its name in the alerts file")
    .addHelpText("after", examples("heartbeat alerts test on-call --timeout 30s"))
    .addHelpText("after", exitCodesHelp)
    .action(async (channel: string, _, command) => {
      const flags = flagsOf<ConnectionFlags>(command);
      outcome.code = await withCall(context, flags, async (connection) => {
        const answer = await connection.alerts.testChannel({ channel }, connection.unary);
        const { delivered, error, took } = answer;
        if (flags.json) document(context, TestChannelResponseSchema, answer);
        else if (delivered) say(context, `${plain(channel)} took it in ${span(took)}`);
        else note(context, `${channel} did not take it: ${error}`);
        return delivered ? exitCodes.done : exitCodes.failed;
      });
    });
};
