import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  TaskState,
  type TaskUpdateSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { SendBeatRequestSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { limits } from "../config.ts";
import type { Engine } from "../engine/engine.ts";
import { HeartbeatError, shown } from "../errors.ts";
import type { AgentView } from "../monitor/view.ts";
import type { IdentifiedCall } from "../services/call-context.ts";
import { policyMessage } from "../services/messages/policy.ts";
import { duration } from "../services/messages/time.ts";
import { DEFAULT_ORGANIZATION, id, organization } from "../services/parse/fields.ts";
import type { Services } from "../services/services.ts";
import { declaredPolicy, declaredTimeoutMs } from "./ping-policy.ts";
import type { Answer, Question, Route } from "./routes.ts";

/** What a ping says of the job. */
type Signal =
  | { readonly kind: "started" }
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly error: string };

type Task = MessageInitShape<typeof TaskUpdateSchema>;

/** What a ping's beat carries besides its name. */
interface Load {
  readonly tasks?: Task[];
  readonly goodbye?: { readonly failed: boolean; readonly reason: string };
}

type SendBeat = (request: unknown, context: IdentifiedCall) => Promise<unknown>;

const LARGEST_EXIT_CODE = 255;

const never = new AbortController().signal;

/**
 * Beats for jobs that can do no more than call a URL, in the manner of ping services. A ping is a beat of an
 * agent, sent through the same service as every other; a run of the job is a task of the agent's own name.
 */
export function pingRoute(engine: Engine, heartbeat: Services["heartbeat"]): Route {
  return {
    pattern: /^\/ping\/([^/]+)(?:\/([^/]+))?$/,
    methods: ["GET", "HEAD", "POST"],
    query: ["organization", "interval", "grace", "timeout"],
    changes: true,
    answer: (question) => ping(engine, heartbeat, question),
  };
}

async function ping(
  engine: Engine,
  heartbeat: Services["heartbeat"],
  { identity, parts, query, body }: Question,
): Promise<Answer> {
  const agentId = id("agent", parts[0]);
  const organizationId = organization("organization", query.get("organization") ?? "");
  const signal = signalOf(parts[1]);
  const policy = declaredPolicy(query);
  const timeoutMs = declaredTimeoutMs(query);
  const { kept: detail, bytes } = await body();

  const slot = engine.monitor.find(organizationId, agentId);
  const view = slot === undefined ? undefined : engine.monitor.view(slot, engine.now());
  const declares = policy !== undefined || organizationId !== DEFAULT_ORGANIZATION;
  const registration = declares && registrationOf(organizationId, policy, view);
  for (const load of loadsOf(signal, { taskId: agentId, detail }, timeoutMs, view)) {
    const beat = { agentId, ...(registration && { registration }), ...load };
    const request = create(SendBeatRequestSchema, { beat });
    await (heartbeat.sendBeat as SendBeat)(request, { signal: never, identity });
  }
  const { length } = detail;
  const cut = bytes > length ? ` (of ${bytes} bytes the first ${length} are kept)` : "";
  return { status: 200, text: `OK${cut}\n` };
}

/** A registration declares everything anew: what the ping does not say stays as it is. */
function registrationOf(
  organizationId: string,
  declared: ReturnType<typeof declaredPolicy>,
  known: AgentView | undefined,
) {
  const policy = declared ?? (known && policyMessage(known.policy));
  return {
    organizationId,
    ...(known && { agentType: known.agentType, labels: { ...known.labels } }),
    ...(policy && { policy }),
  };
}

/** What the ping's beats carry, of which there are two when a job fails. */
function loadsOf(
  signal: Signal,
  task: Task & { readonly taskId: string; readonly detail: Uint8Array },
  timeoutMs: number | undefined,
  known: AgentView | undefined,
): Load[] {
  switch (signal.kind) {
    case "started":
      return [{ tasks: [running(task, timeoutMs)] }];
    case "succeeded": {
      // A bare ping of a job that tells no starts is a beat and nothing more.
      const began = known?.tasks.some(({ taskId }) => taskId === task.taskId) ?? false;
      const tells = began || task.detail.length > 0;
      return [{ tasks: tells ? [{ ...task, state: TaskState.SUCCEEDED }] : [] }];
    }
    case "failed": {
      const { error } = signal;
      const goodbye = { goodbye: { failed: true, reason: error } };
      // Who is DOWN stays so: a beat before the Goodbye would be a recovery. Others have to be known to fail.
      if (known?.state === "down") return [goodbye];
      return [{ tasks: [{ ...task, state: TaskState.FAILED, error }] }, goodbye];
    }
  }
}

/** What the last part of the path says: nothing, a word, or the exit code of a shell command. */
function signalOf(word: string): Signal {
  if (word === "") return { kind: "succeeded" };
  if (word === "start") return { kind: "started" };
  if (word === "fail") return { kind: "failed", error: "it reported a failure" };
  const code = /^\d{1,3}$/.test(word) ? Number(word) : Number.NaN;
  if (code === 0) return { kind: "succeeded" };
  if (code <= LARGEST_EXIT_CODE) return { kind: "failed", error: `exit code ${code}` };
  throw new HeartbeatError("field_invalid", {
    field: "signal",
    value: shown(word),
    problem: "is no signal",
    limit: `start, fail, or an exit code from 0 to ${LARGEST_EXIT_CODE}`,
    remedy: "write a / in an agent's name as %2F",
  });
}

/** A script tells no progress, so its run is never stale: it is timed out, or it ends. */
function running(task: Task, timeoutMs: number | undefined): Task {
  return {
    ...task,
    state: TaskState.RUNNING,
    staleAfter: duration(limits.taskThresholdMs.max),
    ...(timeoutMs !== undefined && { timeoutAfter: duration(timeoutMs) }),
  };
}
