import { type Instant, systemClock } from "../clock.ts";
import { limits } from "../config.ts";
import { Engine } from "../engine/engine.ts";
import type { LivenessEvent, OfAgent } from "../events/event.ts";
import { MemoryLog } from "../journal/memory.ts";
import { Callbacks } from "../library/callbacks.ts";
import { checkName, checkText, checkWhole, ID } from "../library/checks.ts";
import type { Slot } from "../monitor/columns.ts";
import { Monitor } from "../monitor/monitor.ts";
import {
  checkBoolean,
  checkHandler,
  type HeartbeatMonitorConfig,
  policyOf,
  settle,
} from "./config.ts";
import { down, suspected, taskStale, taskTimedOut } from "./notices.ts";
import type {
  HeartbeatMonitorOptions,
  RegistrationOptions,
  TimeoutHandler,
  WarningHandler,
} from "./options.ts";
import {
  countTracked,
  discharge,
  enrol,
  inFlight,
  ofEpoch,
  roll,
  statusOf,
  tracked,
} from "./roster.ts";
import type { AgentStatus, InFlightAgent, MonitorStatus } from "./status.ts";

/** Nobody reads the record back: whoever is to know is told as it happens. */
const KEPT_EVENTS = 1;

/**
 * Watches the agents of one process from inside it: the server's engine without the server.
 *
 * An agent is watched for its beats, for its task, or for both, as it is registered. Beats: a warning at
 * the first that is missed, a timeout at `maxMissedBeats`. Task: a warning after `staleAfterMs` without
 * {@link updateActivity}, a timeout after `timeoutAfterMs` of running. After a timeout the agent is no
 * longer tracked; registering it again starts anew.
 *
 * Nothing is judged before {@link start} or after {@link stop}; agents can come and go all the same.
 *
 * ```ts
 * using monitor = new HeartbeatMonitor({ onTimeout: ({ agentId, reason }) => restart(agentId, reason) });
 * monitor.start();
 * monitor.register("indexer", { taskId: "reindex-42" });
 * ```
 */
export class HeartbeatMonitor implements Disposable, AsyncDisposable {
  /** Told of first missed beats and of tasks that stand still. May be assigned at any time. */
  onWarning: WarningHandler | undefined;
  /** Told of agents that are down and of tasks that timed out. May be assigned at any time. */
  onTimeout: TimeoutHandler | undefined;
  /** The settings in force. Frozen. */
  readonly config: HeartbeatMonitorConfig;
  readonly #engine: Engine;
  readonly #callbacks: Callbacks;
  #registrations = 0;

  /**
   * Watches nothing yet: see {@link start}.
   *
   * @throws HeartbeatError `field_invalid` that names the option, its value and its limit.
   */
  constructor(options: HeartbeatMonitorOptions = {}) {
    this.config = settle(options);
    this.onWarning = checkHandler("onWarning", options.onWarning);
    this.onTimeout = checkHandler("onTimeout", options.onTimeout);
    this.#callbacks = new Callbacks(options.log ?? { warn: () => {} });
    const clock = options.clock ?? systemClock;
    this.#engine = new Engine({
      clock,
      monitor: new Monitor(clock.now(), {
        policy: policyOf(this.config),
        // Who is no longer tracked is forgotten by the next check, not before its end is told.
        retentionMs: this.config.checkIntervalMs,
      }),
      log: new MemoryLog(KEPT_EVENTS),
      tickMs: this.config.checkIntervalMs,
    });
    this.#engine.onEvent(({ event }) => this.#tell(event));
  }

  // ---- running --------------------------------------------------------------------------------

  /**
   * Checks everybody at once, and from now on every `checkIntervalMs`. Silence counts from the last
   * beat, also when that was before the start. Harmless when it runs; keeps no process alive.
   */
  start(): void {
    this.#engine.start();
  }

  /**
   * Ends the checks, and with them warnings and timeouts. Who is tracked stays so. Harmless twice.
   */
  stop(): void {
    this.#engine.stop();
  }

  /** Whether it checks. */
  get isRunning(): boolean {
    return this.#engine.isRunning;
  }

  /** The same as {@link stop}. */
  [Symbol.dispose](): void {
    this.stop();
  }

  /** The same as {@link stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
  }

  // ---- what agents do -------------------------------------------------------------------------

  /**
   * Tracks an agent; registering is its first beat. One that is tracked already starts anew: missed
   * beats, warnings, pause, idleness and its former task are forgotten.
   *
   * @param agentId 1 to 128 bytes of `[A-Za-z0-9._:/@-]`
   * @throws HeartbeatError `field_invalid` for a value outside its limits, `agents_full` for agent
   * number 1,000,001.
   */
  register(agentId: string, options: RegistrationOptions = {}): void {
    const { agentType = "", taskId, beats = taskId === undefined } = options;
    const registration = {
      agentId: checkName("agentId", agentId, ID, limits.idBytes),
      agentType: checkText("agentType", agentType, limits.agentTypeBytes),
      taskId: taskId === undefined ? undefined : checkName("taskId", taskId, ID, limits.idBytes),
      beats: checkBoolean("beats", beats),
      life: ++this.#registrations,
    };
    this.#engine.run((monitor, now) => enrol(monitor, registration, now));
  }

  /**
   * The agent lives. Takes back what it has missed; is no activity of its task, since an agent can beat
   * while its task hangs.
   *
   * @returns false for an agent that is not tracked
   */
  beat(agentId: string): boolean {
    return this.#on(agentId, (monitor, slot, now) => monitor.beat(slot, now));
  }

  /**
   * The agent's task moves on, and the agent with it: a beat, and the end of its being idle.
   *
   * @returns false for an agent that is not tracked
   */
  updateActivity(agentId: string): boolean {
    return this.#on(agentId, (monitor, slot, now) => {
      monitor.beat(slot, now);
      monitor.setIdle(slot, false, now);
      monitor.touchTasks(slot, now);
    });
  }

  /**
   * The agent has nothing to do: the thresholds of its task rest until {@link updateActivity}. Beats,
   * where they are expected of it, still are.
   *
   * @returns false for an agent that is not tracked
   */
  markIdle(agentId: string): boolean {
    return this.#on(agentId, (monitor, slot, now) => monitor.setIdle(slot, true, now));
  }

  /**
   * The agent is done: it is no longer tracked, and nothing more is told of it.
   *
   * @returns false for an agent that is not tracked
   */
  unregister(agentId: string): boolean {
    return this.#on(agentId, discharge);
  }

  // ---- what operators do ----------------------------------------------------------------------

  /**
   * Nothing of the agent is judged until {@link resume}: it waits for a person, say. A pause always
   * ends, so that nobody is forgotten in it.
   *
   * @param forMs when it ends by itself, in milliseconds: 1,000 to 2,592,000,000. Default: the longest,
   * 30 days. Pausing a paused agent sets this anew.
   * @returns false for an agent that is not tracked
   * @throws HeartbeatError `field_invalid`
   */
  pause(agentId: string, forMs: number = limits.pauseMs.max): boolean {
    const checkedMs = checkWhole("forMs", forMs, limits.pauseMs);
    return this.#on(agentId, (monitor, slot, now) =>
      monitor.pause(slot, now.mono + checkedMs, "", now),
    );
  }

  /**
   * Ends a pause. The silence starts anew and missed beats are forgotten; the thresholds of its task
   * move by the length of the pause.
   *
   * @returns whether there was a pause to end
   */
  resume(agentId: string): boolean {
    let wasPaused = false;
    this.#on(agentId, (monitor, slot, now) => {
      wasPaused = monitor.resume(slot, now);
    });
    return wasPaused;
  }

  // ---- what is asked --------------------------------------------------------------------------

  /** One agent; undefined when it is not tracked. Missed beats are as of the last check. */
  status(agentId: string): AgentStatus | undefined {
    const { monitor } = this.#engine;
    const slot = tracked(monitor, agentId);
    return slot === undefined ? undefined : statusOf(monitor, slot, this.#engine.now());
  }

  /** Every tracked agent by its id, in order of the ids. */
  allStatus(): ReadonlyMap<string, AgentStatus> {
    const { monitor } = this.#engine;
    const now = this.#engine.now();
    const statuses = new Map<string, AgentStatus>();
    for (const [agentId, slot] of roll(monitor))
      statuses.set(agentId, statusOf(monitor, slot, now));
    return statuses;
  }

  /** The monitor as a whole. */
  monitorStatus(): MonitorStatus {
    const agents = [...roll(this.#engine.monitor).keys()];
    const { isRunning: running, config } = this;
    return { running, agentsMonitoring: agents.length, agents, config };
  }

  /** The agents that have a task in flight, in the order in which they were registered. */
  inFlightAgents(): InFlightAgent[] {
    return inFlight(this.#engine.monitor, this.#engine.now());
  }

  /** How many agents are tracked. */
  get registeredCount(): number {
    return countTracked(this.#engine.monitor);
  }

  /** How many of them have missed no beat. */
  get healthyCount(): number {
    return this.#engine.monitor.population("alive");
  }

  // ---------------------------------------------------------------------------------------------

  /** Runs a command on a tracked agent; false for a stranger. */
  #on(agentId: string, command: (monitor: Monitor, slot: Slot, now: Instant) => void): boolean {
    return this.#engine.run((monitor, now) => {
      const slot = tracked(monitor, agentId);
      if (slot === undefined) return false;
      command(monitor, slot, now);
      return true;
    });
  }

  #tell(event: LivenessEvent): void {
    switch (event.type) {
      case "suspected":
        return this.#callbacks.call("onWarning", this.onWarning, suspected(event));
      case "task_stale":
        return this.#callbacks.call("onWarning", this.onWarning, taskStale(event));
      case "down":
        return this.#callbacks.call("onTimeout", this.onTimeout, down(event, this.#lost(event)));
      case "task_timed_out":
        // First: to the handler the agent is gone already, as one that is down is.
        this.#letGo(event);
        return this.#callbacks.call("onTimeout", this.onTimeout, taskTimedOut(event));
    }
  }

  /** Ends the tracking of an agent, unless it was registered again since. */
  #letGo({ agentId, epoch }: OfAgent): void {
    this.#engine.run((monitor, now) => {
      const slot = ofEpoch(monitor, agentId, epoch);
      if (slot !== undefined) discharge(monitor, slot, now);
    });
  }

  /** The task that an agent takes along when it goes down. */
  #lost({ agentId, epoch, at }: OfAgent): string | undefined {
    const { monitor } = this.#engine;
    const slot = ofEpoch(monitor, agentId, epoch);
    return slot === undefined ? undefined : monitor.tasks.list(slot, at).at(0)?.taskId;
  }
}
