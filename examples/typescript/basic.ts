import { HeartbeatAgent } from "heartbeat/agent";

const agent = new HeartbeatAgent({
  agentId: "billing-7",
  server: process.env.HEARTBEAT_SERVER ?? "127.0.0.1:50051",
  policy: { intervalMs: 5_000 },
  onWelcome: ({ epoch }) => console.log(`connected, epoch ${epoch}`),
}).start();

await work();
await agent.close("all invoices are out");

async function work(): Promise<void> {
  // Whatever your program does. The agent beats by itself.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
