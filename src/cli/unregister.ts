import { printAgent } from "./agents.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import { exitCodes, exitCodesHelp } from "./failure.ts";

interface UnregisterFlags extends ConnectionFlags {
  readonly reason?: string;
}

export const addUnregister: AddCommand = (program, context, outcome) => {
  withConnection(program.command("unregister"))
    .description("Let an agent go: it has LEFT, and no alert will come of it.")
    .argument("<ID>", "the agent")
    .option("--reason <TEXT>", "why, for whoever looks")
    .addHelpText("after", examples('heartbeat unregister web-1 --reason "scaled down"'))
    .addHelpText("after", exitCodesHelp)
    .action(async (agentId: string, flags: UnregisterFlags) => {
      outcome.code = await withCall(context, flags, async (connection) => {
        const { control, organizationId, unary } = connection;
        const request = { organizationId, agentId, reason: flags.reason ?? "" };
        printAgent(context, flags, (await control.unregisterAgent(request, unary)).agent);
        return exitCodes.done;
      });
    });
};
