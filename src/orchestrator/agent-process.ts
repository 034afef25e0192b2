import { fork } from "node:child_process";
import { messageOf } from "../library/callbacks.ts";
import type { FromAgent, ToAgent } from "./protocol.ts";

/** A process of an agent: what is used of one, and all that a test has to imitate. */
export interface AgentProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Harmless when the process has ended. */
  send(message: ToAgent): void;
  /** At once, without a word. */
  kill(): void;
}

export interface AgentProcessListener {
  onMessage(message: FromAgent): void;
  /** The process has ended and all its messages have been told; once, and the last call. */
  onExit(how: string): void;
}

/** Starts a process. Never throws, and calls nothing before it has returned. */
export type StartProcess = (name: string, listener: AgentProcessListener) => AgentProcess;

/** The same entry from the sources and from what is built of them. */
const entry = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js",
  import.meta.url,
);

/**
 * Forks a Node of the same kind: the same flags, environment and standard streams. The name is an
 * argument for nobody but the readers of `ps`.
 */
export const forkProcess: StartProcess = (name, listener) => {
  const child = fork(entry, [name], { serialization: "advanced" });
  const exited = Promise.withResolvers<string>();
  const drained = Promise.withResolvers<void>();
  child.on("message", (message) => listener.onMessage(message as FromAgent));
  child.once("exit", (code, signal) =>
    exited.resolve(signal === null ? `exited with code ${code}` : `was killed by ${signal}`),
  );
  // What was sent last may be read after the exit; the channel ends after it.
  child.once("disconnect", () => drained.resolve());
  child.on("error", (error) => {
    // A signal or message that comes too late is an error as well, and harmless.
    if (child.pid !== undefined) return;
    exited.resolve(`could not be started: ${messageOf(error)}`);
    drained.resolve();
  });
  void Promise.all([exited.promise, drained.promise]).then(([how]) => listener.onExit(how));
  return {
    pid: child.pid,
    send: (message) => void child.send(message, () => {}),
    kill: () => void child.kill("SIGKILL"),
  };
};
