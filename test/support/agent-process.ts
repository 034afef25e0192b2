/**
 * A process that holds an agent and does nothing else until it is killed: `ADDRESS ID INTERVAL_MS
 * [GRACE_MS]`. Says "lease lost" when it has had no ack for its timeout.
 */
import { HeartbeatAgent } from "../../src/agent/index.ts";

const [server = "", agentId = "", intervalMs = "500", graceMs] = process.argv.slice(2);
new HeartbeatAgent({
  server,
  agentId,
  policy: {
    intervalMs: Number(intervalMs),
    ...(graceMs === undefined ? {} : { graceMs: Number(graceMs) }),
  },
  onLeaseLost: () => void process.stdout.write("lease lost\n"),
}).start();
setInterval(() => {}, 60_000);
