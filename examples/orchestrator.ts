import { HeartbeatPlugin, Orchestrator, PeriodicProcessAgent } from "heartbeat/orchestrator";

export class CriticalAgent extends PeriodicProcessAgent {
  static readonly module = import.meta.url;
  static readonly config = { limit: 10, executionIntervalMs: 3_000 };

  override setup() {
    this.logger.info("CriticalAgent setup complete");
  }

  override runner() {
    // Simulate some work.
    this.logger.info("CriticalAgent working...");
  }

  override onClose() {
    const stats = this.plugin.heartbeat?.getStatus();
    if (stats) this.logger.info("Final heartbeat stats:", stats);
  }
}

if (import.meta.main) {
  const orchestrator = new Orchestrator({
    plugins: {
      heartbeat: new HeartbeatPlugin({
        agentSendIntervalMs: 2_000,
        server: process.env.HEARTBEAT_SERVER ?? "127.0.0.1:50051",
      }),
    },
    runMode: "daemon",
  });
  orchestrator.register(CriticalAgent, "CriticalAgent");
  orchestrator.start();
  await orchestrator.join();
}
