import { create } from "@bufbuild/protobuf";
import { AgentStateSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { ListAgentsResponseSchema } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { agentTable } from "./agents.ts";
import type { Connection } from "./client.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { exitCodes, exitCodesHelp } from "./failure.ts";
import { type Extent, labelFlag, wanted, withExtent, wordsFlag } from "./options.ts";
import { document, note, say } from "./output.ts";
import { collect } from "./pages.ts";

interface ListFlags extends ConnectionFlags, Extent {
  readonly state?: number[];
  readonly type?: string;
  readonly prefix?: string;
  readonly label?: Record<string, string>;
  readonly order?: string;
}

export const addList: AddCommand = (program, context, outcome) => {
  withExtent(withConnection(program.command("list")), "agents")
    .description("List agents.")
    .addOption(wordsFlag("--state <STATE>", "only agents in one of these states", AgentStateSchema))
    .option("--type <TYPE>", "only agents of this type")
    .option("--prefix <TEXT>", "only agents whose id begins so")
    .addOption(labelFlag("only agents that carry this label"))
    .option("--order <ORDER>", "agent_id, state, last_beat or registered, each also with ' desc'")
    .addHelpText(
      "after",
      examples(
        "heartbeat list --state down,suspect",
        "heartbeat list --label zone=eu-1 --all --json",
      ),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (flags: ListFlags) => {
      outcome.code = await withCall(context, flags, (connection) =>
        list(context, flags, connection),
      );
    });
};

async function list(
  context: CliContext,
  flags: ListFlags,
  { status, organizationId, unary }: Connection,
): Promise<number> {
  const filter = {
    organizationId,
    states: flags.state ?? [],
    agentType: flags.type ?? "",
    idPrefix: flags.prefix ?? "",
    labels: flags.label ?? {},
    orderBy: flags.order ?? "",
  };
  let totalSize = 0n;
  const { items, more } = await collect(wanted(flags), async (page) => {
    const answer = await status.listAgents({ ...filter, ...page }, unary);
    totalSize = answer.totalSize;
    return { items: answer.agents, nextPageToken: answer.nextPageToken };
  });
  if (flags.json) {
    document(
      context,
      ListAgentsResponseSchema,
      create(ListAgentsResponseSchema, { agents: items, totalSize }),
    );
    return exitCodes.done;
  }
  if (items.length === 0) note(context, "no agent matches");
  else say(context, agentTable(context, items));
  if (more) note(context, `${items.length} of ${totalSize} agents are shown; --all shows the rest`);
  return exitCodes.done;
}
