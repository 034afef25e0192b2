import { create } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { Option } from "commander";
import type { Event } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  type GetStatusResponse,
  ListEventsResponseSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
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
import { type Extent, sequenceFlag, timeFlag, wanted, withExtent } from "./options.ts";
import { document, note } from "./output.ts";
import { type Collected, collect } from "./pages.ts";

interface EventsFlags extends ConnectionFlags, EventFilterFlags, Extent {
  readonly since?: Timestamp;
  readonly until?: Timestamp;
  readonly after?: number;
  readonly newest?: boolean;
  readonly follow?: boolean;
}

export const addEvents: AddCommand = (program, context, outcome) => {
  withExtent(withEventFilter(withConnection(program.command("events"))), "events")
    .description("Show the history, oldest first.")
    .addOption(timeFlag("--since <TIME>", "not before: 1h ago, or an ISO 8601 time", context.clock))
    .addOption(timeFlag("--until <TIME>", "before: 1h ago, or an ISO 8601 time", context.clock))
    .addOption(sequenceFlag("--after <SEQUENCE>", "only events after this one"))
    .option("--newest", "newest first")
    .addOption(
      new Option(
        "--follow",
        "then print events as they happen; without --since, --after or --all begin with the newest",
      ).conflicts(["until", "newest"]),
    )
    .addHelpText(
      "after",
      examples(
        "heartbeat events --since 1h --severity warning",
        "heartbeat events --agent web-1 --newest --limit 10",
        "heartbeat events --since 1h --follow",
        "heartbeat events --follow --limit 20 --json",
      ),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (flags: EventsFlags) => {
      outcome.code = await withCall(context, flags, async (connection) => {
        await (flags.follow ? tail : history)(context, flags, connection);
        return exitCodes.done;
      });
    });
};

function list(
  flags: EventsFlags,
  { status, organizationId, unary }: Connection,
  newestFirst: boolean,
): Promise<Collected<Event>> {
  const filter = {
    ...eventFilter(flags, organizationId),
    ...(flags.since === undefined ? {} : { since: flags.since }),
    ...(flags.until === undefined ? {} : { until: flags.until }),
    afterSequence: BigInt(flags.after ?? 0),
    newestFirst,
  };
  return collect(wanted(flags), async (page) => {
    const answer = await status.listEvents({ ...filter, ...page }, unary);
    return { items: answer.events, nextPageToken: answer.nextPageToken };
  });
}

async function history(
  context: CliContext,
  flags: EventsFlags,
  connection: Connection,
): Promise<void> {
  const { items, more } = await list(flags, connection, flags.newest === true);
  if (flags.json) {
    const answer = create(ListEventsResponseSchema, { events: items });
    document(context, ListEventsResponseSchema, answer);
    return;
  }
  const print = eventPrinter(context, false);
  for (const event of items) print(event);
  if (items.length === 0) note(context, "no event matches");
  if (more) note(context, `${items.length} events are shown, more match; --all shows them`);
}

/** As `tail -f`: the history, then what happens. Nothing falls between the two, and nothing is told twice. */
async function tail(
  context: CliContext,
  flags: EventsFlags,
  connection: Connection,
): Promise<void> {
  const { status, organizationId, unary } = connection;
  const print = eventPrinter(context, flags.json === true);
  await untilInterrupted(context, async (signal) => {
    // Read before the history: what happens between the two calls is then told by the watch, unless
    // the history has it already.
    const life = await status.getStatus({ organizationId }, { ...unary, signal });
    const after = await beginning(flags, connection, life, print);
    const filter = eventFilter(flags, organizationId);
    await follow(context, connection, { filter, after, life, reconnect: true, print, signal });
  });
}

/**
 * After which event the watch begins. Where the history has a beginning, the watch tells all of it: then
 * it resumes in the middle of the history as well. Else the newest events are printed here, before it.
 */
async function beginning(
  flags: EventsFlags,
  connection: Connection,
  life: GetStatusResponse,
  print: (event: Event) => void,
): Promise<bigint> {
  const begins = flags.all || flags.since !== undefined || flags.after !== undefined;
  if (flags.limit !== undefined || !begins) {
    const { items } = await list(flags, connection, true);
    for (const event of items.toReversed()) print(event);
    return latest(items[0], life);
  }
  if (flags.since === undefined) return BigInt(flags.after ?? 0);
  const { items } = await list({ ...flags, all: false, limit: 1 }, connection, false);
  const [first] = items;
  return first ? first.sequence - 1n : latest(undefined, life);
}

function latest(newest: Event | undefined, { lastSequence }: GetStatusResponse): bigint {
  return newest && newest.sequence > lastSequence ? newest.sequence : lastSequence;
}
