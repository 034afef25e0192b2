/**
 * A process whose agent takes up lost tasks, and works on each until it is killed: `ADDRESS ID [TASK ATTEMPTS]`. With
 * a task it begins that one. Says a line of JSON for what it begins, takes up and is to stop.
 */
import { type AgentTask, HeartbeatAgent } from "../../src/agent/index.ts";

const [server = "", agentId = "", taskId, attempts = "3"] = process.argv.slice(2);
const say = (fact: object) => void process.stdout.write(`${JSON.stringify(fact)}\n`);

function work(task: AgentTask): void {
  task.signal.addEventListener("abort", () => {
    say({ stops: task.id, reason: String(task.signal.reason.message) });
    task.cancel();
  });
}

const agent = new HeartbeatAgent({
  server,
  agentId,
  agentType: "worker",
  policy: { intervalMs: 500, graceMs: 1_500, dropGraceMs: 1_000 },
  onWelcome: () => say({ lives: agentId }),
});
agent.onRetry((task) => {
  const { id, epoch, attempt, fromAgentId, detailBefore, progressBefore } = task;
  work(task);
  say({
    takesUp: id,
    epoch: Number(epoch),
    attempt,
    fromAgentId,
    progress: progressBefore,
    detail: new TextDecoder().decode(detailBefore),
  });
  return new Promise(() => {});
});
agent.start();
if (taskId !== undefined) {
  const retry = { maxAttempts: Number(attempts), backoffMs: 200 };
  const task = agent.task(taskId, { retry, detail: "row 17" });
  work(task);
  task.progress(0.4);
  // An agent that beats is to be seen at work.
  setInterval(() => task.activity(), 300);
}
setInterval(() => {}, 60_000);
