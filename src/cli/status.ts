import {
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Serving,
} from "../../gen/typescript/grpc/health/v1/health_pb.js";
import { AgentState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  type GetStatusResponse,
  GetStatusResponseSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { policyLine, printAgent } from "./agents.ts";
import type { Connection } from "./client.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { CliFailure, exitCodes, exitCodesHelp } from "./failure.ts";
import { document, say } from "./output.ts";
import { facts, painter, plain } from "./terminal.ts";
import { instant, plural, span } from "./words.ts";

interface StatusFlags extends ConnectionFlags {
  readonly health?: boolean;
}

export const addStatus: AddCommand = (program, context, outcome) => {
  withConnection(program.command("status"))
    .description("Show one agent, or the monitor as a whole. Exits 0 only when the agent is ALIVE.")
    .argument("[ID]", "the agent; without it, the monitor as a whole")
    .option("--health", "only ask whether the server serves; that needs no token")
    .addHelpText(
      "after",
      examples(
        "heartbeat status",
        "heartbeat status web-1 || page-somebody",
        "heartbeat status --health",
      ),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (id: string | undefined, flags: StatusFlags) => {
      if (flags.health && id !== undefined) {
        throw new CliFailure(
          exitCodes.usage,
          "--health is of the server; leave out the agent's ID",
        );
      }
      const show = flags.health ? showHealth : id === undefined ? showMonitor : showAgent;
      outcome.code = await withCall(context, flags, (connection) =>
        show(context, flags, connection, id ?? ""),
      );
    });
};

async function showHealth(
  context: CliContext,
  flags: ConnectionFlags,
  { health, unary }: Connection,
): Promise<number> {
  const answer = await health.check({ service: "" }, unary);
  if (flags.json) document(context, HealthCheckResponseSchema, answer);
  else say(context, Serving[answer.status]);
  return answer.status === Serving.SERVING ? exitCodes.done : exitCodes.failed;
}

async function showAgent(
  context: CliContext,
  flags: ConnectionFlags,
  { status, organizationId, unary }: Connection,
  agentId: string,
): Promise<number> {
  const { agent } = await status.getAgent({ organizationId, agentId }, unary);
  printAgent(context, flags, agent);
  return agent?.state === AgentState.ALIVE ? exitCodes.done : exitCodes.failed;
}

async function showMonitor(
  context: CliContext,
  flags: ConnectionFlags,
  { status, organizationId, unary }: Connection,
): Promise<number> {
  const answer = await status.getStatus({ organizationId }, unary);
  if (flags.json) document(context, GetStatusResponseSchema, answer);
  else say(context, monitorFacts(context, answer));
  return exitCodes.done;
}

function monitorFacts(context: CliContext, answer: GetStatusResponse): string {
  const paint = painter(context);
  const counted = (counts: Readonly<Record<string, bigint>>) =>
    Object.entries(counts)
      .map(([state, amount]) => `${amount} ${paint(plain(state))}`)
      .join(", ") || "none";
  const started = `${instant(answer.startedAt)}, ${span(answer.uptime)} ago`;
  const beats = `${plural(answer.beatsTotal, "beat")}, ${answer.beatsPerSecond.toFixed(1)} a second`;
  return facts([
    ["server", `${plain(answer.serverId)}, version ${plain(answer.version)}`],
    ["started", started],
    ...troubles(answer),
    ["agents", counted(answer.agentsByState)],
    ["tasks", counted(answer.tasksByState)],
    ["healthy", `${answer.healthyCount} of ${answer.registeredCount}`],
    ["streams", `${answer.openStreams} open, ${plural(answer.dropsTotal, "drop")} since the start`],
    ["watches", `${answer.openWatches} open`],
    ["beats", beats],
    ["tick", `${span(answer.tickLag)} late`],
    ["history", history(answer)],
    ["policy", policyLine(answer.defaultPolicy)],
  ]);
}

function history({ firstSequence, lastSequence }: GetStatusResponse): string {
  const kept = lastSequence - firstSequence + 1n;
  if (lastSequence === 0n) return "no event yet";
  if (kept <= 0n) return `no event is kept, the last was ${lastSequence}`;
  return `${plural(kept, "event")}, ${firstSequence} to ${lastSequence}`;
}

/** What is out of the ordinary, a line each; nothing when all is well. */
function troubles(answer: GetStatusResponse): (readonly [string, string])[] {
  const { awaitedCount: awaited, stallsTotal: stalls, conflictsTotal: conflicts } = answer;
  const { unkeptEventsTotal: lost, slowWatchersTotal: slow } = answer;
  const deferred = answer.admissionsDeferredTotal;
  const heldBack = `the clock was held back for ${span(answer.heldBackTotal)} in all`;
  const rows: readonly (readonly [string, boolean, string])[] = [
    ["draining", answer.draining, "it is about to stop"],
    ["journal", !answer.journalHealthy, journalTrouble(answer)],
    ["lost", lost > 0n, `${plural(lost, "event")} since the start, for want of room`],
    ["protection", answer.protectionsTotal > 0n, protection(answer)],
    ["awaited", awaited > 0n, `${plural(awaited, "agent")} since a restart or a stall`],
    ["stalls", stalls > 0n, `${stalls} since the start, ${heldBack}`],
    ["deferred", deferred > 0n, `${plural(deferred, "stream")} asked to come back later`],
    ["slow", slow > 0n, `${plural(slow, "watch", "watches")} ended, their readers fell behind`],
    ["conflicts", conflicts > 0n, `${conflicts} since the start: two processes fight for one id`],
  ];
  return rows.filter(([, unusual]) => unusual).map(([name, , what]) => [name, what]);
}

function protection({ protectionActive, heldCount, protectionsTotal }: GetStatusResponse): string {
  const held = `${plural(heldCount, "agent")} held from DOWN`;
  if (protectionActive) return `many fell silent at once: ${held}`;
  if (heldCount > 0n) return `over: ${held} so far, given up one after another`;
  return `none now, began ${plural(protectionsTotal, "time")} since the start`;
}

function journalTrouble({ journalTrouble, journalBacklog }: GetStatusResponse): string {
  const waiting = `${plural(journalBacklog, "event")} not kept yet, and told to nobody`;
  return `in trouble: ${plain(journalTrouble)}; ${waiting}`;
}
