import { Activity } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../config.ts";
import { Callbacks } from "../library/callbacks.ts";
import { checkName, ID } from "../library/checks.ts";
import type { OpenChannel } from "./channel.ts";
import { type Farewell, type Leaver, processFarewell } from "./farewell.ts";
import { openGrpcChannel } from "./grpc-channel.ts";
import { Lifecycle } from "./lifecycle.ts";
import { MailIn } from "./mail-in.ts";
import { MailOut } from "./mail-out.ts";
import type { AgentMessage, MessageData, MessageHandler, PublishOptions } from "./message.ts";
import type { ConnectionHealth, HeartbeatAgentOptions } from "./options.ts";
import { registrationOf } from "./registration.ts";
import { RETRY_SUBJECT, readOffer } from "./retry.ts";
import { type AgentSettings, settle } from "./settings.ts";
import { type AgentStateName, sessionOf } from "./state.ts";
import type { AgentTask, ReportedTask, RetryHandler, TaskOptions } from "./task.ts";
import { TaskBook } from "./task-book.ts";
import { VitalsMeter } from "./vitals.ts";

/** How long a Goodbye may take, in ms. */
const CLOSE_BOUND_MS = 2_000;

/** What tests put in the place of the network and the process. */
export interface AgentSeams {
  readonly open?: OpenChannel;
  readonly farewell?: Farewell;
}

/**
 * Tells a Heartbeat monitor that this process lives.
 *
 * ```ts
 * await using agent = new HeartbeatAgent({ agentId: "billing-7" }).start();
 * ```
 *
 * It holds a stream open, beats on it, and opens it again when it breaks. Nothing that happens on the
 * network throws into the program, and the agent does not keep a process alive that has nothing else
 * to do: a program that simply ends says Goodbye on the way (1 s at most), a failed one when its
 * `process.exitCode` is not 0. `process.exit()` cannot be waited for: `await agent.close()` before it,
 * or the monitor sees a dropped connection.
 */
export class HeartbeatAgent implements AsyncDisposable {
  readonly #settings: AgentSettings;
  readonly #farewell: Farewell;
  readonly #tasks: TaskBook;
  readonly #mailIn: MailIn;
  readonly #mailOut: MailOut;
  readonly #lifecycle: Lifecycle;
  #onRetry: RetryHandler | undefined;
  #activity = Activity.UNSPECIFIED;
  #flushQueued = false;

  /**
   * Checks the options; does nothing else until {@link start}.
   *
   * @throws HeartbeatError `field_invalid` that names the option, its value and its limit.
   */
  constructor(options: HeartbeatAgentOptions, seams: AgentSeams = {}) {
    const settings = settle(options);
    const { clock, agentId, log } = settings;
    const callbacks = new Callbacks(log);
    const warn = (message: string) => callbacks.warn(message);
    const meter = settings.vitals ? new VitalsMeter(clock) : undefined;
    this.#settings = settings;
    this.#farewell = seams.farewell ?? processFarewell;
    this.#tasks = new TaskBook(() => this.#flushSoon(), warn);
    this.#mailIn = new MailIn(warn);
    this.#mailOut = new MailOut(() => this.#flushSoon(), warn);
    this.#lifecycle = new Lifecycle({
      settings,
      options,
      callbacks,
      tasks: this.#tasks,
      session: {
        clock,
        agentId,
        open: seams.open ?? openGrpcChannel(settings),
        registration: () => registrationOf(settings, this.#mailIn.subjects),
        tasks: this.#tasks,
        mailIn: this.#mailIn,
        mailOut: this.#mailOut,
        activity: () => this.#activity,
        measure: (lagMs) => meter?.measure(lagMs),
      },
      onEnded: () => this.#onEnded(),
    });
  }

  /** `idle` before the start, then `connecting`, `live`, `waiting`, `closing`, `ended`. */
  get state(): AgentStateName {
    return this.#lifecycle.state.name;
  }

  /**
   * The fencing token from the last Welcome; 0 before the first. Send it along with what you write
   * elsewhere, and let the other side refuse an older one.
   */
  get epoch(): bigint {
    return this.#lifecycle.epoch;
  }

  /**
   * Begins to connect, and returns at once. Harmless when repeated.
   *
   * @throws Error when the agent has ended: an ended agent does not start again, create a new one.
   */
  start(): this {
    if (this.state === "ended") {
      throw new Error("This agent has ended and does not start again; create a new one.");
    }
    if (this.state !== "idle") return this;
    const { signal, handleSignals } = this.#settings;
    if (signal?.aborted) {
      this.#lifecycle.end();
      return this;
    }
    signal?.addEventListener("abort", this.#onAbort);
    this.#farewell.add(this.#leaver, handleSignals);
    this.#lifecycle.connect();
    return this;
  }

  /**
   * Starts a task, or hands out the one of this name that is in flight. At most 256 are reported at a
   * time; one more works as usual and is not reported (`log` is told).
   *
   * @param id 1 to 128 bytes of `[A-Za-z0-9._:/@-]`.
   * @throws HeartbeatError `field_invalid` for an id or a threshold outside its limits.
   */
  task(id: string, options: TaskOptions = {}): AgentTask {
    return this.#tasks.start(checkName("task id", id, ID, limits.idBytes), options);
  }

  /** Tells that the agent waits for work: the thresholds of its tasks rest. Sent at once. */
  idle(): void {
    this.#activity = Activity.IDLE;
    this.#flushSoon();
  }

  /** Tells that the agent is at work. Sent at once. */
  running(): void {
    this.#activity = Activity.RUNNING;
    this.#flushSoon();
  }

  /**
   * Calls `handler` with every message on a subject, from the start on: `*` stands for one token, `>` for
   * one or more at the end. Handlers of an agent are called one after the other, in the order of the
   * messages; one that fails is told to `log`, and harmless.
   *
   * @throws HeartbeatError `field_invalid` for a subject that is none. Error after the start.
   */
  onMessage(subject: string, handler: MessageHandler): this {
    if (this.state !== "idle") {
      throw new Error("Subjects are subscribed to before start(); this agent has started.");
    }
    this.#mailIn.subscribe(subject, handler);
    return this;
  }

  /**
   * Takes up tasks that other agents of this type, or an earlier life of this one, lost, and calls `handler`
   * with each: it works on it from where it was, and ends it. One that throws, or comes back without an end,
   * has FAILED, or is CANCELED if it was to stop. Several may be at work at once. The agent is asked while it
   * is connected and has room; see `TaskOptions.retry` for what is handed on.
   *
   * @throws Error after the start, and when there is a handler already.
   */
  onRetry(handler: RetryHandler): this {
    if (this.#onRetry) throw new Error("This agent has a handler for lost tasks already.");
    this.onMessage(RETRY_SUBJECT, (message) => this.#takeUp(message));
    this.#onRetry = handler;
    return this;
  }

  /**
   * Publishes a message, at most once, to whoever subscribes to its subject in this organization. Text goes
   * as `text/plain; charset=utf-8`, bytes without a type, everything else as `application/json`. What cannot
   * be sent yet waits: at most 256 messages and 1 MiB.
   *
   * @returns To how many it was handed; undefined when nobody knows, because the stream broke before that
   * was told, too much waits, or the agent has ended. Never rejects.
   * @throws HeartbeatError `field_invalid` for a subject that is none, and for more than 32 KiB.
   */
  publish(
    subject: string,
    data: MessageData,
    options: PublishOptions = {},
  ): Promise<number | undefined> {
    return this.#mailOut.publish(subject, data, options);
  }

  /** Sends an extra beat now. Does nothing while there is no stream. */
  beat(): void {
    const { state } = this.#lifecycle;
    if (state.name === "live") state.session.beat();
  }

  /** How the link to the monitor is, at this instant. */
  connectionHealth(): ConnectionHealth {
    return this.#lifecycle.health();
  }

  /**
   * Says Goodbye, waits for its ack (2 s at most) and lets everything go. Tasks that have ended are
   * reported before. Idempotent; never rejects.
   *
   * @param reason Why, for people; cut after 1 KiB. Default: `closed`.
   */
  close(reason = "closed"): Promise<void> {
    return this.#lifecycle.leave(reason, false, CLOSE_BOUND_MS);
  }

  /** As {@link close}, but tells the agent's own death: the monitor calls it DOWN at once. */
  fail(reason: string): Promise<void> {
    return this.#lifecycle.leave(reason, true, CLOSE_BOUND_MS);
  }

  /** `await using agent = ...` closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #leaver: Leaver = {
    leave: (reason, failed, boundMs) => this.#lifecycle.leave(reason, failed, boundMs),
  };

  readonly #onAbort = (): void => void this.close("aborted");

  /** Returns at once: what is worked on holds up no other message. */
  #takeUp(message: AgentMessage): void {
    const task = this.#tasks.takeUp(readOffer(message.text()));
    if (task) void this.#work(task);
  }

  async #work(task: ReportedTask): Promise<void> {
    try {
      await this.#onRetry?.(task);
      task[Symbol.dispose]();
    } catch (error) {
      if (task.signal.aborted) task.cancel();
      else task.fail(error);
    }
  }

  #onEnded(): void {
    this.#mailIn.stop();
    this.#mailOut.stop();
    this.#tasks.letGo();
    this.#settings.signal?.removeEventListener("abort", this.#onAbort);
    this.#farewell.remove(this.#leaver);
  }

  /** All that is told in one turn goes out in one beat. */
  #flushSoon(): void {
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    queueMicrotask(() => {
      this.#flushQueued = false;
      sessionOf(this.#lifecycle.state)?.flush();
    });
  }
}
