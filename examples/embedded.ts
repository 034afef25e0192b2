import { HeartbeatMonitor } from "heartbeat";

using monitor = new HeartbeatMonitor({
  intervalMs: 30_000,
  onWarning: (warning) => console.warn(`${warning.agentId}: ${warning.kind}`),
  onTimeout: (timeout) => console.error(`${timeout.agentId}: ${timeout.kind}`),
});
monitor.start();

monitor.register("session-1", { agentType: "reader" });
monitor.beat("session-1");

monitor.register("request-9", { taskId: "answer-a-question" });
monitor.updateActivity("request-9");
console.log(monitor.monitorStatus().agents, monitor.healthyCount);
monitor.unregister("request-9");
