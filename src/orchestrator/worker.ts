/** The program that an agent's process runs; the orchestrator forks it. */
import { systemClock } from "../clock.ts";
import { loadAgentClass } from "./agent-class.ts";
import { AgentHeartbeat } from "./agent-heartbeat.ts";
import { AgentRun } from "./agent-run.ts";
import { whileLoading } from "./loading.ts";
import { LineLogger } from "./logger.ts";
import type { Assignment, FromAgent, ToAgent } from "./protocol.ts";
import type { RunEnd } from "./run-end.ts";
import { StayAwake } from "./stay-awake.ts";

/** Ends the run, once there is one; until then the process has nothing to lose. */
let stop = (_end: RunEnd): void => process.exit(1);

process.on("message", (message: ToAgent) => {
  if (message.kind === "start") void live(message.assignment);
  else stop({ kind: "stopped", reason: message.reason });
});
process.on("disconnect", () => stop({ kind: "orphaned", reason: "its orchestrator has died" }));
process.on("SIGTERM", (signal) => stop({ kind: "stopped", reason: signal }));
// A terminal sends it to every process of the group; the orchestrator hears it, and decides.
process.on("SIGINT", () => {});
// A log that nobody reads any more is no reason to die.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

async function live(assignment: Assignment): Promise<void> {
  const { name, module, className, stopTimeoutMs } = assignment;
  // After a disconnect nothing else may hold the process until the end is told.
  new StayAwake();
  const logger = new LineLogger(name);
  const heartbeat =
    assignment.heartbeat &&
    new AgentHeartbeat(assignment.heartbeat, logger, {
      onSuperseded: () => stop({ kind: "superseded", reason: "another process holds its name" }),
    });
  const run = new AgentRun({
    assignment,
    load: () => whileLoading(() => loadAgentClass(module, className)),
    heartbeat,
    logger,
    clock: systemClock,
    onRan: () => tell({ kind: "ran" }),
  });
  const leave = (end: RunEnd, code: number) =>
    tell({ kind: "ended", end, heartbeat: heartbeat?.getStatus() }, () => process.exit(code));
  stop = (end) => {
    run.stop(end);
    // Also where no orchestrator is left that would lose its patience.
    systemClock.after(stopTimeoutMs, () => leave(end, 1));
  };
  const end = await run.live();
  leave(end, end.kind === "crashed" || end.kind === "orphaned" ? 1 : 0);
}

/** `done` is called when the message is on its way, or when nobody is left to read it. */
function tell(message: FromAgent, done: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, done);
  else done();
}
