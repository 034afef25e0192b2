import { printAgent } from "./agents.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import { exitCodes, exitCodesHelp } from "./failure.ts";

export const addResume: AddCommand = (program, context, outcome) => {
  withConnection(program.command("resume"))
    .description("End a pause now. The agent's silence starts anew.")
    .argument("<ID>", "the agent")
    .addHelpText("after", examples("heartbeat resume web-1"))
    .addHelpText("after", exitCodesHelp)
    .action(async (agentId: string, flags: ConnectionFlags) => {
      outcome.code = await withCall(context, flags, async (connection) => {
        const { control, organizationId, unary } = connection;
        const { agent } = await control.resumeAgent({ organizationId, agentId }, unary);
        printAgent(context, flags, agent);
        return exitCodes.done;
      });
    });
};
