import { EventEmitter } from "node:events";
import { HeartbeatAgent } from "../../src/agent/agent.ts";
import { Farewell, type ProcessLike } from "../../src/agent/farewell.ts";
import type { PolicyOptions } from "../../src/agent/policy.ts";
import type { AgentTask, RetriedTask } from "../../src/agent/task.ts";
import { type Machine, Process } from "./machine.ts";
import { type ReverseProxy, StreamChannel } from "./network.ts";
import type { Path } from "./path.ts";
import type { SimServer } from "./server.ts";

/** What an agent is, before it has begun to live. */
export interface AgentPlan {
  readonly organizationId: string;
  readonly agentId: string;
  readonly policy: PolicyOptions;
  readonly backoffMaxMs: number;
  /** Whether it takes up tasks that others lost. */
  readonly takesTasks: boolean;
}

/** Who hears what happens to an agent's process: what the truth is made of. */
export interface AgentWitness {
  /** Something happened to the agent's process, machine or way. */
  disturbed(agent: SimAgent): void;
  /** The agent was welcomed with this epoch. */
  welcomed(agent: SimAgent, instanceId: string, epoch: bigint): void;
}

/** One life of an agent's process. */
interface Life {
  readonly process: Process;
  readonly agent: HeartbeatAgent;
  readonly instanceId: string;
  readonly channels: Set<StreamChannel>;
  readonly tasks: Map<string, AgentTask>;
}

export const CONNECT_TIMEOUT_MS = 10_000;

/** A machine that runs one agent's process at a time, with the agent's real logic in it. */
export class SimAgent {
  readonly plan: AgentPlan;
  readonly machine: Machine;
  readonly path: Path;
  readonly proxy: ReverseProxy | undefined;
  readonly #server: SimServer;
  readonly #witness: AgentWitness;
  /** Tells its lives from those of a twin. */
  readonly #name: string;
  #lives = 0;
  life: Life | undefined;

  constructor(
    name: string,
    plan: AgentPlan,
    place: { machine: Machine; path: Path; proxy: ReverseProxy | undefined; server: SimServer },
    witness: AgentWitness,
  ) {
    this.#name = name;
    this.plan = plan;
    this.machine = place.machine;
    this.path = place.path;
    this.proxy = place.proxy;
    this.#server = place.server;
    this.#witness = witness;
  }

  get key(): string {
    return `${this.plan.organizationId}/${this.plan.agentId}`;
  }

  /** Whether a process lives that has not said goodbye or been refused. */
  get isAlive(): boolean {
    const state = this.life?.agent.state;
    return this.life?.process.alive === true && state !== "ended" && state !== "closing";
  }

  /** Whether it lives, runs, and its way carries. */
  get isWell(): boolean {
    return this.isAlive && this.life!.process.runs && this.path.isWell && this.proxy?.up !== false;
  }

  start(): void {
    if (this.life?.process.alive || !this.machine.powered) return;
    const process = new Process(this.machine);
    const channels = new Set<StreamChannel>();
    const instanceId = `${this.#name}.${++this.#lives}`;
    const { organizationId, agentId, policy, backoffMaxMs } = this.plan;
    const welcomed = ({ epoch }: { epoch: bigint }) =>
      this.#witness.welcomed(this, instanceId, epoch);
    const agent = new HeartbeatAgent(
      {
        agentId,
        organizationId,
        agentType: "worker",
        policy,
        instanceId,
        vitals: false,
        handleSignals: false,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
        backoff: { maxMs: backoffMaxMs },
        clock: process.clock,
        random: this.machine.random.fork(`jitter ${this.#lives}`).next,
        onWelcome: welcomed,
        onReconnect: welcomed,
        onSuperseded: () => this.#ended(),
        onError: () => this.#ended(),
      },
      {
        farewell: new Farewell(new EventEmitter() as unknown as ProcessLike),
        open: (listener) => {
          for (const old of channels) if (!old.connection?.isOpen) channels.delete(old);
          const ways = {
            owner: this.key,
            process,
            path: this.path,
            proxy: this.proxy,
            server: this.#server,
          };
          const channel = new StreamChannel(this.machine.world, ways, listener);
          channels.add(channel);
          return channel;
        },
      },
    );
    const life: Life = { process, agent, instanceId, channels, tasks: new Map() };
    if (this.plan.takesTasks) agent.onRetry((task) => this.#takeUp(life, task));
    this.life = life;
    this.#witness.disturbed(this);
    agent.start();
  }

  /** kill -9: its kernel closes what was open. */
  kill(): void {
    this.#die((channel) => channel.connection?.finish("up", "reset"));
  }

  /** The power fails: nobody is told anything. */
  powerOff(): void {
    this.machine.powered = false;
    this.#die((channel) => channel.connection?.vanish("up"));
  }

  powerOn(): void {
    this.machine.powered = true;
  }

  /** SIGSTOP, or a process that hangs. */
  stop(): void {
    if (!this.life?.process.runs) return;
    this.life.process.stop();
    this.#witness.disturbed(this);
  }

  cont(): void {
    if (!this.life?.process.isStopped) return;
    this.machine.world.stir();
    this.life.process.cont();
    this.#witness.disturbed(this);
  }

  suspend(): void {
    this.machine.suspend();
    this.#witness.disturbed(this);
  }

  wake(): void {
    this.machine.wake();
    this.machine.world.stir();
    this.life?.process.goOn();
    this.#witness.disturbed(this);
  }

  /** Ends in peace, or tells its own death; the process goes when that is done. */
  leave(failed: boolean): void {
    const { life } = this;
    if (!life?.process.runs) return;
    this.machine.world.stir();
    const done = failed ? life.agent.fail("crashed") : life.agent.close("done");
    this.#witness.disturbed(this);
    void done.then(() => this.life === life && this.kill());
  }

  /** What the program around the agent does: a task begins, goes on, or ends. */
  work(taskId: string, step: "start" | "progress" | "succeed" | "fail" | "cancel"): void {
    const { life } = this;
    if (!life?.process.runs || !this.isAlive) return;
    this.machine.world.stir();
    const task = life.tasks.get(taskId);
    if (step === "start" || !task) {
      const begun = life.agent.task(taskId);
      life.tasks.set(taskId, begun);
      // Some hear that they are to stop, and some have gone deaf.
      if (this.machine.random.chance(0.7)) {
        begun.signal.addEventListener("abort", () => begun.cancel());
      }
      return;
    }
    if (step === "progress") return task.progress(this.machine.random.next());
    life.tasks.delete(taskId);
    if (step === "succeed") task.succeed();
    else if (step === "cancel") task.cancel();
    else task.fail("it broke");
  }

  /** Works on a lost task for a while; what else happens to it, the history says. */
  #takeUp(life: Life, task: RetriedTask): Promise<void> {
    life.tasks.set(task.id, task);
    return new Promise((resolve) => {
      task.signal.addEventListener("abort", () => resolve());
      life.process.clock.after(this.machine.random.span(1_000, 600_000), () => {
        if (this.machine.random.chance(0.8)) task.succeed();
        resolve();
      });
    });
  }

  setIdle(idle: boolean): void {
    const { life } = this;
    if (!life?.process.runs) return;
    this.machine.world.stir();
    if (idle) life.agent.idle();
    else life.agent.running();
  }

  #ended(): void {
    this.#witness.disturbed(this);
  }

  #die(part: (channel: StreamChannel) => void): void {
    const { life } = this;
    if (!life?.process.alive) return;
    life.process.kill();
    for (const channel of life.channels) part(channel);
    life.channels.clear();
    this.#witness.disturbed(this);
  }
}
