import { create } from "@bufbuild/protobuf";
import {
  type Directive,
  GoodbyeSchema,
  type Welcome,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../config.ts";
import type { Callbacks } from "../library/callbacks.ts";
import { cut } from "../library/checks.ts";
import { Backoff } from "./backoff.ts";
import type { ChannelEnd } from "./channel.ts";
import { type AgentDirective, readDirective } from "./directives.ts";
import type { ConnectionHealth, HeartbeatAgentOptions, SupersededBy } from "./options.ts";
import { assumedPolicy, type PolicyInForce, readPolicy, timeoutMs } from "./policy.ts";
import { Pulse } from "./pulse.ts";
import { pushbackWaitMs } from "./pushback.ts";
import { firstBeatInMs, Session, type SessionContext, type SessionEvents } from "./session.ts";
import type { AgentSettings } from "./settings.ts";
import { type AgentState, mayFollow, sessionOf } from "./state.ts";
import type { TaskBook } from "./task-book.ts";
import { judge, tell } from "./verdict.ts";

/** What a lifecycle is made of. */
export interface LifecycleParts {
  readonly settings: AgentSettings;
  readonly options: HeartbeatAgentOptions;
  readonly callbacks: Callbacks;
  readonly tasks: TaskBook;
  /** What every session needs and does not change from one to the next. */
  readonly session: Omit<SessionContext, "epoch" | "events">;
  /** The agent has ended, for whatever reason. */
  readonly onEnded: () => void;
}

/** From one stream to the next, until the end: the agent's state, and all that changes it. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #backoff: Backoff;
  readonly #pulse: Pulse;

  #state: AgentState = { name: "idle" };
  #policy: PolicyInForce = assumedPolicy;
  #epoch = 0n;
  /** Attempts since the stream was last up, without those that the server put off. */
  #attempts = 0;
  #wasLive = false;
  #supersededBy: SupersededBy | undefined;

  constructor(parts: LifecycleParts) {
    const { backoff, random, clock } = parts.settings;
    this.#parts = parts;
    this.#backoff = new Backoff(backoff, random);
    this.#pulse = new Pulse(clock, (silentMs) => this.#onLeaseLost(silentMs));
  }

  get state(): AgentState {
    return this.#state;
  }

  get epoch(): bigint {
    return this.#epoch;
  }

  health(): ConnectionHealth {
    return this.#pulse.health(this.#state.name === "live", this.#attempts);
  }

  /** Opens a stream: from idle, after a wait, or at once after one that the server asked back. */
  connect(): void {
    const { settings, session: context } = this.#parts;
    const { clock, connectTimeoutMs } = settings;
    this.#attempts++;
    this.#supersededBy = undefined;
    const session = new Session({ ...context, epoch: this.#epoch, events: this.#events });
    const timer = clock.after(connectTimeoutMs, () =>
      this.#onEnd({ by: "network", message: `no Welcome within ${connectTimeoutMs} ms` }),
    );
    this.#setState({ name: "connecting", session, timer });
  }

  /** Says Goodbye, if there is a stream to say it on, and ends. Resolves when it has ended. */
  leave(reason: string, failed: boolean, boundMs: number): Promise<void> {
    const state = this.#state;
    if (state.name === "closing") return state.done.promise;
    if (state.name !== "connecting" && state.name !== "live") {
      this.end();
      return Promise.resolve();
    }
    const { session } = state;
    const done = Promise.withResolvers<void>();
    const timer = this.#parts.settings.clock.after(boundMs, () => this.end());
    this.#pulse.lease.stop();
    this.#setState({ name: "closing", session, timer, done });
    const words = cut(reason, limits.sentenceBytes);
    session.sayGoodbye(create(GoodbyeSchema, { reason: words, failed }));
    return done.promise;
  }

  /** Ends without a word. Harmless when repeated. */
  end(): void {
    if (this.#state.name === "ended") return;
    this.#setState({ name: "ended" });
    this.#pulse.lease.stop();
    this.#parts.onEnded();
  }

  /** The one place where the state changes. What the old state held and the new does not is let go. */
  #setState(next: AgentState): void {
    const from = this.#state;
    if (!mayFollow(from.name, next.name)) {
      throw new Error(`no way from ${from.name} to ${next.name}`);
    }
    this.#state = next;
    if ("timer" in from) from.timer.cancel();
    const session = sessionOf(from);
    if (session !== sessionOf(next)) session?.abandon();
    if (from.name === "closing") from.done.resolve();
  }

  /** What a session tells counts only while it is the present one. */
  readonly #events: SessionEvents = {
    onAck: (session, ack) => this.#holds(session) && this.#pulse.acked(ack),
    onWelcome: (session, welcome) => this.#holds(session) && this.#onWelcome(session, welcome),
    onDirective: (session, sent) => this.#holds(session) && this.#onDirective(session, sent),
    onEnd: (session, end) => this.#holds(session) && this.#onEnd(end),
  };

  #holds(session: Session): boolean {
    return sessionOf(this.#state) === session;
  }

  #onWelcome(session: Session, welcome: Welcome): void {
    if (this.#state.name !== "connecting") return;
    const { callbacks, options, settings } = this.#parts;
    const { epoch, resumed } = welcome;
    const attempts = this.#attempts;
    const again = this.#wasLive;
    this.#epoch = epoch;
    this.#attempts = 0;
    this.#wasLive = true;
    this.#setPolicy(readPolicy(welcome.policy, this.#policy));
    this.#setState({ name: "live", session, since: settings.clock.now().mono });
    const policy = this.#policy;
    session.beatEvery(policy.intervalMs, firstBeatInMs(welcome, policy.intervalMs));
    if (again) {
      callbacks.call("onReconnect", options.onReconnect, { attempts, resumed, epoch });
    } else {
      callbacks.call("onWelcome", options.onWelcome, { epoch, resumed, policy });
    }
  }

  #onDirective(session: Session, sent: Directive): void {
    const directive = readDirective(sent, this.#policy);
    if (directive === undefined || this.#state.name !== "live") return;
    this.#obey(session, directive);
    this.#parts.callbacks.call("onDirective", this.#parts.options.onDirective, directive);
  }

  #obey(session: Session, directive: AgentDirective): void {
    switch (directive.kind) {
      case "set-policy":
        this.#setPolicy(directive.policy);
        session.changeInterval(directive.policy.intervalMs);
        break;
      case "reconnect":
        session.leaveIn(Math.floor(this.#parts.settings.random() * directive.withinMs));
        break;
      case "cancel-task":
        this.#parts.tasks.cancel(directive.taskId, directive.reason, directive.epoch);
        break;
      case "superseded":
        this.#supersededBy = { epoch: directive.epoch, instanceId: directive.instanceId };
        break;
    }
  }

  #setPolicy(policy: PolicyInForce): void {
    this.#policy = policy;
    this.#pulse.lease.allow(timeoutMs(policy));
  }

  /** The program is told. A stream that is open all the same is half-open, and is given up. */
  #onLeaseLost(silentMs: number): void {
    const { callbacks, options } = this.#parts;
    callbacks.call("onLeaseLost", options.onLeaseLost, { silentMs, epoch: this.#epoch });
    if (this.#state.name !== "live") return;
    this.#onEnd({ by: "network", message: `no ack for ${silentMs} ms` });
  }

  /** The present stream, or the attempt at one, is over. */
  #onEnd(end: ChannelEnd): void {
    if (this.#state.name === "closing") return this.end();
    switch (judge(end, this.#supersededBy !== undefined)) {
      case "superseded":
        return this.#onSuperseded();
      case "refused":
        return this.#onRefused(end);
      case "deferred":
        return this.#onDeferred(end);
      case "reconnect":
        return this.#onLost(tell(end));
    }
  }

  #onSuperseded(): void {
    const { callbacks, options, tasks } = this.#parts;
    const by = this.#supersededBy ?? { epoch: undefined, instanceId: undefined };
    this.end();
    tasks.abortAll("another process took the agent's name");
    callbacks.warn("this agent has ended: another process took its name");
    callbacks.call("onSuperseded", options.onSuperseded, by);
  }

  #onRefused(end: ChannelEnd): void {
    const { callbacks, options } = this.#parts;
    this.end();
    if (end.by !== "server") return;
    const { status, code, message } = end;
    callbacks.warn(`this agent was refused and has ended (${tell(end)})`);
    callbacks.call("onError", options.onError, { status, code, message });
  }

  /** The server asks to come back later: no failure, and no reason to wait longer and longer. */
  #onDeferred(end: ChannelEnd): void {
    if (end.by !== "server" || end.pushbackMs === undefined) return;
    const { callbacks, settings } = this.#parts;
    const waitMs = pushbackWaitMs(end.pushbackMs, settings.random);
    if (this.#state.name === "connecting") this.#attempts--;
    this.#wait(waitMs);
    callbacks.warn(`the server asks to come back in ${end.pushbackMs} ms (${tell(end)})`);
  }

  #onLost(reason: string): void {
    const { callbacks, options, settings } = this.#parts;
    const { clock, maxReconnectAttempts } = settings;
    const attempts = this.#attempts;
    if (attempts >= maxReconnectAttempts) {
      this.end();
      callbacks.warn(`this agent has given up after ${attempts} attempts (${reason})`);
      return callbacks.call("onGaveUp", options.onGaveUp, { attempts, reason });
    }
    const waitMs = this.#waitMs(clock.now().mono);
    if (waitMs === 0) this.connect();
    else this.#wait(waitMs);
    callbacks.warn(`the stream is lost (${reason}); next attempt in ${waitMs} ms`);
  }

  #wait(waitMs: number): void {
    const timer = this.#parts.settings.clock.after(waitMs, () => this.connect());
    this.#setState({ name: "waiting", timer });
  }

  /** Until the next attempt. A stream that the server asked back ends at an instant already drawn. */
  #waitMs(now: number): number {
    if (this.#state.name !== "live") return this.#backoff.afterLoss(0);
    const { since, session } = this.#state;
    if (session.leaveAt === undefined) return this.#backoff.afterLoss(now - since);
    return Math.max(session.leaveAt - now, this.#backoff.afterRequest(now - since));
  }
}
