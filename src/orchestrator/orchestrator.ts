import { type Clock, systemClock } from "../clock.ts";
import { HeartbeatError, shown } from "../errors.ts";
import type { AgentClass } from "./agent-class.ts";
import { forkProcess, type StartProcess } from "./agent-process.ts";
import { assign, type StandingAssignment } from "./assignment.ts";
import { refuseWhileLoading } from "./loading.ts";
import { LineLogger, type Logger } from "./logger.ts";
import type { OrchestratorOptions } from "./options.ts";
import { type OrchestratorSettings, settleOrchestrator } from "./settings.ts";
import { hearSignals, type SignalSource } from "./signals.ts";
import { type AgentStatistics, AgentsFailedError, hasFailed } from "./statistics.ts";
import { StayAwake } from "./stay-awake.ts";
import { SupervisedAgent } from "./supervised-agent.ts";

/** What tests put in the place of time, chance and processes. */
export interface OrchestratorSeams {
  readonly clock?: Clock;
  /** Numbers of [0, 1) for jitter. */
  readonly random?: () => number;
  readonly startProcess?: StartProcess;
  readonly signals?: SignalSource;
}

/** Where an orchestrator stands. */
type Phase = "idle" | "running" | "stopping" | "over";

/**
 * Runs agents, each in an operating system process of its own, and starts those again that crash.
 *
 * ```ts
 * const orchestrator = new Orchestrator({ plugins: { heartbeat: new HeartbeatPlugin() } });
 * orchestrator.register(CriticalAgent, "CriticalAgent");
 * orchestrator.start();
 * await orchestrator.join();
 * ```
 *
 * While it runs it keeps its own process alive. When that dies, whatever way, the agents notice and end.
 */
export class Orchestrator implements AsyncDisposable {
  readonly #settings: OrchestratorSettings;
  readonly #seams: Required<OrchestratorSeams>;
  readonly #logger: Logger;
  readonly #agents = new Map<string, SupervisedAgent>();
  readonly #over = Promise.withResolvers<void>();
  #phase: Phase = "idle";
  #releaseProcess = (): void => {};

  /**
   * Checks the options; does nothing else until {@link start}.
   *
   * @throws HeartbeatError `field_invalid` that names the option, its value and its limit.
   */
  constructor(options: OrchestratorOptions = {}, seams: OrchestratorSeams = {}) {
    this.#settings = settleOrchestrator(options);
    this.#seams = {
      clock: seams.clock ?? systemClock,
      random: seams.random ?? Math.random,
      startProcess: seams.startProcess ?? forkProcess,
      signals: seams.signals ?? process,
    };
    this.#logger = options.logger ?? new LineLogger(this.#settings.name, this.#seams.clock);
  }

  /**
   * Adds an agent. After {@link start} it is started at once.
   *
   * @param Class Exported by the file that its static `module` names.
   * @param name The agent's name here and at the server: 1 to 128 bytes of `[A-Za-z0-9._:/@-]`, each name
   * once. Default: the class's name.
   * @throws HeartbeatError `field_invalid`. Error when the orchestrator is about to end, or has ended.
   */
  register(Class: AgentClass, name: string = Class.name): this {
    if (this.#phase === "stopping" || this.#phase === "over") {
      throw new Error("This orchestrator takes no more agents: it was stopped, or is over.");
    }
    this.#checkNew(name);
    const agent = this.#supervise(assign(Class, name, this.#settings));
    this.#agents.set(name, agent);
    if (this.#phase === "running") agent.start();
    return this;
  }

  /**
   * Starts every agent, and returns at once.
   *
   * @throws Error when it was started or stopped before, and while the process of an agent imports its
   * class from a file that would start an orchestrator again.
   */
  start(): this {
    refuseWhileLoading();
    if (this.#phase !== "idle") {
      throw new Error("An orchestrator starts once; create a new one.");
    }
    this.#phase = "running";
    this.#holdProcess();
    for (const agent of this.#agents.values()) agent.start();
    this.#endIfOver();
    return this;
  }

  /**
   * Waits for the end that the run mode says.
   *
   * @returns What became of each agent, in the order of their registration.
   * @throws AgentsFailedError when an agent crashed and was not, or no longer, restarted.
   */
  async join(): Promise<readonly AgentStatistics[]> {
    await this.#over.promise;
    const agents = this.statistics();
    if (agents.some(hasFailed)) throw new AgentsFailedError(agents);
    return agents;
  }

  /**
   * Stops every agent in good order: the execution under way is done, `onClose` called, Goodbye said.
   * What takes longer than `stopTimeoutMs` is killed. Idempotent; never rejects.
   *
   * @param reason Why, for people; it goes into the Goodbye. Default: `stopped`.
   * @returns When no process is left.
   */
  stop(reason = "stopped"): Promise<void> {
    if (this.#phase === "idle" || this.#phase === "running") {
      this.#phase = "stopping";
      for (const agent of this.#agents.values()) agent.stop(reason);
      this.#endIfOver();
    }
    return this.#over.promise;
  }

  /** What is known of each agent at this instant, in the order of their registration. */
  statistics(): readonly AgentStatistics[] {
    return [...this.#agents.values()].map((agent) => agent.statistics());
  }

  /** `await using orchestrator = ...` stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #checkNew(name: string): void {
    if (!this.#agents.has(name)) return;
    throw new HeartbeatError("field_invalid", {
      field: "name",
      value: shown(name),
      problem: "is registered already",
      remedy: "give each agent a name of its own",
    });
  }

  #supervise(assignment: StandingAssignment): SupervisedAgent {
    const { clock, random, startProcess } = this.#seams;
    return new SupervisedAgent({
      assignment,
      restart: this.#settings.restart,
      startProcess,
      clock,
      random,
      logger: this.#logger,
      onEnded: () => this.#endIfOver(),
    });
  }

  /** From now on this process lives for its agents, and its signals are theirs. */
  #holdProcess(): void {
    const awake = new StayAwake();
    const deafen = this.#settings.handleSignals
      ? hearSignals(this.#seams.signals, (signal) => this.#onSignal(signal))
      : () => {};
    this.#releaseProcess = () => {
      awake.release();
      deafen();
    };
  }

  /** A second one changes nothing: npm and `timeout` pass on what the terminal has sent already. */
  #onSignal(signal: NodeJS.Signals): void {
    if (this.#phase !== "running") return;
    this.#logger.info(`${signal}: stops its agents`);
    void this.stop(signal);
  }

  #endIfOver(): void {
    if (this.#phase === "over" || !this.#isOver()) return;
    this.#phase = "over";
    this.#releaseProcess();
    this.#over.resolve();
  }

  #isOver(): boolean {
    const all = [...this.#agents.values()];
    if (this.#phase === "idle" || all.some(({ state }) => state.name !== "ended")) return false;
    if (this.#phase === "stopping" || this.#settings.runMode === "once") return true;
    return this.statistics().some(hasFailed);
  }
}
