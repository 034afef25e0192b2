import { debuglog } from "node:util";
import { Command, CommanderError } from "commander";
import { SettingsError } from "../config/problems.ts";
import { addAlerts } from "./alerts.ts";
import { addBeat } from "./beat.ts";
import { addCancel } from "./cancel.ts";
import type { AddCommand, Outcome } from "./command.ts";
import { addConfig } from "./config.ts";
import type { CliContext } from "./context.ts";
import { addEvents } from "./events.ts";
import { CliFailure, exitCodes, exitCodesHelp } from "./failure.ts";
import { addList } from "./list.ts";
import { note } from "./output.ts";
import { addPause } from "./pause.ts";
import { addPublish } from "./publish.ts";
import { addResume } from "./resume.ts";
import { addRun } from "./run.ts";
import { addServe } from "./serve.ts";
import { addStatus } from "./status.ts";
import { addSubscribe } from "./subscribe.ts";
import { addTasks } from "./tasks.ts";
import { addToken } from "./token.ts";
import { addTop } from "./top.ts";
import { addUnregister } from "./unregister.ts";
import { addWatch } from "./watch.ts";

/** In the order in which the help shows them. */
const commands: readonly AddCommand[] = [
  addServe,
  addConfig,
  addRun,
  addBeat,
  addStatus,
  addList,
  addTop,
  addWatch,
  addEvents,
  addTasks,
  addAlerts,
  addPause,
  addResume,
  addUnregister,
  addCancel,
  addPublish,
  addSubscribe,
  addToken,
];

/** Runs the command line. Resolves with the exit code; never rejects. */
export async function runCli(context: CliContext): Promise<number> {
  const outcome: Outcome = { code: exitCodes.done };
  let json = false;
  const program = newProgram(context, () => json);
  for (const add of commands) add(program, context, outcome);
  if (context.argv.length === 0) {
    program.outputHelp({ error: true });
    return exitCodes.usage;
  }
  json = asksForJson(program, context.argv);
  try {
    await program.parseAsync(context.argv, { from: "user" });
    return outcome.code;
  } catch (error) {
    return (json ? toldAsJson : told)(context, error);
  }
}

/** Whether the command that was named knows `--json`, and was given it. */
function asksForJson(program: Command, argv: readonly string[]): boolean {
  const command = program.commands.find((one) => one.name() === argv[0]);
  const knows = command?.options.some(({ long }) => long === "--json") === true;
  const end = argv.indexOf("--");
  return knows && argv.slice(1, end === -1 ? undefined : end).includes("--json");
}

function newProgram(context: CliContext, asJson: () => boolean): Command {
  return (
    new Command("heartbeat")
      .description(
        "A liveness service: knows within milliseconds when a process dies, hangs or stalls.",
      )
      .version(context.version, "--version", "print the version")
      .helpCommand("help [command]", "show the help of a command")
      .helpOption("-h, --help", "show this help")
      // So that `run` may leave what follows the program's name to the program.
      .enablePositionalOptions()
      .exitOverride()
      .configureOutput({
        writeOut: (text) => context.stdout.write(text),
        // The parser's own messages; with --json they are part of the one object instead.
        writeErr: (text) => void (asJson() || context.stderr.write(text)),
        getOutHelpWidth: () => context.columns ?? 100,
        getErrHelpWidth: () => context.columns ?? 100,
        outputError: (text, write) => write(text.replace(/^error: /, "heartbeat: ")),
      })
      .showHelpAfterError("Try --help, which ends with an example.")
      .addHelpText("after", exitCodesHelp)
  );
}

/** Says on standard error what went wrong: never a stack, which is no use to who types commands. */
function told(context: CliContext, error: unknown): number {
  // The parser has written its own message, or the help that was asked for.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof SettingsError) {
    note(context, error.message);
    return exitCodes.usage;
  }
  if (error instanceof CliFailure) {
    note(context, error.message);
    return error.exitCode;
  }
  note(context, unexpected(error));
  return exitCodes.failed;
}

/** The same for programs: one object on standard error, which holds nothing else of the failure. */
function toldAsJson(context: CliContext, error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
  const { code, message, exitCode } = failureOf(error);
  context.stderr.write(`${JSON.stringify({ error: { code, message, exitCode } })}\n`);
  return exitCode;
}

function failureOf(error: unknown): CliFailure {
  if (error instanceof CliFailure) return error;
  if (error instanceof SettingsError) return new CliFailure(exitCodes.usage, error.message);
  if (error instanceof CommanderError) {
    return new CliFailure(exitCodes.usage, error.message.replace(/^error: /, ""));
  }
  return new CliFailure(exitCodes.failed, unexpected(error), "unexpected");
}

function unexpected(error: unknown): string {
  // NODE_DEBUG=heartbeat shows where it came from.
  debuglog("heartbeat")("%s", error instanceof Error ? error.stack : error);
  const message = error instanceof Error ? error.message : String(error);
  return `unexpected: ${message}; please report it with what you ran`;
}
