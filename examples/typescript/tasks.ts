import { HeartbeatAgent } from "heartbeat/agent";

await using agent = new HeartbeatAgent({
  agentId: "importer-1",
  server: process.env.HEARTBEAT_SERVER ?? "127.0.0.1:50051",
  onWelcome: ({ epoch }) => console.log(`connected, epoch ${epoch}`),
}).start();

const files = ["a.csv", "b.csv", "c.csv"];
const task = agent.task("import-42", { staleAfterMs: 60_000, timeoutAfterMs: 600_000 });
for (const [done, file] of files.entries()) {
  if (task.signal.aborted) break; // An operator canceled it: `heartbeat` delivers that at once.
  await importFile(file);
  task.progress((done + 1) / files.length, `${file} is in`);
}
if (task.signal.aborted) task.cancel();
else task.succeed();

async function importFile(_file: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
}
