import { HeartbeatAgent } from "heartbeat/agent";

await using agent = new HeartbeatAgent({
  agentId: "worker-1",
  server: process.env.HEARTBEAT_SERVER ?? "127.0.0.1:50051",
  onWelcome: ({ epoch }) => console.log(`connected, epoch ${epoch}`),
});

agent.onMessage("tasks.new", async (message) => {
  console.log(`a task from ${message.fromAgentId}:`, message.json());
  if (message.replyTo) await agent.publish(message.replyTo, { accepted: true });
});
agent.onMessage("answers.worker-1", (message) => {
  console.log("an answer:", message.json());
});
agent.start();

// Whoever subscribes to it now gets it, at most once: here that is this agent itself.
await new Promise((resolve) => setTimeout(resolve, 500));
const delivered = await agent.publish("tasks.new", { id: 7 }, { replyTo: "answers.worker-1" });
console.log(`handed to ${delivered}`);
await new Promise((resolve) => setTimeout(resolve, 500));
