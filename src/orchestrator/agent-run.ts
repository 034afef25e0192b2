import { type Clock, sleep } from "../clock.ts";
import { messageOf } from "../library/callbacks.ts";
import type { AgentClass } from "./agent-class.ts";
import type { AgentHeartbeat } from "./agent-heartbeat.ts";
import type { Logger } from "./logger.ts";
import type { PeriodicProcessAgent } from "./periodic-process-agent.ts";
import type { Assignment } from "./protocol.ts";
import type { RunEnd } from "./run-end.ts";

/** What a run is made of. */
export interface AgentRunParts {
  readonly assignment: Assignment;
  readonly load: () => Promise<AgentClass>;
  /** Undefined without the heartbeat plugin. */
  readonly heartbeat: Pick<AgentHeartbeat, "start" | "getStatus" | "tell"> | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  /** An execution is done. */
  readonly onRan: () => void;
}

/** One life of an agent, in its own process: setup, executions, close, Goodbye. */
export class AgentRun {
  readonly #parts: AgentRunParts;
  readonly #stop = new AbortController();
  /** Why it is to stop, once it is. */
  #asked: RunEnd | undefined;
  #agent: PeriodicProcessAgent | undefined;

  constructor(parts: AgentRunParts) {
    this.#parts = parts;
  }

  /** The execution under way is the last one. The first end that is asked for counts. */
  stop(end: RunEnd): void {
    this.#asked ??= end;
    this.#stop.abort(new DOMException(this.#asked.reason, "AbortError"));
  }

  /** Lives. Resolves when everything that can be told has been told; never rejects. */
  async live(): Promise<RunEnd> {
    const { heartbeat } = this.#parts;
    heartbeat?.start();
    const end = await this.#work();
    await this.#close();
    await heartbeat?.tell(end);
    return end;
  }

  async #work(): Promise<RunEnd> {
    try {
      this.#agent = await this.#make();
      await this.#agent.setup();
      return await this.#execute(this.#agent);
    } catch (error) {
      return this.#asked ? this.#interrupted(this.#asked, error) : this.#crashed(error);
    }
  }

  #crashed(error: unknown): RunEnd {
    this.#parts.logger.error("crashed:", error);
    return { kind: "crashed", reason: messageOf(error) };
  }

  /** What the signal has interrupted throws, and that is no crash. */
  #interrupted(asked: RunEnd, error: unknown): RunEnd {
    if (error !== this.#stop.signal.reason) this.#parts.logger.warn("while it stopped:", error);
    return asked;
  }

  async #make(): Promise<PeriodicProcessAgent> {
    const { assignment, load, heartbeat, logger } = this.#parts;
    const Class = await load();
    const { name, config } = assignment;
    return new Class({ name, config, logger, plugin: { heartbeat }, signal: this.#stop.signal });
  }

  /** At a steady pace; an execution that took longer than the interval sets a new one. */
  async #execute(agent: PeriodicProcessAgent): Promise<RunEnd> {
    const { assignment, clock, onRan } = this.#parts;
    const { limit, executionIntervalMs } = assignment.config;
    let dueAt = clock.now().mono;
    for (let runs = assignment.runsDone; runs < limit; ) {
      if (this.#asked) return this.#asked;
      await agent.runner();
      onRan();
      if (++runs >= limit) break;
      const now = clock.now().mono;
      dueAt = Math.max(dueAt + executionIntervalMs, now);
      await sleep(clock, dueAt - now, this.#stop.signal);
    }
    return { kind: "completed", reason: `its limit of ${limit} executions is reached` };
  }

  async #close(): Promise<void> {
    try {
      await this.#agent?.onClose();
    } catch (error) {
      this.#parts.logger.error("onClose failed:", error);
    }
  }
}
