import { HeartbeatAgent } from "../../../src/agent/index.ts";

/** A program for process.test.ts: `child.ts ADDRESS MODE`. */
const [, , server = "", mode = ""] = process.argv;
const agent = new HeartbeatAgent({
  agentId: "child",
  server,
  policy: { intervalMs: 1_000 },
  onWelcome: () => {
    process.stdout.write("welcomed\n");
    if (mode === "fails") process.exitCode = 3;
    if (mode === "ends" || mode === "fails" || mode === "top-level") stop();
  },
}).start();

// What keeps the process alive until there is nothing left to do.
const work = setInterval(() => {}, 1_000);
function stop() {
  clearInterval(work);
}

if (mode === "listens") {
  process.once("SIGTERM", () => {
    process.stdout.write("graceful\n");
    stop();
  });
}
if (mode === "unreachable" || mode === "early") stop();
if (mode === "closes") {
  stop();
  await agent.close("done");
  process.stdout.write("closed\n");
}
