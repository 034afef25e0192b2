import { create } from "@bufbuild/protobuf";
import { type Duration, durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  type RetryPolicy,
  type TaskRetry,
  TaskState,
  type TaskUpdate,
  TaskUpdateSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../config.ts";
import { type MaybeAsync, messageOf } from "../library/callbacks.ts";
import { checkWhole, cut } from "../library/checks.ts";
import { declareRetry, type RetryOptions } from "./retry.ts";

/** What a task is told at its start. */
export interface TaskOptions {
  /** STALE after this long without activity, in ms. 100 to 30 days. Default: the policy's. */
  readonly staleAfterMs?: number;
  /** TIMED_OUT after this long of running, in ms. 100 to 30 days. Default: the policy's. */
  readonly timeoutAfterMs?: number;
  /** What the next attempt would need; at most 4 KiB. Default: empty. */
  readonly detail?: string | Uint8Array;
  /** How it is handed on when it times out or this agent is lost. Default: the policy's. */
  readonly retry?: RetryOptions;
}

/**
 * One piece of work, watched apart from its agent: an agent that beats while its task hangs is found.
 *
 * Every call is sent at once, together with the others of the same turn of the event loop. After a
 * reconnect, tasks in flight are reported again. None of the calls throws; after the end, all do
 * nothing. A detail of more than 4 KiB is left out (`log` is told), a longer error is cut.
 *
 * With `await using task = agent.task("import-42")`, a task that leaves its scope without an end has
 * FAILED: that is what an exception on the way means. When an operator had canceled it, it is
 * CANCELED. So call `succeed()` last.
 */
export interface AgentTask extends AsyncDisposable, Disposable {
  /** As it was given to `agent.task()`. */
  readonly id: string;
  /** Whether `succeed`, `fail` or `cancel` has been called. */
  readonly ended: boolean;
  /**
   * Aborted with an AbortError when an operator cancels the task, when it was handed on to another agent, and
   * when another process takes the agent's name: stop working on it, then call `cancel()`.
   */
  readonly signal: AbortSignal;
  /** Tells how far it is, 0 to 1 (held to these bounds; NaN keeps what was), and what it would need. */
  progress(fraction: number, detail?: string | Uint8Array): void;
  /** Tells that it moves, where there is no progress to tell. */
  activity(): void;
  /** It ended well. */
  succeed(): void;
  /** It ended badly; a text or error of at most 1 KiB. */
  fail(error: unknown): void;
  /** It was given up. */
  cancel(): void;
}

/** A task that another agent, or an earlier life of this one, lost: taken up already. */
export interface RetriedTask extends AgentTask {
  /** Which attempt this is: 2 is the first after the first failed. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /**
   * The fencing token of this attempt, greater than that of each before: send it along with what the task
   * writes elsewhere, and let the other side refuse an older one.
   */
  readonly epoch: bigint;
  /** How far it was, 0 to 1, as last told. */
  readonly progressBefore: number;
  /** What the attempt before told of it for this one; empty when it told nothing. */
  readonly detailBefore: Uint8Array;
  /** The agent that had it last. */
  readonly fromAgentId: string;
  /** Why it is handed on. */
  readonly reason: string;
}

export type RetryHandler = (task: RetriedTask) => MaybeAsync;

/** What a task says to the book that reports it. */
export interface TaskOwner {
  /** There is something new to report. */
  changed(task: ReportedTask): void;
  /** This is the last report. */
  ended(task: ReportedTask, last: TaskUpdate): void;
  warn(message: string): void;
}

/** The task with the side that the book sees. */
export class ReportedTask implements RetriedTask {
  readonly id: string;
  /** Undefined for a task of the agent's own. */
  readonly #offer: TaskRetry | undefined;
  readonly #owner: TaskOwner;
  readonly #abort = new AbortController();
  readonly #staleAfter: Duration | undefined;
  readonly #timeoutAfter: Duration | undefined;
  readonly #retry: RetryPolicy | undefined;
  #detail = new Uint8Array();
  #progress = 0;
  #ended = false;

  constructor(id: string, options: TaskOptions, owner: TaskOwner, offer?: TaskRetry) {
    const { staleAfterMs, timeoutAfterMs, detail, retry } = options;
    this.#offer = offer;
    this.#retry = declareRetry("retry", retry);
    this.id = id;
    this.#owner = owner;
    this.#staleAfter = threshold("staleAfterMs", staleAfterMs);
    this.#timeoutAfter = threshold("timeoutAfterMs", timeoutAfterMs);
    if (detail !== undefined) this.#setDetail(detail);
  }

  get ended(): boolean {
    return this.#ended;
  }

  get attempt(): number {
    return this.#offer?.attempt ?? 1;
  }

  get maxAttempts(): number {
    return this.#offer?.maxAttempts ?? 1;
  }

  /** What the server calls this attempt: 0 for a task of the agent's own. */
  get epoch(): bigint {
    return this.#offer?.epoch ?? 0n;
  }

  get progressBefore(): number {
    return this.#offer?.progress ?? 0;
  }

  get detailBefore(): Uint8Array {
    return this.#offer?.detail ?? new Uint8Array();
  }

  get fromAgentId(): string {
    return this.#offer?.fromAgentId ?? "";
  }

  get reason(): string {
    return this.#offer?.reason ?? "";
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  progress(fraction: number, detail?: string | Uint8Array): void {
    if (this.#ended) return;
    if (!Number.isNaN(fraction)) this.#progress = Math.min(1, Math.max(0, Number(fraction) || 0));
    if (detail !== undefined) this.#setDetail(detail);
    this.#owner.changed(this);
  }

  activity(): void {
    if (!this.#ended) this.#owner.changed(this);
  }

  succeed(): void {
    this.#progress = this.#ended ? this.#progress : 1;
    this.#end(TaskState.SUCCEEDED);
  }

  fail(error: unknown): void {
    this.#end(TaskState.FAILED, messageOf(error));
  }

  cancel(): void {
    this.#end(TaskState.CANCELED);
  }

  [Symbol.dispose](): void {
    if (this.signal.aborted) this.cancel();
    else this.fail("left its scope without an end");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  /** Asks whoever works on it to stop. */
  abort(reason: string): void {
    this.#abort.abort(new DOMException(reason, "AbortError"));
  }

  /** The whole of what is to be said: an update that has been lost costs nothing. */
  report(state: TaskState, error = ""): TaskUpdate {
    return create(TaskUpdateSchema, {
      taskId: this.id,
      state,
      progress: this.#progress,
      detail: this.#detail,
      staleAfter: this.#staleAfter,
      timeoutAfter: this.#timeoutAfter,
      retry: this.#retry,
      epoch: this.epoch,
      error: cut(error, limits.sentenceBytes),
    });
  }

  #end(state: TaskState, error?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#owner.ended(this, this.report(state, error));
  }

  #setDetail(detail: string | Uint8Array): void {
    const bytes = typeof detail === "string" ? new TextEncoder().encode(detail) : detail.slice();
    if (bytes.length <= limits.taskDetailBytes) this.#detail = bytes;
    else {
      this.#owner.warn(
        `task ${this.id}: a detail of ${bytes.length} bytes is left out, more than ${limits.taskDetailBytes} are not kept`,
      );
    }
  }
}

function threshold(field: string, spanMs: number | undefined): Duration | undefined {
  if (spanMs === undefined) return undefined;
  return durationFromMs(checkWhole(field, spanMs, limits.taskThresholdMs));
}
