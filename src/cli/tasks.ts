import { create } from "@bufbuild/protobuf";
import { type Task, TaskStateSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { ListTasksResponseSchema } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { Connection } from "./client.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { exitCodes, exitCodesHelp } from "./failure.ts";
import { type Extent, wanted, withExtent, wordsFlag } from "./options.ts";
import { document, note, say } from "./output.ts";
import { collect } from "./pages.ts";
import { painter, plain, table } from "./terminal.ts";
import { percent, span, word } from "./words.ts";

interface TaskFlags extends ConnectionFlags, Extent {
  readonly agent?: string;
  readonly state?: number[];
}

export const addTasks: AddCommand = (program, context, outcome) => {
  withExtent(withConnection(program.command("tasks")), "tasks")
    .description("List tasks that are in flight, or that went wrong and are still shown.")
    .option("--agent <ID>", "only this agent's")
    .addOption(wordsFlag("--state <STATE>", "only tasks in one of these states", TaskStateSchema))
    .addHelpText("after", examples("heartbeat tasks --state stale,timed_out"))
    .addHelpText("after", exitCodesHelp)
    .action(async (flags: TaskFlags) => {
      outcome.code = await withCall(context, flags, (connection) =>
        tasks(context, flags, connection),
      );
    });
};

async function tasks(
  context: CliContext,
  flags: TaskFlags,
  { status, organizationId, unary }: Connection,
): Promise<number> {
  const filter = { organizationId, agentId: flags.agent ?? "", states: flags.state ?? [] };
  let totalSize = 0n;
  const { items, more } = await collect(wanted(flags), async (page) => {
    const answer = await status.listTasks({ ...filter, ...page }, unary);
    totalSize = answer.totalSize;
    return { items: answer.tasks, nextPageToken: answer.nextPageToken };
  });
  if (flags.json) {
    document(
      context,
      ListTasksResponseSchema,
      create(ListTasksResponseSchema, { tasks: items, totalSize }),
    );
    return exitCodes.done;
  }
  if (items.length === 0) note(context, "no task matches");
  else say(context, taskTable(context, items));
  if (more) note(context, `${items.length} of ${totalSize} tasks are shown; --all shows the rest`);
  return exitCodes.done;
}

function taskTable(context: CliContext, all: readonly Task[]): string {
  const paint = painter(context);
  const rows = all.map((task) => [
    plain(task.agentId),
    plain(task.taskId),
    paint(word(TaskStateSchema, task.state)),
    percent(task.progress),
    span(task.runningFor),
    span(task.idleFor),
    plain(task.error),
  ]);
  return table(["AGENT", "TASK", "STATE", "PROGRESS", "RUNNING", "IDLE", "ERROR"], rows);
}
