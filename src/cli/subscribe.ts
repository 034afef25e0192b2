import {
  type SubscribeResponse,
  SubscribeResponseSchema,
} from "../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { sleep, type Timer } from "../clock.ts";
import { count } from "../config/kinds.ts";
import type { Connection } from "./client.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { exitCodes, exitCodesHelp, isPassing } from "./failure.ts";
import { STEADY_AFTER_MS, untilInterrupted, waitBefore } from "./follow.ts";
import { messageLine } from "./message-lines.ts";
import { flag } from "./options.ts";
import { line, note, say } from "./output.ts";

interface SubscribeFlags extends ConnectionFlags {
  readonly count?: number;
  readonly reconnect: boolean;
}

export const addSubscribe: AddCommand = (program, context, outcome) => {
  withConnection(program.command("subscribe"))
    .description("Print messages as they are published, until interrupted.")
    .argument("<SUBJECT...>", '"*" stands for one token, ">" at the end for the rest')
    .addOption(
      flag(
        "--count <NUMBER>",
        "end after so many",
        count({ min: 1, max: Number.MAX_SAFE_INTEGER }, "messages"),
      ),
    )
    .option("--no-reconnect", "end when the connection breaks, instead of subscribing again")
    .addHelpText(
      "after",
      examples("heartbeat subscribe 'tasks.>'", "heartbeat subscribe '>' --json | jq .message"),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (subjects: string[], flags: SubscribeFlags) => {
      outcome.code = await withCall(context, flags, (connection) =>
        subscribe(context, flags, connection, subjects),
      );
    });
};

/** Nothing is kept for who was away: what is published between two connections is missed, and said so. */
async function subscribe(
  context: CliContext,
  flags: SubscribeFlags,
  { messages, organizationId }: Connection,
  subjects: string[],
): Promise<number> {
  let left = flags.count ?? Number.POSITIVE_INFINITY;
  let wasSubscribed = false;
  /** Since the subscription was last steady. */
  let attempts = 0;
  let standing: Timer | undefined;
  const onHeader = () => {
    if (wasSubscribed) note(context, "subscribed again");
    wasSubscribed = true;
    // A server that drains accepts, too, and ends at once.
    standing = context.clock.after(STEADY_AFTER_MS, () => {
      attempts = 0;
    });
  };
  await untilInterrupted(context, async (signal) => {
    while (!signal.aborted && left > 0) {
      try {
        const request = { organizationId, subjects };
        for await (const answer of messages.subscribe(request, { signal, onHeader })) {
          attempts = 0;
          print(context, flags, answer);
          left -= 1;
          if (left === 0) return;
        }
        if (!flags.reconnect) return;
      } catch (error) {
        if (signal.aborted) return;
        // A server that was never reached is a wrong address, more often than not.
        if (!flags.reconnect || !wasSubscribed || !isPassing(error)) throw error;
      } finally {
        standing?.cancel();
      }
      if (attempts === 0) note(context, "the connection ended; messages may be missed");
      attempts += 1;
      await sleep(context.clock, waitBefore(attempts), signal);
    }
  });
  return exitCodes.done;
}

function print(context: CliContext, { json }: SubscribeFlags, answer: SubscribeResponse): void {
  if (json) return line(context, SubscribeResponseSchema, answer);
  if (answer.skippedCount > 0n) note(context, `${answer.skippedCount} messages were left out`);
  if (answer.message) say(context, messageLine(answer.message));
}
