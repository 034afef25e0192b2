import type { Program } from "../support/process.ts";

const running = new Set<Program>();

process.once("exit", () => {
  for (const { child } of running) child.kill("SIGKILL");
});

/** Sees to it that a program does not outlive this one, however it ends. */
export function killedAtExit(program: Program): Program {
  running.add(program);
  const gone = () => void running.delete(program);
  // One that could not be started is nobody's concern here: who waits for it is told.
  program.exited.then(gone, gone);
  return program;
}
