/**
 * The testee of the TypeScript agent: does what it is told, a line each, and reports what it saw.
 */
import { createInterface } from "node:readline";
import {
  type AgentTask,
  HeartbeatAgent,
  type HeartbeatAgentOptions,
  type RetriedTask,
} from "../../src/agent/index.ts";
import { HeartbeatError } from "../../src/errors.ts";
import type { Order, Report, StartOptions } from "./protocol.ts";

let agent: HeartbeatAgent | undefined;
const tasks = new Map<string, AgentTask>();
/** Of the lost tasks that were taken up: lets the handler go. */
const releases = new Map<string, () => void>();

function report(line: Report): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => report({ saw: "crash", error: String(error) }));
}

/** The agent, which a start has to have made. */
function present(): HeartbeatAgent {
  if (agent === undefined) throw new Error("there is no agent yet");
  return agent;
}

function task(id: string): AgentTask {
  const known = tasks.get(id);
  if (known === undefined) throw new Error(`there is no task ${id}`);
  return known;
}

function start({ subscriptions = [], failing = [], takesTasks, ...options }: StartOptions): void {
  agent = new HeartbeatAgent({ ...options, ...listeners });
  for (const subject of subscriptions) listen(agent, subject, () => {});
  for (const subject of failing) {
    listen(agent, subject, () => {
      throw new Error("as it was told to");
    });
  }
  if (takesTasks) agent.onRetry(takeUp);
  agent.start();
}

/** Until an order ends it, or its signal fires. */
async function takeUp(task: RetriedTask): Promise<void> {
  const { id, attempt, maxAttempts, epoch, progressBefore: progress, detailBefore } = task;
  const detail = Buffer.from(detailBefore).toString();
  const facts = { id, attempt, maxAttempts, epoch: String(epoch), progress, detail };
  const over = Promise.withResolvers<void>();
  releases.set(id, over.resolve);
  keep(task);
  task.signal.addEventListener("abort", () => over.resolve());
  report({ saw: "retried", ...facts, from: task.fromAgentId, reason: task.reason });
  await over.promise;
}

function listen(agent: HeartbeatAgent, subject: string, then: () => void): void {
  agent.onMessage(subject, (message) => {
    const { data, contentType, fromAgentId: from, replyTo } = message;
    const size = data.length;
    const text = size <= 1_000 ? { text: message.text() } : {};
    report({ saw: "message", subject: message.subject, size, ...text, contentType, from, replyTo });
    then();
  });
}

const listeners = {
  onWelcome: ({ epoch, resumed, policy: { intervalMs } }) =>
    report({ saw: "welcome", epoch: String(epoch), resumed, intervalMs }),
  onReconnect: ({ epoch, resumed, attempts }) =>
    report({ saw: "reconnect", epoch: String(epoch), resumed, attempts }),
  onLeaseLost: ({ epoch, silentMs }) =>
    report({ saw: "leaseLost", epoch: String(epoch), silentMs }),
  onSuperseded: ({ epoch, instanceId = null }) =>
    report({ saw: "superseded", epoch: epoch === undefined ? null : String(epoch), instanceId }),
  onError: ({ status, code = null, message }) => report({ saw: "error", status, code, message }),
  onGaveUp: (gaveUp) => report({ saw: "gaveUp", ...gaveUp }),
  onDirective: (directive) => {
    switch (directive.kind) {
      case "set-policy": {
        const { intervalMs } = directive.policy;
        return report({ saw: "directive", kind: directive.kind, intervalMs });
      }
      case "superseded":
        return report({ saw: "directive", kind: directive.kind });
      default:
        return report({ saw: "directive", ...directive });
    }
  },
} satisfies Partial<HeartbeatAgentOptions>;

function startTask(order: Extract<Order, { do: "task" }>): void {
  const { id, do: _, ...options } = order;
  keep(present().task(id, options));
}

function keep(task: AgentTask): void {
  const { id } = task;
  tasks.set(id, task);
  task.signal.addEventListener("abort", () => report({ saw: "taskCanceled", id }));
}

/** Does with a task what ends it. */
function end(id: string, how: (task: AgentTask) => void): void {
  how(task(id));
  releases.get(id)?.();
}

async function publish(order: Extract<Order, { do: "publish" }>): Promise<void> {
  const { subject, text, bytes = 0, replyTo } = order;
  const data = text ?? new Uint8Array(bytes);
  const delivered = await present().publish(
    subject,
    data,
    replyTo === undefined ? {} : { replyTo },
  );
  report({ saw: "published", subject, delivered: delivered ?? null });
}

function health(): void {
  const { healthy, connected, lastHeartbeatAck, secondsSinceAck, reconnectAttempts } =
    present().connectionHealth();
  report({
    saw: "health",
    healthy,
    connected,
    lastHeartbeatAck: lastHeartbeatAck?.toISOString() ?? null,
    secondsSinceAck: secondsSinceAck ?? null,
    reconnectAttempts,
  });
}

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case "start":
      return start(order.options);
    case "task":
      return startTask(order);
    case "progress":
      return task(order.id).progress(order.fraction, order.detail);
    case "activity":
      return task(order.id).activity();
    case "fail":
      return end(order.id, (task) => task.fail(order.error));
    case "succeed":
    case "cancel":
      return end(order.id, (task) => task[order.do]());
    case "idle":
    case "running":
    case "beat":
      return present()[order.do]();
    case "publish":
      return publish(order);
    case "health":
      return health();
    case "state":
      return report({ saw: "state", state: present().state });
    case "close":
    case "failAgent":
      await (order.do === "close" ? present().close(order.reason) : present().fail(order.reason));
      return report({ saw: "closed" });
  }
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    obey(JSON.parse(line) as Order).catch((error) => {
      if (error instanceof HeartbeatError) report({ saw: "refused", message: error.message });
      else report({ saw: "crash", error: String(error) });
    });
  })
  .on("close", () => void agent?.close());
report({ saw: "ready" });
