import { type AgentTask, HeartbeatAgent, type RetriedTask } from "heartbeat/agent";

const server = process.env.HEARTBEAT_SERVER ?? "127.0.0.1:50051";
const agentType = "importer"; // A lost task is handed on among agents of one type.
const files = ["a.csv", "b.csv", "c.csv"];
const done = Promise.withResolvers<void>();

await using second = new HeartbeatAgent({
  agentId: "importer-2",
  agentType,
  server,
  onWelcome: ({ epoch }) => console.log(`connected, epoch ${epoch}`),
});
second.onRetry((task) => resume(task).finally(done.resolve));
second.start();

const first = new HeartbeatAgent({ agentId: "importer-1", agentType, server }).start();
const task = first.task("import-42", { retry: { maxAttempts: 3, backoffMs: 100 }, detail: "0" });
await importFrom(0, task, 1);
// Or it is killed, hangs, or is cut off: whatever makes it DOWN.
await first.fail("the disk is full");
// An agent keeps no process alive: that is for what your program does.
const working = setInterval(() => {}, 1_000);
await done.promise;
clearInterval(working);

/** Goes on from where the task was. What it throws is the task's error. */
async function resume(task: RetriedTask): Promise<void> {
  // The epoch goes along with what the task writes elsewhere: an older attempt is refused there.
  console.log(`attempt ${task.attempt} of ${task.id}, epoch ${task.epoch}: ${task.reason}`);
  await importFrom(Number(new TextDecoder().decode(task.detailBefore)), task, files.length);
  if (!task.signal.aborted) task.succeed();
}

/** The detail is what the next attempt needs: how many files are in. */
async function importFrom(from: number, task: AgentTask, until: number): Promise<void> {
  for (let n = from; n < until; n++) {
    if (task.signal.aborted) return; // An operator canceled it, or it was handed on.
    await new Promise((resolve) => setTimeout(resolve, 300));
    console.log(`${files[n]} is in`);
    task.progress((n + 1) / files.length, String(n + 1));
  }
}
