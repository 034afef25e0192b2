import type { Clock } from "../clock.ts";
import type { AgentProcess, StartProcess } from "./agent-process.ts";
import type { StandingAssignment } from "./assignment.ts";
import type { HeartbeatStatus } from "./heartbeat-status.ts";
import type { Logger } from "./logger.ts";
import type { FromAgent } from "./protocol.ts";
import { type RestartSettings, Restarts } from "./restart.ts";
import type { RunEnd } from "./run-end.ts";
import type { AgentStatistics } from "./statistics.ts";
import { mayFollow, type SupervisedState } from "./supervised-state.ts";

/** What a supervised agent is made of. */
export interface SupervisedAgentParts {
  readonly assignment: StandingAssignment;
  readonly restart: RestartSettings;
  readonly startProcess: StartProcess;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** The agent has ended for good. */
  readonly onEnded: () => void;
}

/** One agent over all of its processes: starts them, restarts them, stops them, and counts. */
export class SupervisedAgent {
  readonly #parts: SupervisedAgentParts;
  readonly #restarts: Restarts;
  #state: SupervisedState = { name: "idle" };
  #starts = 0;
  #runs = 0;
  /** Of the executions, those that count towards the limit. */
  #runsDone = 0;
  /** What the present process has told of its end. */
  #told: RunEnd | undefined;
  #lastEnd: string | undefined;
  #heartbeat: HeartbeatStatus | undefined;

  constructor(parts: SupervisedAgentParts) {
    this.#parts = parts;
    this.#restarts = new Restarts(parts.restart, parts.random);
  }

  get state(): SupervisedState {
    return this.#state;
  }

  statistics(): AgentStatistics {
    const state = this.#state;
    return Object.freeze({
      name: this.#parts.assignment.name,
      state: state.name,
      pid: "process" in state ? state.process.pid : undefined,
      outcome: "outcome" in state ? state.outcome : undefined,
      runs: this.#runs,
      restarts: Math.max(0, this.#starts - 1),
      attempts: this.#restarts.attempts,
      lastEnd: this.#lastEnd,
      heartbeat: this.#heartbeat,
    });
  }

  /** Starts a process: from idle, or after a wait. */
  start(): void {
    const { assignment, startProcess, clock } = this.#parts;
    this.#starts++;
    this.#told = undefined;
    const process = startProcess(assignment.name, {
      onMessage: (message) => this.#onMessage(message),
      onExit: (how) => this.#onExit(how),
    });
    this.#setState({ name: "running", process, since: clock.now().mono });
    process.send({ kind: "start", assignment: { ...assignment, runsDone: this.#runsDone } });
  }

  /** Tells the process to stop, and kills it when that takes too long. Harmless when repeated. */
  stop(reason: string): void {
    const state = this.#state;
    if (state.name === "stopping" || state.name === "ended") return;
    if (state.name !== "running") {
      return this.#setState({ name: "ended", outcome: { kind: "stopped", reason } });
    }
    const { process } = state;
    const { clock, assignment } = this.#parts;
    const timer = clock.after(assignment.stopTimeoutMs, () => this.#onStopTimeout(process));
    this.#setState({ name: "stopping", process, timer, reason });
    process.send({ kind: "stop", reason });
  }

  /** The one place where the state changes. What the old state held and the new does not is let go. */
  #setState(next: SupervisedState): void {
    const from = this.#state;
    if (!mayFollow(from.name, next.name)) {
      throw new Error(`no way from ${from.name} to ${next.name}`);
    }
    this.#state = next;
    if ("timer" in from) from.timer.cancel();
    if (next.name === "ended") this.#parts.onEnded();
  }

  #onMessage(message: FromAgent): void {
    if (message.kind === "ran") {
      this.#runs++;
      this.#runsDone++;
    } else {
      this.#told = message.end;
      this.#heartbeat = message.heartbeat;
    }
  }

  #onExit(how: string): void {
    const state = this.#state;
    const end: RunEnd = this.#told ?? { kind: "crashed", reason: how };
    this.#lastEnd = end.reason;
    if (state.name === "stopping") {
      const { reason } = state;
      this.#setState({ name: "ended", outcome: { kind: "stopped", reason } });
    } else if (state.name === "running") {
      this.#follow(end, this.#parts.clock.now().mono - state.since);
    }
  }

  /** A process has ended by itself. */
  #follow(end: RunEnd, upMs: number): void {
    const { logger, clock, assignment } = this.#parts;
    const verdict = this.#restarts.afterEnd(end, upMs);
    // A crash does not make the ten executions that were asked for more than ten.
    if (end.kind !== "crashed") this.#runsDone = 0;
    if (verdict.kind === "restart") {
      const timer = clock.after(verdict.waitMs, () => this.start());
      this.#setState({ name: "waiting", timer });
      logger.warn(`${assignment.name}: ${end.reason}; restarts in ${verdict.waitMs} ms`);
      return;
    }
    const { outcome } = verdict;
    const words = `${assignment.name} ${outcome.kind}: ${outcome.reason}`;
    if (outcome.kind === "failed") logger.error(words);
    else logger.info(words);
    this.#setState({ name: "ended", outcome });
  }

  #onStopTimeout(process: AgentProcess): void {
    const { logger, assignment } = this.#parts;
    logger.warn(`${assignment.name} has not stopped in ${assignment.stopTimeoutMs} ms: killed`);
    process.kill();
  }
}
