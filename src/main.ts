#!/usr/bin/env node
/**
 * The composition root: alone reads the command line, the environment and signals, and hands them to
 * the commands.
 */
import { readFileSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { Writable } from "node:stream";
import { isatty } from "node:tty";
import type { CliContext } from "./cli/context.ts";
import { LogOutput } from "./cli/log-output.ts";
import { runCli } from "./cli/program.ts";
import { systemTerminal } from "./cli/system-terminal.ts";
import { systemClock } from "./clock.ts";

const { version } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as { version: string };

/** Who reads our output may have seen enough (`| head`). That is no error of ours. */
function endQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === "EPIPE" ? 0 : 1);
}

/**
 * Standard error, written at once. Node's own stream would make the pipe non-blocking, and with it the
 * same pipe of a program under `run`, whose writes then fail when the reader is slow.
 */
const stderr = new Writable({
  write(chunk: Buffer, _encoding, done) {
    try {
      writeSync(2, chunk);
    } catch {
      // Nobody listens, and there is nobody else to tell.
    }
    done();
  },
});

let usedStdout = false;

/** How long the end waits for somebody to read what was logged last. */
const LAST_LINES_MS = 1_000;

const log = new LogOutput(1, systemClock);
process.once("exit", () => log.writeNow());

const context: CliContext = {
  argv: process.argv.slice(2),
  env: process.env,
  // Opened when it is first used, and never by `run`, for the same reason.
  get stdout() {
    if (!usedStdout) process.stdout.on("error", endQuietly);
    usedStdout = true;
    return process.stdout;
  },
  stderr,
  isTTY: isatty(1),
  stdinIsTTY: isatty(0),
  columns: isatty(1) ? process.stdout.columns : undefined,
  terminal: isatty(0) && isatty(1) ? systemTerminal(process) : undefined,
  clock: systemClock,
  hostName: hostname(),
  pid: process.pid,
  version,
  onSignal(signals, handler) {
    for (const signal of signals) process.on(signal, handler);
    return () => {
      for (const signal of signals) process.off(signal, handler);
    };
  },
  exit: (code) => process.exit(code),
  die(signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  },
  log,
};

// The clock's timers keep no process alive. Until the command has ended, this does.
const { port1: stayAlive } = new MessageChannel();
stayAlive.ref();
const code = await runCli(context);
await log.written(LAST_LINES_MS);
stayAlive.close();

// At once, whatever an idle connection still holds; but not before the output is out.
if (usedStdout) await new Promise((done) => process.stdout.write("", done));
process.exit(code);
