import { create } from "@bufbuild/protobuf";
import {
  type Delivery,
  DeliveryState,
  DeliveryStateSchema,
  ListDeliveriesResponseSchema,
  ResendDeliveryResponseSchema,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import type { Connection } from "../client.ts";
import { type AddCommand, examples } from "../command.ts";
import { type ConnectionFlags, withCall, withConnection } from "../connection.ts";
import type { CliContext } from "../context.ts";
import { exitCodes, exitCodesHelp } from "../failure.ts";
import { type Extent, wanted, withExtent } from "../options.ts";
import { document, note, say } from "../output.ts";
import { collect } from "../pages.ts";
import { painter, plain, table } from "../terminal.ts";
import { instant, word } from "../words.ts";
import { flagsOf } from "./flags.ts";

interface DeliveryFlags extends ConnectionFlags, Extent {
  readonly channel?: string;
  readonly dead?: boolean;
}

export const addDeliveries: AddCommand = (alerts, context, outcome) => {
  withExtent(withConnection(alerts.command("deliveries")), "deliveries")
    .description("List messages that wait, were given up, or were delivered lately.")
    .option("--channel <NAME>", "only to this channel")
    .option("--dead", "only those that were given up: resend sends one again")
    .addHelpText("after", examples("heartbeat alerts deliveries --dead"))
    .addHelpText("after", exitCodesHelp)
    .action(async (_, command) => {
      const flags = flagsOf<DeliveryFlags>(command);
      outcome.code = await withCall(context, flags, (connection) =>
        list(context, flags, connection),
      );
    });
};

async function list(
  context: CliContext,
  flags: DeliveryFlags,
  { alerts, organizationId, unary }: Connection,
): Promise<number> {
  const states = flags.dead ? [DeliveryState.DEAD] : [];
  const filter = { organizationId, channel: flags.channel ?? "", states };
  let totalSize = 0n;
  const { items, more } = await collect(wanted(flags), async (page) => {
    const answer = await alerts.listDeliveries({ ...filter, ...page }, unary);
    totalSize = answer.totalSize;
    return { items: answer.deliveries, nextPageToken: answer.nextPageToken };
  });
  if (flags.json) {
    const answer = create(ListDeliveriesResponseSchema, { deliveries: items, totalSize });
    document(context, ListDeliveriesResponseSchema, answer);
    return exitCodes.done;
  }
  if (items.length === 0) note(context, "no delivery matches");
  else say(context, deliveryTable(context, items));
  if (more) {
    note(context, `${items.length} of ${totalSize} deliveries are shown; --all shows the rest`);
  }
  return exitCodes.done;
}

function deliveryTable(context: CliContext, all: readonly Delivery[]): string {
  const paint = painter(context);
  const rows = all.map((delivery) => [
    plain(delivery.id),
    instant(delivery.createdAt),
    plain(delivery.channel),
    paint(word(DeliveryStateSchema, delivery.state)),
    String(delivery.attempts),
    plain(delivery.summary),
    plain(delivery.lastError),
  ]);
  return table(["ID", "SINCE", "CHANNEL", "STATE", "ATTEMPTS", "WHAT", "ERROR"], rows);
}

export const addResend: AddCommand = (alerts, context, outcome) => {
  withConnection(alerts.command("resend"))
    .description("Send a message again that was given up, or that waits for its next attempt.")
    .argument("<ID>", "the delivery, as `deliveries` shows it")
    .addHelpText("after", examples("heartbeat alerts resend 7d2f-1.on-call"))
    .addHelpText("after", exitCodesHelp)
    .action(async (deliveryId: string, _, command) => {
      const flags = flagsOf<ConnectionFlags>(command);
      outcome.code = await withCall(context, flags, async (connection) => {
        const { alerts: service, organizationId, unary } = connection;
        const answer = await service.resendDelivery({ organizationId, deliveryId }, unary);
        if (flags.json) document(context, ResendDeliveryResponseSchema, answer);
        else say(context, `${plain(deliveryId)} is sent again`);
        return exitCodes.done;
      });
    });
};
