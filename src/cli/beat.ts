import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type Goodbye,
  GoodbyeSchema,
  type Registration,
  RegistrationSchema,
  TaskState,
  TaskStateSchema,
  type TaskUpdate,
  TaskUpdateSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  type BeatResponse,
  BeatResponseSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { ratio } from "../config/kinds.ts";
import { declaredPolicy, type PolicyFlags } from "./agents.ts";
import type { Connection } from "./client.ts";
import { type AddCommand, examples } from "./command.ts";
import { type ConnectionFlags, withCall, withConnection } from "./connection.ts";
import type { CliContext } from "./context.ts";
import { CliFailure, exitCodes, exitCodesHelp } from "./failure.ts";
import { flag, labelFlag, wordFlag } from "./options.ts";
import { document, say } from "./output.ts";
import { withPolicy } from "./policy-flags.ts";
import { plain } from "./terminal.ts";
import { span } from "./words.ts";

interface BeatFlags extends ConnectionFlags, PolicyFlags {
  readonly type?: string;
  readonly label?: Record<string, string>;
  /** True when the flag stands without a reason. */
  readonly goodbye?: string | true;
  readonly failed?: string;
  readonly task?: string;
  readonly progress?: number;
  readonly taskState?: TaskState;
  readonly error?: string;
}

export const addBeat: AddCommand = (program, context, outcome) => {
  withPolicy(withConnection(program.command("beat")))
    .description("Send one beat: for cron jobs and scripts. An unknown agent is registered by it.")
    .argument("<ID>", "the agent")
    .option("--type <TYPE>", "what kind of agent it is")
    .addOption(labelFlag("a label of the agent"))
    .option("--goodbye [REASON]", "the agent leaves: no alert will come of it")
    .option("--failed <REASON>", "the agent tells its own death: it is DOWN at once")
    .option("--task <TASK>", "the beat is news of this task")
    .addOption(flag("--progress <0..1>", "how far the task is", ratio({ min: 0, max: 1 }, "")))
    .addOption(wordFlag("--task-state <STATE>", "where the task stands", TaskStateSchema))
    .option("--error <TEXT>", "why the task failed")
    .addHelpText(
      "after",
      examples(
        "heartbeat beat nightly-backup --interval 24h",
        "heartbeat beat worker-1 --task import-7 --progress 0.4",
        'heartbeat beat nightly-backup --failed "disk full"',
      ),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (agentId: string, flags: BeatFlags) => {
      check(flags);
      outcome.code = await withCall(context, flags, (connection) =>
        beat(context, flags, connection, agentId),
      );
    });
};

function check(flags: BeatFlags): void {
  const refuse = (message: string) => {
    throw new CliFailure(exitCodes.usage, message);
  };
  if (flags.goodbye !== undefined && flags.failed !== undefined) {
    refuse("--goodbye and --failed exclude each other; an agent that failed has not left");
  }
  const news = [flags.progress, flags.taskState, flags.error].some((value) => value !== undefined);
  if (news && flags.task === undefined) {
    refuse("--progress, --task-state and --error are news of a task; name it with --task TASK");
  }
}

async function beat(
  context: CliContext,
  flags: BeatFlags,
  { beats, organizationId, unary }: Connection,
  agentId: string,
): Promise<number> {
  const registration = declared(flags, organizationId);
  const goodbye = farewell(flags);
  const request = {
    agentId,
    sentAt: timestampFromMs(context.clock.now().wall),
    tasks: news(flags),
    ...(registration === undefined ? {} : { registration }),
    ...(goodbye === undefined ? {} : { goodbye }),
  };
  const { ack } = await beats.sendBeat({ beat: request }, unary);
  if (flags.json) document(context, BeatResponseSchema, ack ?? create(BeatResponseSchema));
  else say(context, said(agentId, goodbye, ack));
  return exitCodes.done;
}

function said(
  agentId: string,
  goodbye: Goodbye | undefined,
  ack: BeatResponse | undefined,
): string {
  if (goodbye?.failed) return `${plain(agentId)}: told as failed, it is DOWN`;
  if (goodbye !== undefined) return `${plain(agentId)}: has left`;
  const interval = ack?.welcome?.policy?.interval;
  const next = interval === undefined ? "" : `; the next is due within ${span(interval)}`;
  return `${plain(agentId)}: beat acknowledged${next}`;
}

/**
 * Only what was asked for: a registration replaces what the agent once declared, and a bare
 * `heartbeat beat ID` from a script must not wipe out its labels.
 */
function declared(flags: BeatFlags, organizationId: string): Registration | undefined {
  const policy = declaredPolicy(flags);
  const silent = [flags.type, flags.label, policy, organizationId || undefined].every(
    (value) => value === undefined,
  );
  if (silent) return undefined;
  return create(RegistrationSchema, {
    organizationId,
    agentType: flags.type ?? "",
    labels: flags.label ?? {},
    ...(policy === undefined ? {} : { policy }),
  });
}

function farewell(flags: BeatFlags): Goodbye | undefined {
  if (flags.failed !== undefined) {
    return create(GoodbyeSchema, { reason: flags.failed, failed: true });
  }
  if (flags.goodbye === undefined) return undefined;
  return create(GoodbyeSchema, { reason: flags.goodbye === true ? "" : flags.goodbye });
}

function news(flags: BeatFlags): TaskUpdate[] {
  if (flags.task === undefined) return [];
  const update = create(TaskUpdateSchema, {
    taskId: flags.task,
    state: flags.taskState ?? TaskState.UNSPECIFIED,
    progress: flags.progress ?? 0,
    error: flags.error ?? "",
  });
  return [update];
}
