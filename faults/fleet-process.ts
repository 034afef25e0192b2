/**
 * A process full of agents: `node faults/fleet-process.ts SETTINGS`, with {@link FleetSettings} as JSON.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { rssKiB, sleep } from "../bench/processes.ts";
import { percentile } from "../bench/stats.ts";
import { HeartbeatAgent } from "../src/agent/index.ts";
import { EpochBook } from "./epoch-book.ts";
import type { FleetCommand, FleetReport, FleetSettings } from "./fleet-messages.ts";
import { LightAgent, type LightEvents } from "./light-agent.ts";

/** Beyond these, further ack times are not kept; the greatest always is. */
const MOST_SAMPLES = 200_000;
/** How many complaints are told. */
const MOST_COMPLAINTS = 20;
const AWAY_MS = 1_500;

class Fleet {
  readonly #settings: FleetSettings;
  readonly #real: HeartbeatAgent[] = [];
  readonly #light: LightAgent[] = [];
  readonly #vanished: string[] = [];
  readonly #complaints: string[] = [];
  readonly #epochs = new EpochBook((complaint) => this.#complaints.push(complaint));
  #unrest: NodeJS.Timeout | undefined;
  #samples: number[] = [];
  #acks = 0;
  #worstMs = 0;
  #deferred = 0;
  #lost = 0;
  #lastLoss = "";

  constructor(settings: FleetSettings) {
    this.#settings = settings;
    const { prefix, real, light } = settings;
    for (let number = 0; number < real; number++) this.#real.push(this.#newReal(prefix + number));
    for (let number = real; number < real + light; number++) {
      this.#light.push(new LightAgent({ ...settings, agentId: prefix + number }, this.#events));
    }
  }

  async start(): Promise<void> {
    const { rampMs, unrestMs } = this.#settings;
    const count = this.#real.length + this.#light.length;
    const stepMs = rampMs / Math.max(1, count);
    this.#light.forEach((agent, index) => {
      agent.start(stepMs * (this.#real.length + index));
    });
    if (unrestMs > 0) {
      const everyMs = Math.max(1, unrestMs / Math.max(1, this.#light.length));
      this.#unrest = setInterval(() => this.#disturb(), everyMs);
    }
    for (const agent of this.#real) {
      agent.start();
      if (stepMs > 0) await sleep(stepMs);
    }
  }

  obey(command: FleetCommand): void {
    switch (command.type) {
      case "report":
        process.send?.({ type: "report", report: this.#report() });
        if (command.anew) this.#beginAnew();
        break;
      case "vanish":
        for (const agent of this.#light.filter(({ over }) => !over).slice(0, command.count)) {
          agent.vanish();
          this.#vanished.push(agent.id);
        }
        break;
      case "calm":
        clearInterval(this.#unrest);
        break;
    }
  }

  readonly #events: LightEvents = {
    onWelcome: ({ id, instanceId, epoch }) => this.#epochs.note(id, instanceId, epoch),
    onAck: (latencyMs) => {
      this.#acks++;
      this.#worstMs = Math.max(this.#worstMs, latencyMs);
      if (this.#samples.length < MOST_SAMPLES) this.#samples.push(latencyMs);
    },
    onDeferred: () => {
      this.#deferred++;
    },
    onLost: (reason) => this.#countLoss(reason),
    onRefused: ({ id }, reason) => {
      this.#complaints.push(`${id} was refused: ${reason}`);
    },
  };

  #newReal(agentId: string): HeartbeatAgent {
    const { address, intervalMs, maxBackoffMs, connectTimeoutMs, tasks } = this.#settings;
    const instanceId = `${agentId}-life`;
    const note = ({ epoch }: { epoch: bigint }) => this.#epochs.note(agentId, instanceId, epoch);
    const agent: HeartbeatAgent = new HeartbeatAgent({
      agentId,
      instanceId,
      server: address,
      policy: { intervalMs },
      backoff: { initialMs: Math.min(250, maxBackoffMs), maxMs: maxBackoffMs },
      connectTimeoutMs,
      handleSignals: false,
      onWelcome: (welcomed) => {
        note(welcomed);
        if (tasks) agent.task("errand");
      },
      onReconnect: note,
      onSuperseded: () => void this.#complaints.push(`${agentId} was superseded`),
      onError: ({ message }) => void this.#complaints.push(`${agentId} was refused: ${message}`),
      log: { warn: (message) => this.#countLoss(String(message)) },
    });
    return agent;
  }

  #countLoss(reason: string): void {
    this.#lost++;
    this.#lastLoss = reason;
  }

  #disturb(): void {
    const agent = this.#light[Math.floor(Math.random() * this.#light.length)];
    if (agent === undefined || agent.over) return;
    const dice = Math.random();
    if (dice < 0.5) agent.drop();
    else if (dice < 0.75) agent.reborn();
    else agent.leaveFor(Math.random() * AWAY_MS);
  }

  #report(): FleetReport {
    const connected =
      this.#real.filter((agent) => agent.connectionHealth().connected).length +
      this.#light.filter((agent) => agent.connected).length;
    return {
      agents: this.#real.length + this.#light.length - this.#vanished.length,
      connected,
      vanished: this.#vanished,
      deferred: this.#deferred,
      lost: this.#lost,
      lastLoss: this.#lastLoss,
      complaints: this.#complaints.slice(0, MOST_COMPLAINTS),
      greatestEpoch: this.#epochs.greatest,
      acks: {
        count: this.#acks,
        p50Ms: percentile(this.#samples, 0.5),
        p99Ms: percentile(this.#samples, 0.99),
        maxMs: this.#worstMs,
      },
      ownLagMs: lag.max / 1e6,
      rssMiB: Math.round(rssKiB(process.pid) / 1_024),
    };
  }

  #beginAnew(): void {
    this.#samples = [];
    this.#acks = 0;
    this.#worstMs = 0;
    lag.reset();
  }
}

const lag = monitorEventLoopDelay({ resolution: 10 });
lag.enable();
const fleet = new Fleet(JSON.parse(process.argv[2]!) as FleetSettings);
process.on("message", (command: FleetCommand) => fleet.obey(command));
// Whoever started this is gone: so is the reason to be.
process.once("disconnect", () => process.exit());
await fleet.start();
