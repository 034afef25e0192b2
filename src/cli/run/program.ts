import { type ChildProcess, spawn } from "node:child_process";
import type { CliContext } from "../context.ts";
import { CliFailure } from "../failure.ts";

/** How a program ended. */
export type Ending =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals };

/** A program that runs. */
export interface RunningProgram {
  readonly ended: Promise<Ending>;
  /** Stops passing signals on. */
  release(): void;
}

/** As shells have it. */
const CANNOT_EXECUTE = 126;
const NOT_FOUND = 127;

/**
 * Starts a program with this process's own standard streams, and passes signals on to it.
 * Rejects with the exit code that a shell would give when it cannot be started.
 */
export async function startProgram(
  context: CliContext,
  command: string,
  args: readonly string[],
): Promise<RunningProgram> {
  // Listening first: a program may be up, and signalled, before spawn() returns on a busy machine. What
  // arrives meanwhile is handled when this function next waits, and by then there is a child.
  let child: ChildProcess | undefined;
  const release = passSignals(context, (signal) => child?.kill(signal));
  try {
    const env = context.env as NodeJS.ProcessEnv;
    child = spawn(command, args, { stdio: "inherit", env });
    const ended = endOf(child);
    await started(child);
    return { ended, release };
  } catch (error) {
    release();
    throw cannotStart(error as NodeJS.ErrnoException, command);
  }
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    // For good: a signal that a setuid program may not be sent is an error as well, and harmless.
    child.on("error", reject);
  });
}

function cannotStart(error: NodeJS.ErrnoException, command: string): CliFailure {
  if (error.code === "ENOENT") {
    const message = `${command}: command not found; check its name and PATH`;
    return new CliFailure(NOT_FOUND, message);
  }
  const why = error.code === "EACCES" ? "permission denied" : error.message;
  const message = `${command}: cannot be executed: ${why}; is it a program, and marked as executable?`;
  return new CliFailure(CANNOT_EXECUTE, message);
}

function endOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    // "exit", not "close": a grandchild may hold the standard streams open for ever.
    child.once("exit", (code, signal) =>
      resolve(signal === null ? { kind: "exited", code: code ?? 0 } : { kind: "killed", signal }),
    );
  });
}

const passedOn: readonly NodeJS.Signals[] = [
  "SIGTERM",
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
  "SIGCONT",
];

/** What a terminal sends to the whole foreground process group by itself. */
const fromTerminal: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGQUIT", "SIGWINCH"]);

/**
 * On a terminal the program has had Ctrl-C already. Passing ours on would be its second, which many
 * programs take for "stop without cleaning up".
 */
function passSignals(context: CliContext, pass: (signal: NodeJS.Signals) => void): () => void {
  return context.onSignal(passedOn, (signal) => {
    if (context.stdinIsTTY && fromTerminal.has(signal)) return;
    pass(signal);
  });
}
