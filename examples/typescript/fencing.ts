import { HeartbeatAgent } from "heartbeat/agent";

/** Whatever is written to: it refuses an epoch that is older than one it has seen. */
class Ledger {
  #newest = 0n;

  write(epoch: bigint, line: string): void {
    if (epoch < this.#newest) throw new Error(`epoch ${epoch} is over, ${this.#newest} writes now`);
    this.#newest = epoch;
    console.log(`written with epoch ${epoch}: ${line}`);
  }
}

const ledger = new Ledger();
const stop = new AbortController();
const agent = new HeartbeatAgent({
  agentId: "leader",
  server: process.env.HEARTBEAT_SERVER ?? "127.0.0.1:50051",
  policy: { intervalMs: 1_000, maxMissedBeats: 2 },
  onWelcome: ({ epoch }) => console.log(`connected, epoch ${epoch}`),
  // The monitor may call this process DOWN by now, and another one may do its work.
  onLeaseLost: ({ silentMs }) => stop.abort(`no ack for ${silentMs} ms`),
  // Another process holds the name: its epoch is higher, and the ledger refuses ours.
  onSuperseded: ({ epoch }) => stop.abort(`superseded by epoch ${epoch}`),
}).start();

for (let line = 1; line <= 3 && !stop.signal.aborted; line++) {
  await new Promise((resolve) => setTimeout(resolve, 400));
  if (agent.connectionHealth().healthy) ledger.write(agent.epoch, `line ${line}`);
}
await agent.close("done");
