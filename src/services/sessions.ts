import type { Directive } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { HeartbeatError } from "../errors.ts";
import { type AgentEvent, isOfAgent, type RecordedEvent } from "../events/event.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { directiveFor, reconnectDirective, supersededDirective } from "./directives.ts";
import { draining } from "./watchers.ts";

/** An open stream of an agent, as far as others need to reach it. */
export interface Session {
  /** Hands a directive to the agent at once. */
  deliver(directive: Directive): void;
  /** Tells the agent to come back; its end is no drop from now on. */
  askToReconnect(directive: Directive): void;
  /** Ends the stream on the server's wish: no drop. */
  dismiss(error: HeartbeatError, last?: Directive): void;
}

/** The golden ratio's fraction: its multiples spread evenly over an interval, however many there are. */
const GOLDEN = 0.618_033_988_749_895;

/** Which stream holds which agent's lease, and what recorded events mean for it. */
export class Sessions {
  readonly #monitor: Monitor;
  readonly #open = new Map<Slot, Session>();
  /** Streams that have said nothing yet. */
  readonly #mute = new Set<Session>();
  #welcomed = 0;
  #draining = false;

  constructor(monitor: Monitor) {
    this.#monitor = monitor;
  }

  get openCount(): number {
    return this.#open.size;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** A phase between 0 and 1 for the next agent, such that a fleet does not beat in step. */
  nextPhase(): number {
    return (++this.#welcomed * GOLDEN) % 1;
  }

  /** A stream is open, and nobody has spoken on it yet. */
  await(session: Session): void {
    this.#mute.add(session);
  }

  /** A stream has spoken, or ended before it did. */
  heardOf(session: Session): void {
    this.#mute.delete(session);
  }

  /** A stream holds the lease from now on. An older stream of the same life is ended. */
  open(slot: Slot, session: Session): void {
    const older = this.#open.get(slot);
    this.#open.set(slot, session);
    older?.dismiss(
      new HeartbeatError("superseded", { problem: "a newer stream of this instance took over" }),
    );
  }

  /** Whether the stream held the lease until now. */
  close(slot: Slot, session: Session): boolean {
    return this.#open.get(slot) === session && this.#open.delete(slot);
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
    for (const session of this.#mute) session.dismiss(draining());
  }

  /** Ends every stream. */
  dismissAll(): void {
    for (const [slot, session] of this.#open) {
      this.#open.delete(slot);
      this.#monitor.detach(slot);
      session.dismiss(draining());
    }
  }
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
