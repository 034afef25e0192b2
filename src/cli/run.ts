import { constants } from "node:os";
import type { Command } from "commander";
import { problemLine } from "../config/problems.ts";
import { unknownVariables } from "../config/sources.ts";
import { shown } from "../errors.ts";
import type { PolicyFlags } from "./agents.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, targetOf, withServer } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { CliFailure, exitCodes } from "./failure.ts";
import { labelFlag } from "./options.ts";
import { note } from "./output.ts";
import { withPolicy } from "./policy-flags.ts";
import type { AgentRequest } from "./run/agent.ts";
import { defaultAgentId, isAgentId } from "./run/agent-id.ts";
import { type Ending, startProgram } from "./run/program.ts";
import { Watch } from "./run/watched.ts";

interface RunFlags extends ConnectionFlags, PolicyFlags {
  readonly id?: string;
  readonly type?: string;
  readonly label?: Record<string, string>;
}

const manners = `
The program has the standard streams for itself; warnings go to standard error. Signals are passed on.
Exit 0 says Goodbye; another exit code, or a signal, says a failed Goodbye: the agent is DOWN at once.
A server that cannot be reached never hinders the program.

Exit codes: the program's own. Killed by a signal, this command dies of the same. 127 when the program
is not found, 126 when it cannot be executed, 2 when this command's own flags are wrong.`;

export const addRun: AddCommand = (program, context, outcome) => {
  const command: Command = withPolicy(withServer(program.command("run")))
    .description("Run any program, and beat while it lives.")
    .argument("<COMMAND...>", "the program and its arguments, after --")
    .option("--id <ID>", "the agent (default: HOST:PROGRAM:PID, a new one at every start)")
    .option("--type <TYPE>", "what kind of agent it is")
    .addOption(labelFlag("a label of the agent"))
    // What follows the program's name is the program's, also without `--`.
    .passThroughOptions()
    .addHelpText("after", manners)
    .addHelpText(
      "after",
      examples(
        "heartbeat run -- ./import.sh --all",
        "heartbeat run --id worker-1 --interval 5s --label zone=eu-1 -- python worker.py",
      ),
    )
    .action(async (words: string[], flags: RunFlags) => {
      outcome.code = await run(context, flags, words);
    });
  command.usage("[options] -- COMMAND…");
};

async function run(
  context: CliContext,
  flags: RunFlags,
  [command = "", ...args]: string[],
): Promise<number> {
  // Wrong flags are told before anything has been started.
  const request = agentRequest(context, flags, command);
  // Whoever wrote it meant something by it; that is no reason to keep the program from its work.
  for (const problem of unknownVariables(context.env))
    note(context, `warning: ${problemLine(problem)}`);
  const program = await startProgram(context, command, args);
  const watching = Watch.start(context, request).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    note(context, `warning: ${why} (the program runs on, and nobody watches it)`);
  });
  const ending = await program.ended;
  await (await watching)?.end(ending);
  program.release();
  return exitAs(context, ending);
}

function agentRequest(context: CliContext, flags: RunFlags, command: string): AgentRequest {
  const { server, organizationId, tls, ca, token } = targetOf(context, flags);
  const agentId = flags.id ?? defaultAgentId(context.hostName, command, context.pid);
  if (!isAgentId(agentId)) {
    throw new CliFailure(
      exitCodes.usage,
      `id ${shown(agentId)} (flag --id) is no id (limit: 1 to 128 bytes of [A-Za-z0-9._:/@-]); leave other characters out`,
    );
  }
  return {
    agentId,
    server,
    agentType: flags.type ?? "",
    labels: flags.label ?? {},
    policy: policyOf(flags),
    ...(organizationId === "" ? {} : { organizationId }),
    // Read again before each stream: what stands in a file is renewed by somebody.
    ...(token === undefined ? {} : { token: () => targetOf(context, flags).token ?? token }),
    ...(tls ? { tls: ca === undefined ? true : { caFile: ca } } : {}),
  };
}

function policyOf(flags: PolicyFlags): NonNullable<AgentRequest["policy"]> {
  return {
    ...(flags.interval === undefined ? {} : { intervalMs: flags.interval }),
    ...(flags.timeoutMultiplier === undefined
      ? {}
      : { timeoutMultiplier: flags.timeoutMultiplier }),
    ...(flags.maxMissedBeats === undefined ? {} : { maxMissedBeats: flags.maxMissedBeats }),
    ...(flags.grace === undefined ? {} : { graceMs: flags.grace }),
    ...(flags.dropGrace === undefined ? {} : { dropGraceMs: flags.dropGrace }),
  };
}

/** Whoever started this process is to see what it would have seen of the program itself. */
function exitAs(context: CliContext, ending: Ending): number {
  if (ending.kind === "exited") return ending.code;
  context.die(ending.signal);
  // Still here: Node ignores the signal. This is what a shell reports for it.
  return 128 + constants.signals[ending.signal];
}
