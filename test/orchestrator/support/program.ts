/** A program for processes.test.ts: `program.ts ADDRESS MODE STOP_TIMEOUT_MS MAX_ATTEMPTS AGENT...`. */
import { HeartbeatPlugin, Orchestrator, type RunMode } from "../../../src/orchestrator/index.ts";
import { Deaf, Dying, Endless, Short, Throwing } from "./agents.ts";

const agents = { Deaf, Dying, Endless, Short, Throwing };
export type AgentName = keyof typeof agents;

const [server = "", mode = "", stopTimeoutMs, maxAttempts, ...names] = process.argv.slice(2);
const orchestrator = new Orchestrator({
  name: "night",
  plugins: {
    heartbeat: new HeartbeatPlugin({
      server,
      agentSendIntervalMs: 200,
      // So patient that a busy machine starves nobody of a beat.
      policy: { timeoutMultiplier: 100, graceMs: 5_000 },
    }),
  },
  runMode: mode as RunMode,
  stopTimeoutMs: Number(stopTimeoutMs),
  restart: { maxAttempts: Number(maxAttempts), backoff: { initialMs: 20 } },
});
for (const name of names) orchestrator.register(agents[name as AgentName]);
orchestrator.start();
try {
  report(await orchestrator.join());
} catch (error) {
  report(orchestrator.statistics());
  process.stdout.write(`joined: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

function report(statistics: ReturnType<Orchestrator["statistics"]>): void {
  for (const { name, outcome, runs, restarts, heartbeat } of statistics) {
    const acked = heartbeat !== undefined && heartbeat.beatsAcked === heartbeat.beatsSent;
    process.stdout.write(
      `${name} ${outcome?.kind}: runs ${runs}, restarts ${restarts}, acked ${acked}\n`,
    );
  }
}
