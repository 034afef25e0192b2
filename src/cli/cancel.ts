import { CancelTaskResponseSchema } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import { exitCodes, exitCodesHelp } from "./failure.ts";
import { document, say } from "./output.ts";
import { plain } from "./terminal.ts";

interface CancelFlags extends ConnectionFlags {
  readonly reason?: string;
}

export const addCancel: AddCommand = (program, context, outcome) => {
  withConnection(program.command("cancel"))
    .description("Cancel a task in flight: its agent is told at once.")
    .argument("<ID>", "the agent")
    .argument("<TASK>", "the task")
    .option("--reason <TEXT>", "why, for the agent and whoever looks")
    .addHelpText("after", examples('heartbeat cancel importer-1 import-42 --reason "wrong file"'))
    .addHelpText("after", exitCodesHelp)
    .action(async (agentId: string, taskId: string, flags: CancelFlags) => {
      outcome.code = await withCall(context, flags, async (connection) => {
        const { control, organizationId, unary } = connection;
        const request = { organizationId, agentId, taskId, reason: flags.reason ?? "" };
        const answer = await control.cancelTask(request, unary);
        if (flags.json) document(context, CancelTaskResponseSchema, answer);
        else say(context, `${plain(agentId)}: task ${plain(taskId)} is canceled`);
        return exitCodes.done;
      });
    });
};
