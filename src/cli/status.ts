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
import { exitCodes, exitCodesHelp } from "./failure.ts";
import { document, say } from "./output.ts";
import { facts, painter, plain } from "./terminal.ts";
import { instant, plural, span } from "./words.ts";

export const addStatus: AddCommand = (program, context, outcome) => {
  withConnection(program.command("status"))
    .description("Show one agent, or the monitor as a whole. Exits 0 only when the agent is ALIVE.")
    .argument("[ID]", "the agent; without it, the monitor as a whole")
    .addHelpText("after", examples("heartbeat status", "heartbeat status web-1 || page-somebody"))
    .addHelpText("after", exitCodesHelp)
    .action(async (id: string | undefined, flags: ConnectionFlags) => {
      outcome.code = await withCall(context, flags, (connection) =>
        id === undefined
          ? showMonitor(context, flags, connection)
          : showAgent(context, flags, connection, id),
      );
    });
};

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
    ["agents", counted(answer.agentsByState)],
    ["tasks", counted(answer.tasksByState)],
    ["healthy", `${answer.healthyCount} of ${answer.registeredCount}`],
    ["streams", `${answer.openStreams} open, ${plural(answer.dropsTotal, "drop")} since the start`],
    ["beats", beats],
    ["tick", `${span(answer.tickLag)} late`],
    ["events", `last sequence ${answer.lastSequence}`],
    ["policy", policyLine(answer.defaultPolicy)],
  ]);
}
