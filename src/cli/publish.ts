import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { create } from "@bufbuild/protobuf";
import { MessageSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  PublishResponseSchema,
  SubscribeResponseSchema,
} from "../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { duration } from "../config/kinds.ts";
import type { Connection } from "./client.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { CliFailure, exitCodes, exitCodesHelp } from "./failure.ts";
import { messageText } from "./message-lines.ts";
import { spanFlag } from "./options.ts";
import { document, say } from "./output.ts";

interface PublishFlags extends ConnectionFlags {
  readonly file?: string;
  readonly contentType?: string;
  readonly replyTo?: string;
  readonly request?: number | true;
}

const DEFAULT_WAIT_MS = 5_000;

export const addPublish: AddCommand = (program, context, outcome) => {
  withConnection(program.command("publish"))
    .description("Publish a message to whoever subscribes to its subject now.")
    .argument("<SUBJECT>", 'tokens parted by ".", as tasks.new')
    .argument("[TEXT]", "the content (default: empty)")
    .option("--file <FILE>", "the content, from a file; -: from standard input")
    .option("--content-type <TYPE>", "the media type (default: of TEXT, text/plain; charset=utf-8)")
    .option("--reply-to <SUBJECT>", "where an answer is wanted")
    .addOption(
      spanFlag(
        "--request [DURATION]",
        "wait for one answer, on a subject of its own, and print it (default: 5s)",
        duration({ min: 1, max: 3_600_000 }),
      ).conflicts("replyTo"),
    )
    .addHelpText(
      "after",
      examples(
        "heartbeat publish tasks.new '{\"id\": 7}' --content-type application/json",
        "heartbeat publish system.health --request 2s",
      ),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (subject: string, text: string | undefined, flags: PublishFlags) => {
      const message = create(MessageSchema, {
        subject,
        data: contentOf(text, flags.file),
        contentType: flags.contentType ?? (text === undefined ? "" : "text/plain; charset=utf-8"),
        replyTo: flags.replyTo ?? "",
      });
      outcome.code = await withCall(context, flags, (connection) =>
        flags.request === undefined
          ? publish(context, flags, connection, message)
          : request(context, flags, connection, message),
      );
    });
};

type Outgoing = ReturnType<typeof create<typeof MessageSchema>>;

async function publish(
  context: CliContext,
  flags: PublishFlags,
  { messages, organizationId, unary }: Connection,
  message: Outgoing,
): Promise<number> {
  const answer = await messages.publish({ organizationId, message }, unary);
  if (flags.json) document(context, PublishResponseSchema, answer);
  else say(context, `handed to ${answer.deliveredCount}`);
  return exitCodes.done;
}

/** Subscribes to a subject that nobody else knows, asks, and prints the first answer. */
async function request(
  context: CliContext,
  flags: PublishFlags,
  { messages, organizationId, unary }: Connection,
  message: Outgoing,
): Promise<number> {
  const waitMs = typeof flags.request === "number" ? flags.request : DEFAULT_WAIT_MS;
  const replyTo = `_reply.${randomUUID()}`;
  const ended = new AbortController();
  const timer = context.clock.after(waitMs, () => ended.abort());
  const subscribed = Promise.withResolvers<void>();
  const answers = messages.subscribe(
    { organizationId, subjects: [replyTo] },
    { signal: ended.signal, onHeader: () => subscribed.resolve() },
  );
  const first = answers[Symbol.asyncIterator]().next();
  try {
    await Promise.race([subscribed.promise, first]);
    const asked = { organizationId, message: { ...message, replyTo } };
    const { deliveredCount } = await messages.publish(asked, unary);
    if (deliveredCount === 0n) throw new CliFailure(exitCodes.failed, "nobody subscribes to it");
    const answer = await first;
    if (answer.done || !answer.value.message) throw new Error("the subscription ended");
    if (flags.json) document(context, SubscribeResponseSchema, answer.value);
    else say(context, messageText(answer.value.message));
    return exitCodes.done;
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    throw new CliFailure(exitCodes.failed, `no answer within ${waitMs} ms; allow more: --request`);
  } finally {
    timer.cancel();
    ended.abort();
    first.catch(() => {});
  }
}

function contentOf(text: string | undefined, file: string | undefined): Uint8Array<ArrayBuffer> {
  if (text !== undefined && file !== undefined) {
    throw new CliFailure(exitCodes.usage, "TEXT and --file exclude each other");
  }
  if (file === undefined) return new TextEncoder().encode(text ?? "");
  try {
    return new Uint8Array(readFileSync(file === "-" ? 0 : file));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    const problem = `file ${JSON.stringify(file)} cannot be read (${reason}); check the path`;
    throw new CliFailure(exitCodes.usage, problem);
  }
}
