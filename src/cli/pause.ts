import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { duration, showDuration } from "../config/kinds.ts";
import { limits } from "../config.ts";
import { printAgent } from "./agents.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import { exitCodes, exitCodesHelp } from "./failure.ts";
import { spanFlag } from "./options.ts";

interface PauseFlags extends ConnectionFlags {
  readonly for?: number;
  readonly reason?: string;
}

const standard = showDuration(limits.pauseMs.default);

export const addPause: AddCommand = (program, context, outcome) => {
  withConnection(program.command("pause"))
    .description("Let an agent's deadlines rest for a while, as for a planned restart.")
    .argument("<ID>", "the agent")
    .addOption(
      spanFlag("--for <DURATION>", `for how long (default: ${standard})`, duration(limits.pauseMs)),
    )
    .option("--reason <TEXT>", "why, for whoever looks")
    .addHelpText("after", examples('heartbeat pause web-1 --for 10m --reason "kernel update"'))
    .addHelpText("after", exitCodesHelp)
    .action(async (agentId: string, flags: PauseFlags) => {
      outcome.code = await withCall(context, flags, async (connection) => {
        const { control, organizationId, unary } = connection;
        const pauseFor = flags.for === undefined ? {} : { pauseFor: durationFromMs(flags.for) };
        const request = { organizationId, agentId, reason: flags.reason ?? "", ...pauseFor };
        printAgent(context, flags, (await control.pauseAgent(request, unary)).agent);
        return exitCodes.done;
      });
    });
};
