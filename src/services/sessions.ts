import type { Directive } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Clock, Instant } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";
import { type AgentEvent, isOfAgent, type RecordedEvent } from "../events/event.ts";
import type { Message } from "../messaging/message.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Hello } from "../monitor/lease.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { Admission } from "./admission.ts";
import { directiveFor, reconnectDirective, supersededDirective } from "./directives.ts";
import { MuteStreams } from "./mute-streams.ts";
import { Phases } from "./phases.ts";
import { draining } from "./watchers.ts";

export interface SessionsOptions {
  readonly clock: Clock;
  /** Streams that may open in a second; as many may come at once. */
  readonly admissionRatePerSecond: number;
  /** A stream on which nothing was said for this long is ended. Looked at once a second. */
  readonly greetingTimeoutMs: number;
}

/** An open stream of an agent, as far as others need to reach it. */
export interface Session {
  /** Hands a directive to the agent at once. */
  deliver(directive: Directive): void;
  /** Whether a message that is offered now would not be left out. */
  hasRoomFor(message: Message): boolean;
  /** Hands a message to the agent; false when too many wait for it. */
  offer(message: Message): boolean;
  /** Tells the agent to come back; its end is no drop from now on. */
  askToReconnect(directive: Directive): void;
  /** Ends the stream on the server's wish: no drop. */
  dismiss(error: HeartbeatError, last?: Directive): void;
}

/** The longest delay after which a stream that was not admitted is asked to come back. */
const LONGEST_DEFERRAL_MS = 60_000;
/**
 * What part of its interval an agent may be kept away at most: it is heard from whenever it comes, so
 * the rest is for its own jitter and the way here.
 */
const DEFERRED_SHARE = 0.8;

/** Which stream holds which agent's lease, and what recorded events mean for it. */
export class Sessions {
  readonly #monitor: Monitor;
  readonly #open = new Map<Slot, Session>();
  readonly #mute: MuteStreams;
  readonly #admission: Admission;
  readonly #phases = new Phases();
  #draining = false;

  constructor(monitor: Monitor, options: SessionsOptions) {
    this.#monitor = monitor;
    this.#mute = new MuteStreams(options.clock, options.greetingTimeoutMs);
    this.#admission = new Admission(options.admissionRatePerSecond);
  }

  get openCount(): number {
    return this.#open.size;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** Streams that were asked to come back later because too many came at once. */
  get deferredTotal(): number {
    return this.#admission.deferredTotal;
  }

  /** A phase between 0 and 1 for the next agent, such that a fleet does not beat in step. */
  nextPhase(): number {
    return this.#phases.next();
  }

  /** A stream is open, and nobody has spoken on it yet. */
  await(session: Session): void {
    this.#mute.add(session);
  }

  /** A stream has spoken, or ended before it did. */
  heardOf(session: Session): void {
    this.#mute.remove(session);
  }

  /**
   * Lets a new stream take up the lease, or throws admission_deferred. Nobody is blamed for a stream
   * that was not let in: the life that holds the lease is heard from all the same.
   */
  admit(hello: Hello, now: Instant): void {
    if (this.#admission.admit(now.mono)) return;
    const life = this.#monitor.knock(hello, now);
    if (life !== undefined) this.#letGo(life, replaced());
    throw deferred(this.#admission.defer(now.mono, this.#longestDeferralMs(hello)));
  }

  /** An agent that is watched comes again within its interval, also in a new life: silence goes on. */
  #longestDeferralMs({ organizationId, agentId }: Hello): number {
    const slot = this.#monitor.find(organizationId, agentId);
    if (slot === undefined) return LONGEST_DEFERRAL_MS;
    const { intervalMs } = this.#monitor.policyOf(slot);
    return Math.min(LONGEST_DEFERRAL_MS, intervalMs * DEFERRED_SHARE);
  }

  /** A stream holds the lease from now on. An older stream of the same life is ended. */
  open(slot: Slot, session: Session): void {
    const older = this.#open.get(slot);
    this.#open.set(slot, session);
    older?.dismiss(replaced());
  }

  /** Whether the stream held the lease until now. */
  close(slot: Slot, session: Session): boolean {
    return this.#open.get(slot) === session && this.#open.delete(slot);
  }

  /** Hands a directive to the agent, if it has a stream. */
  deliver(slot: Slot, directive: Directive): void {
    this.#open.get(slot)?.deliver(directive);
  }

  /**
   * Hands a message to the agent, whatever it subscribes to; false when there is no room for it, and the agent
   * is not told that one was left out: it is offered again.
   */
  offer(slot: Slot, message: Message): boolean {
    const session = this.#open.get(slot);
    return session?.hasRoomFor(message) === true && session.offer(message);
  }

  /** Hands what was recorded to the stream that it concerns. */
  hear({ event }: RecordedEvent): void {
    if (!isOfAgent(event)) return;
    const slot = this.#monitor.find(event.organizationId, event.agentId);
    const session = slot === undefined ? undefined : this.#open.get(slot);
    if (slot === undefined || !session) return;
    const parting = partingFor(event);
    if (parting) {
      this.#open.delete(slot);
      session.dismiss(parting.error, parting.last);
      return;
    }
    const directive = directiveFor(event, this.#monitor.policyOf(slot));
    if (directive) session.deliver(directive);
  }

  /** Asks every agent to come back within a span; new streams are refused from now on. */
  drain(withinMs: number): void {
    this.#draining = true;
    const directive = reconnectDirective(withinMs, "draining");
    for (const session of this.#open.values()) session.askToReconnect(directive);
    this.#mute.dismissAll(draining());
  }

  /** Ends every stream. */
  dismissAll(): void {
    for (const slot of this.#open.keys()) this.#letGo(slot, draining());
  }

  /** Ends the agent's stream, if it has one, on the server's wish. Its silence goes on. */
  #letGo(slot: Slot, error: HeartbeatError): void {
    const session = this.#open.get(slot);
    if (!session) return;
    this.#open.delete(slot);
    this.#monitor.detach(slot);
    session.dismiss(error);
  }
}

/**
 * An agent that hears this comes back: the other stream may be one that it has given up, heard late
 * because a full queue held its connection back.
 */
function replaced(): HeartbeatError {
  return new HeartbeatError("stream_replaced", {
    problem: "another stream of this instance took over",
  });
}

function deferred(waitMs: number): HeartbeatError {
  return new HeartbeatError("admission_deferred", {
    problem: "too many streams are being opened",
    limit: "admission-rate",
    remedy: `open it again in ${waitMs} ms`,
    metadata: { "grpc-retry-pushback-ms": String(waitMs) },
  });
}

/** Events after which the stream that held the lease must end. */
function partingFor(event: AgentEvent): { error: HeartbeatError; last?: Directive } | undefined {
  switch (event.type) {
    case "superseded":
      return {
        error: new HeartbeatError("superseded", { problem: "another incarnation took the lease" }),
        last: supersededDirective(event.epoch, event.instanceId),
      };
    case "left":
      return {
        error: new HeartbeatError("unregistered", {
          problem: `the agent has left: ${event.reason}`,
        }),
      };
    default:
      return undefined;
  }
}
