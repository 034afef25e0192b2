import type { Logger } from "pino";
import type { Clock, Instant } from "../clock.ts";
import { attempt, type Outcome } from "./attempt.ts";
import type { Channel } from "./channel.ts";
import { Circuit } from "./circuit.ts";
import type { ChannelReport, TestReport } from "./delivering.ts";
import type { Waiting } from "./delivery.ts";
import type { AlertSnapshot, Notification } from "./notification.ts";
import { LONGEST_REST_MS, type Outbox } from "./outbox.ts";

export interface LaneParts {
  readonly clock: Clock;
  /** The monitor's own time, by which deliveries are due. */
  readonly now: () => Instant;
  readonly outbox: Outbox;
  readonly log: Logger;
  /** What fires, as far as it was told to the channel. */
  readonly firing: (channel: string) => Iterable<AlertSnapshot>;
  /** An attempt has ended: there may be more to send, and there is something to keep. */
  readonly onSettled: () => void;
}

/** Messages of one channel under way at once. */
const AT_ONCE = 4;
/** How often a channel whose other side forgets is told again what fires. */
const REFRESH_MS = 60_000;

/** One channel's way out. Whatever its other side does, no other channel waits for it. */
export class Lane {
  readonly channel: Channel;
  readonly #parts: LaneParts;
  readonly #circuit = new Circuit();
  readonly #attempts = new Map<Promise<void>, AbortController>();
  #test: Promise<TestReport> | undefined;
  #refreshing = false;
  #refreshAt: number;
  #stopped = false;
  #deliveredTotal = 0;
  #failuresTotal = 0;
  #lastError = "";
  #lastAttemptAt: number | undefined;

  constructor(channel: Channel, parts: LaneParts) {
    this.channel = channel;
    this.#parts = parts;
    this.#refreshAt = parts.now().mono;
  }

  /** Begins to send what is due, as far as there is room. Never throws. */
  send(keptOrder: number): void {
    const { outbox, now } = this.#parts;
    while (!this.#stopped && !this.#refreshing) {
      const at = now();
      if (this.#attempts.size >= this.#circuit.room(at.mono, AT_ONCE)) return;
      if (this.#isRefreshDue(at)) return this.#refresh();
      const waiting = outbox.next(this.channel.name, keptOrder, at);
      if (!waiting) return;
      outbox.begin(waiting.id);
      this.#begin((signal) => this.#deliver(waiting, signal));
    }
  }

  /** When there is something to do next, on the monitor's clock; undefined before an attempt has ended. */
  nextAt(keptOrder: number): number | undefined {
    const { outbox, now } = this.#parts;
    const rests = this.#circuit.restsUntil;
    const isProbing = !this.#circuit.isClosed && rests === undefined;
    const busy = this.#attempts.size;
    if (this.#stopped || this.#refreshing || isProbing) return undefined;
    if (busy >= (rests === undefined ? AT_ONCE : 1)) return undefined;
    if (busy > 0 && this.#isRefreshDue(now())) return undefined;
    const due = outbox.nextDueAt(this.channel.name, keptOrder) ?? Number.POSITIVE_INFINITY;
    const refresh = this.channel.refresh ? this.#refreshAt : Number.POSITIVE_INFINITY;
    return Math.max(Math.min(due, refresh), rests ?? 0);
  }

  /** Sends a message at once, whatever waits; one that asks meanwhile gets the same answer. */
  test(notification: Notification): Promise<TestReport> {
    const { clock } = this.#parts;
    const began = clock.preciseMs();
    if (this.#stopped) return Promise.resolve(reportOf({ name: "aborted" }, 0));
    this.#test ??= (async () => {
      let outcome: Outcome = { name: "aborted" };
      await this.#begin(async (signal) => {
        outcome = await this.#attempt((until) => this.channel.send(notification, until), signal);
      });
      this.#test = undefined;
      return reportOf(outcome, clock.preciseMs() - began);
    })();
    return this.#test;
  }

  /** Somebody wants a message tried, whatever the channel did before. */
  hurry(): void {
    this.#circuit.hurry(this.#parts.now().mono);
  }

  report(): ChannelReport {
    const { name, kind, target } = this.channel;
    return {
      name,
      kind,
      target,
      ...this.#parts.outbox.counts(name),
      deliveredTotal: this.#deliveredTotal,
      failuresTotal: this.#failuresTotal,
      lastError: this.#lastError,
      lastAttemptAt: this.#lastAttemptAt,
    };
  }

  /** Gives up what is under way, without blame. Resolves when nothing is. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const controller of this.#attempts.values()) controller.abort();
    await Promise.all(this.#attempts.keys());
  }

  #isRefreshDue(at: Instant): boolean {
    return this.channel.refresh !== undefined && at.mono >= this.#refreshAt;
  }

  /** Alone: a message that something is over, sent meanwhile, could arrive before its refresh. */
  #refresh(): void {
    if (this.#attempts.size > 0) return;
    const { now, firing } = this.#parts;
    this.#refreshAt = now().mono + REFRESH_MS;
    const { name } = this.channel;
    const [any] = firing(name);
    if (!any) return this.#parts.onSettled();
    this.#refreshing = true;
    this.#begin(async (signal) => {
      await this.#attempt(async (until) => this.channel.refresh?.(firing(name), until), signal);
      this.#refreshing = false;
    });
  }

  async #deliver({ id, notification, channel }: Waiting, signal: AbortSignal): Promise<void> {
    const { outbox, now, log } = this.#parts;
    const outcome = await this.#attempt((until) => this.channel.send(notification, until), signal);
    if (outcome.name === "aborted") return outbox.putBack(id);
    if (outcome.name === "taken") {
      this.#deliveredTotal++;
      outbox.succeed(id, now());
      log.debug({ channel, delivery: id }, "an alert was delivered");
      return;
    }
    outbox.fail(id, outcome.failure, now());
    if (outbox.isDead(id)) {
      const { message: error } = outcome.failure;
      log.error({ channel, delivery: id, error }, "an alert was given up; it can be sent again");
    }
  }

  /** Keeps count of something that is under way. */
  #begin(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#circuit.begin();
    const attempt = work(controller.signal).finally(() => {
      this.#attempts.delete(attempt);
      this.#parts.onSettled();
    });
    this.#attempts.set(attempt, controller);
    return attempt;
  }

  async #attempt(act: (signal: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<Outcome> {
    const outcome = await attempt(this.#parts.clock, act, stop);
    this.#note(outcome);
    return outcome;
  }

  /** What an attempt says of the channel as a whole. */
  #note(outcome: Outcome): void {
    const { now, outbox, log } = this.#parts;
    const { mono, wall } = now();
    const channel = this.channel.name;
    if (outcome.name === "aborted") return this.#circuit.putBack(mono);
    this.#lastAttemptAt = wall;
    const failed = this.#lastError !== "";
    if (outcome.name === "failed") {
      const { message: error, permanent, retryAfterMs = 0 } = outcome.failure;
      this.#failuresTotal++;
      this.#lastError = error;
      const level = failed ? "debug" : "warn";
      log[level]({ channel, error, permanent }, "an alert could not be delivered");
      if (!permanent) {
        this.#circuit.fail(mono, Math.min(retryAfterMs, LONGEST_REST_MS));
        return;
      }
    } else {
      this.#lastError = "";
      if (failed) log.info({ channel }, "alerts are delivered again");
    }
    if (!this.#circuit.isClosed) outbox.hasten(channel);
    this.#circuit.succeed();
  }
}

function reportOf(outcome: Outcome, tookMs: number): TestReport {
  if (outcome.name === "taken") return { delivered: true, error: "", tookMs };
  const error = outcome.name === "failed" ? outcome.failure.message : "the server stops";
  return { delivered: false, error, tookMs };
}
