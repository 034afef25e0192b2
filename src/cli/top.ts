import { AgentStateSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { duration, oneOf } from "../config/kinds.ts";
import type { Connection } from "./client.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withServer, withTimeout } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { CliFailure, exitCodes, exitCodesHelp } from "./failure.ts";
import { flag, spanFlag, wordsFlag } from "./options.ts";
import { say } from "./output.ts";
import { painter } from "./terminal.ts";
import { columnNames } from "./top/columns.ts";

interface TopFlags extends ConnectionFlags {
  readonly state?: number[];
  readonly type?: string;
  readonly sort: string;
  readonly interval: number;
  readonly once?: boolean;
}

const interval = duration({ min: 100, max: 60_000 });

export const addTop: AddCommand = (program, context, outcome) => {
  withTimeout(withServer(program.command("top")))
    .description("Watch all agents on a full screen that stays up to date. ? shows its keys.")
    .addOption(wordsFlag("--state <STATE>", "only agents in one of these states", AgentStateSchema))
    .option("--type <TYPE>", "only agents of this type")
    .addOption(
      flag("--sort <COLUMN>", `order by: ${columnNames.join(", ")}`, oneOf(columnNames)).default(
        "state",
      ),
    )
    .addOption(
      spanFlag("--interval <DURATION>", "redraw this often", interval).default(1_000, "1s"),
    )
    .option("--once", "print one frame, all agents, without escape codes, and end")
    .addHelpText("after", examples("heartbeat top", "heartbeat top --once --sort silence | head"))
    .addHelpText("after", exitCodesHelp)
    .action(async (flags: TopFlags) => {
      outcome.code = await withCall(context, flags, (connection) =>
        top(context, flags, connection),
      );
    });
};

async function top(context: CliContext, flags: TopFlags, connection: Connection): Promise<number> {
  const { terminal } = context;
  if (terminal === undefined && !flags.once) {
    const problem = "top wants a terminal on standard input and output, and this is none";
    throw new CliFailure(exitCodes.usage, `${problem}; use --once, or heartbeat list`);
  }
  // Loaded here: no other command needs them.
  const [{ Feed }, { live, sceneOf }] = await Promise.all([
    import("./top/feed.ts"),
    import("./top/live.ts"),
  ]);
  const question = {
    organizationId: connection.organizationId || "default",
    states: flags.state ?? [],
    agentType: flags.type ?? "",
  };
  const feed = new Feed(context.clock, connection, question);
  if (terminal !== undefined && !flags.once) {
    await live(context, terminal, connection, feed, {
      sort: flags.sort,
      intervalMs: flags.interval,
    });
    return exitCodes.done;
  }
  const { frame } = await import("./top/frame.ts");
  const { newView } = await import("./top/view.ts");
  await feed.readOnce();
  const { lines } = frame({
    ...sceneOf(context, feed),
    view: newView(flags.sort),
    details: undefined,
    width: context.columns ?? Number.POSITIVE_INFINITY,
    height: Number.POSITIVE_INFINITY,
    paint: painter({ ...context, isTTY: false }),
    emphasize: (line) => line,
  });
  say(context, lines.join("\n"));
  return exitCodes.done;
}
