import { create } from "@bufbuild/protobuf";
import {
  type Directive,
  type Welcome,
  WelcomeSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  type BeatRequest,
  BeatRequestSchema,
  type BeatResponse,
  BeatResponseSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { anybody, authorize, type Identity } from "../auth/identity.ts";
import type { Instant } from "../clock.ts";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import { Mailbox, type Waiting } from "../messaging/mailbox.ts";
import type { Message } from "../messaging/message.ts";
import { matches } from "../messaging/subject.ts";
import type { Slot } from "../monitor/columns.ts";
import type { Lease } from "../monitor/lease.ts";
import { unload } from "./cargo.ts";
import { cancelDirective, outdatedDirective, pauseDirective } from "./directives.ts";
import { refusalOf } from "./internal.ts";
import { wireMessage } from "./messages/message.ts";
import { policyMessage } from "./messages/policy.ts";
import { RETRY_SUBJECT } from "./messages/retry.ts";
import { duration, timestamp } from "./messages/time.ts";
import { type Cargo, cargo, hello, isBare } from "./parse/beat.ts";
import { subscriptions } from "./parse/message.ts";
import type { ServiceParts } from "./parts.ts";
import type { Session } from "./sessions.ts";
import { draining } from "./watchers.ts";

/** The stream's other direction, as the transport offers it. */
export interface BeatOutlet {
  /**
   * Acknowledges a sequence, received at this wall time. False asks the session to hold back until its
   * `writable` is called.
   */
  ack(sequence: bigint, receivedAt: number): boolean;
  /** Sends a response that says more than an ack does; false as for `ack`. */
  send(response: BeatResponse): boolean;
  /** Ends the stream: well, or with the error's status. Called once. */
  end(error?: HeartbeatError): void;
}

type Phase =
  /** Before the first message. */
  | { readonly name: "greeting" }
  /** Holds the lease. */
  | {
      readonly name: "open";
      readonly slot: Slot;
      readonly agentId: string;
      readonly organizationId: string;
      /** Asked to come back: its end is no drop. */
      readonly leaving: boolean;
    }
  | { readonly name: "ended" };

const greeting: Phase = { name: "greeting" };
const ended: Phase = { name: "ended" };

/**
 * One agent's stream, whatever carries it: every message is a beat and is acknowledged; its end
 * without a Goodbye is a drop.
 */
export class BeatSession implements Session {
  readonly #parts: ServiceParts;
  readonly #outlet: BeatOutlet;
  readonly #id: string;
  readonly #identity: Identity;
  #phase: Phase = greeting;
  #sequence = 0n;
  /** Whether the reader takes nothing at present; what it is to have when it reads again. */
  #blocked = false;
  /** Wall time of the newest message that is not acknowledged yet. */
  #unacked: number | undefined;
  #untold: Directive[] = [];
  /** To how many each message that came on this stream was handed, until the agent is told. */
  #delivered: number[] = [];
  readonly #mailbox = new Mailbox(limits.mailbox);
  #unsubscribe: (() => void) | undefined;

  constructor(parts: ServiceParts, outlet: BeatOutlet, id: string, identity: Identity = anybody) {
    this.#parts = parts;
    this.#outlet = outlet;
    this.#id = id;
    this.#identity = identity;
    parts.sessions.await(this);
  }

  /** A message has arrived. Never throws: what is refused ends this stream and no other. */
  receive(beat: BeatRequest): void {
    const phase = this.#phase;
    try {
      if (phase.name === "open") this.#beat(phase, beat);
      else if (phase.name === "greeting") this.#greet(beat);
    } catch (error) {
      this.refuse(refusalOf(error, this.#parts.log));
    }
  }

  /** As {@link receive}, for a beat that carries nothing but its sequence: the hot path. */
  receiveBare(sequence: bigint): void {
    const phase = this.#phase;
    if (phase.name !== "open") return this.receive(create(BeatRequestSchema, { sequence }));
    try {
      this.#bareBeat(phase.slot, sequence);
    } catch (error) {
      this.refuse(refusalOf(error, this.#parts.log));
    }
  }

  /** The transport says that the agent's side has ended, one way or another. */
  closed(): void {
    const phase = this.#enter(ended);
    if (phase.name !== "open" || !this.#parts.sessions.close(phase.slot, this)) return;
    this.#parts.engine.run((monitor, now) => {
      if (phase.leaving) monitor.detach(phase.slot);
      else monitor.drop(phase.slot, now);
    });
  }

  /** The transport takes messages again. */
  writable(): void {
    this.#blocked = false;
    if (this.#phase.name === "ended") return;
    this.#catchUp();
    if (this.#phase.name === "open" && this.#mailbox.isEmpty) {
      this.#parts.handovers.roomAt(this.#phase.slot);
    }
  }

  /** Ends this stream for the agent's fault: it counts as a drop. */
  refuse(error: HeartbeatError): void {
    if (this.#phase.name === "ended") return;
    this.closed();
    this.#outlet.end(error);
  }

  hasRoomFor(message: Message): boolean {
    return this.#mailbox.hasRoomFor(message);
  }

  /** A message for the agent's subscriptions; false when too many wait for it. */
  offer(message: Message): boolean {
    const taken = this.#mailbox.put(message);
    if (!this.#blocked) this.#catchUp();
    return taken;
  }

  deliver(directive: Directive): void {
    this.#order([directive]);
  }

  #order(directives: readonly Directive[]): void {
    if (this.#phase.name === "ended" || directives.length === 0) return;
    this.#untold.push(...directives);
    if (!this.#blocked) return this.#catchUp();
    if (this.#untold.length > limits.heldDirectives)
      this.refuse(tooSlow(`${limits.heldDirectives} directives held back`));
  }

  askToReconnect(directive: Directive): void {
    if (this.#phase.name !== "open") return;
    this.#enter({ ...this.#phase, leaving: true });
    this.deliver(directive);
  }

  dismiss(error: HeartbeatError, last?: Directive): void {
    if (this.#phase.name === "ended") return;
    if (last) {
      // The last word goes out however slow the reader is: there is only one.
      this.#untold.push(last);
      this.#tell();
    }
    this.#enter(ended);
    this.#outlet.end(error);
  }

  /** The one place where the phase changes; returns the one before. */
  #enter(phase: Phase): Phase {
    const before = this.#phase;
    if (before.name === "greeting") this.#parts.sessions.heardOf(this);
    if (phase.name === "ended") this.#unsubscribe?.();
    this.#phase = phase;
    return before;
  }

  #greet(beat: BeatRequest): void {
    const { engine, sessions, exchange } = this.#parts;
    if (sessions.isDraining) throw draining();
    const greeted = hello(beat, true);
    const { agentId, organizationId } = greeted;
    authorize(this.#identity, organizationId, agentId);
    const carried = cargo(beat, agentId);
    const subjects = subscriptions(
      "registration.subscriptions",
      beat.registration?.subscriptions ?? [],
    );
    const { lease, now } = engine.run((monitor, now) => {
      // Who comes to say Goodbye does not stay: turned away, it would be taken for dead.
      if (!carried.goodbye) sessions.admit(greeted, now);
      return { lease: monitor.attach(greeted, now), now };
    });
    this.#enter({ name: "open", slot: lease.slot, agentId, organizationId, leaving: false });
    sessions.open(lease.slot, this);
    const outdated = engine.run((monitor) => {
      monitor.setTaskTaker(
        lease.slot,
        subjects.some((subject) => matches(subject, RETRY_SUBJECT)),
      );
      return unload(monitor, lease.slot, carried, now, lease.resumed);
    });
    this.#count(beat.sequence);
    this.#publish(organizationId, carried);
    this.#blocked = !this.#outlet.send(
      create(BeatResponseSchema, {
        ackedSequence: this.#sequence,
        receivedAt: timestamp(now.wall),
        welcome: this.#welcome(lease),
        deliveredCounts: this.#takeDelivered(),
      }),
    );
    // Nothing comes before the Welcome.
    if (subjects.length > 0) this.#unsubscribe = exchange.subscribe(organizationId, subjects, this);
    this.#remind(lease.slot, carried, now);
    this.#order(outdated.map(outdatedDirective));
    if (carried.goodbye) this.#part(lease.slot, carried, now);
  }

  /** Tells again what an operator did while the agent was away. */
  #remind(slot: Slot, { tasks }: Cargo, now: Instant): void {
    const { monitor } = this.#parts.engine;
    this.#parts.handovers.remind(slot);
    const { paused, pausedUntil } = monitor.view(slot, now);
    if (paused && pausedUntil !== undefined) this.deliver(pauseDirective(pausedUntil, ""));
    for (const { taskId, state } of tasks) {
      if (state !== "running" || monitor.task(slot, taskId, now)?.state !== "canceled") continue;
      this.deliver(cancelDirective(taskId, "canceled while the agent was away"));
    }
  }

  #beat(phase: Extract<Phase, { name: "open" }>, beat: BeatRequest): void {
    const { engine } = this.#parts;
    if (beat.agentId !== "" && beat.agentId !== phase.agentId) throw changed(phase.agentId, beat);
    if (isBare(beat)) return this.#bareBeat(phase.slot, beat.sequence);
    if (beat.registration) throw registeredTwice();
    const carried = cargo(beat, phase.agentId);
    this.#count(beat.sequence);
    const { now, outdated } = engine.run((monitor, now) => {
      monitor.beat(phase.slot, now);
      return { now, outdated: unload(monitor, phase.slot, carried, now, false) };
    });
    this.#publish(phase.organizationId, carried);
    this.#ack(now);
    this.#order(outdated.map(outdatedDirective));
    if (carried.goodbye) this.#part(phase.slot, carried, now);
  }

  #bareBeat(slot: Slot, sequence: bigint): void {
    const { engine } = this.#parts;
    this.#count(sequence);
    const now = engine.now();
    engine.monitor.beat(slot, now);
    engine.flush();
    this.#ack(now);
  }

  /** A Goodbye: the only graceful end. */
  #part(slot: Slot, { goodbye }: Cargo, now: Instant): void {
    if (!goodbye) return;
    // The last word goes out however slow the reader is: its ack and its counts.
    if (this.#blocked) this.#tell();
    this.#enter(ended);
    this.#parts.sessions.close(slot, this);
    this.#parts.engine.run((monitor) => {
      monitor.detach(slot);
      monitor.leave(slot, goodbye, now);
    });
    this.#outlet.end();
  }

  /** Counts a message. Throws sequence_not_growing. */
  #count(sequence: bigint): void {
    if (sequence > LARGEST_SEQUENCE) throw tooLarge(sequence);
    if (sequence === 0n) this.#sequence++;
    else if (sequence > this.#sequence) this.#sequence = sequence;
    else throw notGrowing(this.#sequence, sequence);
  }

  #welcome(lease: Lease): Welcome {
    const { sessions, serverId } = this.#parts;
    return create(WelcomeSchema, {
      sessionId: this.#id,
      epoch: BigInt(lease.epoch),
      resumed: lease.resumed,
      policy: policyMessage(lease.policy),
      firstBeatIn: duration(sessions.nextPhase() * lease.policy.intervalMs),
      serverId,
    });
  }

  #publish(organizationId: string, { messages }: Cargo): void {
    const { exchange } = this.#parts;
    for (const message of messages) {
      // To this agent too, perhaps, which tells what has been counted so far.
      const count = exchange.publish(organizationId, message);
      this.#delivered.push(count);
    }
    if (this.#blocked && this.#delivered.length > limits.heldCounts)
      throw tooSlow(`${limits.heldCounts} counts of messages held back`);
  }

  #takeDelivered(): bigint[] {
    const counts = this.#delivered.map(BigInt);
    if (counts.length > 0) this.#delivered = [];
    return counts;
  }

  #ack(now: Instant): void {
    if (this.#blocked || this.#delivered.length > 0 || this.#mailbox.owesSkipped) {
      this.#unacked = now.wall;
      if (!this.#blocked) this.#catchUp();
    } else this.#blocked = !this.#outlet.ack(this.#sequence, now.wall);
  }

  /** Tells what there is to tell, then the messages that wait, as long as the reader takes them. */
  #catchUp(): void {
    this.#tell();
    while (!this.#blocked && !this.#mailbox.isEmpty) this.#handOver(this.#mailbox.take()!);
  }

  /** In one message: the newest ack, every count, every directive, and how many messages were left out last. */
  #tell(): void {
    const receivedAt = this.#unacked;
    const directives = this.#untold;
    this.#unacked = undefined;
    this.#untold = [];
    if (directives.length > 0 || this.#delivered.length > 0 || this.#mailbox.owesSkipped) {
      const deliveredCounts = this.#takeDelivered();
      const skippedCount = BigInt(this.#mailbox.takeSkipped());
      const ack = receivedAt !== undefined && {
        ackedSequence: this.#sequence,
        receivedAt: timestamp(receivedAt),
      };
      const said = create(BeatResponseSchema, {
        ...ack,
        directives,
        deliveredCounts,
        skippedCount,
      });
      this.#blocked = !this.#outlet.send(said);
    } else if (receivedAt !== undefined) {
      this.#blocked = !this.#outlet.ack(this.#sequence, receivedAt);
    }
  }

  #handOver({ message, skipped }: Waiting): void {
    this.#blocked = !this.#outlet.send(
      create(BeatResponseSchema, {
        messages: [wireMessage(message)],
        skippedCount: BigInt(skipped),
      }),
    );
  }
}

/** Half of what the field holds, so that counting on from it never runs over. */
const LARGEST_SEQUENCE = 2n ** 63n - 1n;

function tooLarge(sequence: bigint): HeartbeatError {
  return new HeartbeatError("field_invalid", {
    field: "sequence",
    value: String(sequence),
    problem: "is too large",
    limit: "at most 2^63 - 1",
  });
}

function changed(agentId: string, beat: BeatRequest): HeartbeatError {
  return new HeartbeatError("agent_id_changed", {
    field: "agent_id",
    value: shown(beat.agentId),
    problem: "is not the agent of this stream",
    limit: `empty or ${shown(agentId)}`,
  });
}

function registeredTwice(): HeartbeatError {
  return new HeartbeatError("field_invalid", {
    field: "registration",
    problem: "has been sent already",
    limit: "a stream's first message only",
  });
}

function notGrowing(before: bigint, sequence: bigint): HeartbeatError {
  return new HeartbeatError("sequence_not_growing", {
    field: "sequence",
    value: String(sequence),
    problem: "does not grow",
    limit: `greater than ${before}, or 0`,
  });
}

function tooSlow(what: string): HeartbeatError {
  return new HeartbeatError("watcher_slow", {
    problem: "this agent does not read what it is told",
    limit: what,
    remedy: "read the stream's responses",
  });
}
