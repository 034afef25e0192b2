import { create } from "@bufbuild/protobuf";
import { durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type {
  Activity,
  Directive,
  Goodbye,
  Registration,
  Vitals,
  Welcome,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  BeatRequestSchema,
  type BeatResponse,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { Clock, Timer } from "../clock.ts";
import type { BeatChannel, ChannelEnd, OpenChannel } from "./channel.ts";
import type { MailIn } from "./mail-in.ts";
import type { MailOut } from "./mail-out.ts";
import type { TaskBook } from "./task-book.ts";
import { type AckedBeat, UnackedBeats } from "./unacked.ts";

/** How long the server may take to end a stream after this side has, in ms. */
const FINISH_TIMEOUT_MS = 1_000;

/** What a session needs of the agent. */
export interface SessionContext {
  readonly clock: Clock;
  readonly open: OpenChannel;
  readonly agentId: string;
  readonly registration: () => Registration;
  readonly epoch: bigint;
  readonly tasks: TaskBook;
  readonly mailIn: MailIn;
  readonly mailOut: MailOut;
  readonly activity: () => Activity;
  readonly measure: (lagMs: number) => Vitals | undefined;
  readonly events: SessionEvents;
}

/** What a session tells the agent; each with the session, since a late word of an old one is void. */
export interface SessionEvents {
  onAck(session: Session, ack: AckedBeat): void;
  onWelcome(session: Session, welcome: Welcome): void;
  onDirective(session: Session, directive: Directive): void;
  onEnd(session: Session, end: ChannelEnd): void;
}

/** One stream's life: its sequence, its beats, its end. */
export class Session {
  readonly #context: SessionContext;
  readonly #channel: BeatChannel;
  readonly #unacked = new UnackedBeats();
  #sequence = 0n;
  #intervalMs = 0;
  #beatAt = 0;
  /** When the last message was sent. */
  #sentAt = 0;
  #beatTimer: Timer | undefined;
  #leaveTimer: Timer | undefined;
  #toldActivity: Activity;
  #beatWanted = false;
  #welcomed = false;
  #finished = false;
  #over = false;
  #leaveAt: number | undefined;
  #goodbye: { readonly words: Goodbye; sentWith: bigint | undefined } | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#channel = context.open({
      onAnswer: (answer) => this.#onAnswer(answer),
      onWritable: () => this.flush(),
      onEnd: (end) => this.#onEnd(end),
    });
    this.#toldActivity = context.activity();
    context.tasks.beginStream();
    context.mailOut.beginStream();
    this.#send(this.#context.measure(0), true);
  }

  /** When the agent ends this stream and comes back, in monotonic ms, since the server asked for it. */
  get leaveAt(): number | undefined {
    return this.#leaveAt;
  }

  /**
   * Beats after `firstInMs`, then every `intervalMs`. An answer that took long brings the first beat
   * forward: the lease counts from the sending of what was answered.
   */
  beatEvery(intervalMs: number, firstInMs: number): void {
    const now = this.#context.clock.now().mono;
    this.#intervalMs = intervalMs;
    this.#setBeat(Math.max(now, Math.min(now + firstInMs, this.#sentAt + intervalMs)));
  }

  /** The interval has changed: the next beat comes within it, and no later than it was due. */
  changeInterval(intervalMs: number): void {
    if (intervalMs === this.#intervalMs) return;
    const now = this.#context.clock.now().mono;
    this.#intervalMs = intervalMs;
    this.#setBeat(Math.max(now, Math.min(now + intervalMs, this.#beatAt)));
  }

  /** One more beat, now or as soon as the last has been written. */
  beat(): void {
    this.#beatWanted = true;
    this.flush();
  }

  /** Sends what there is to tell, if anything and if the channel takes it. */
  flush(): void {
    const { tasks, activity } = this.#context;
    const news = tasks.hasNews || this.#mayMail || activity() !== this.#toldActivity;
    if (this.#beatWanted || this.#mayPart || news) this.#send(undefined, false);
  }

  /** A Goodbye waits for the Welcome when there are messages to say before it: its bound is the agent's. */
  get #mayPart(): boolean {
    if (this.#goodbye === undefined) return false;
    return this.#welcomed || !this.#context.mailOut.hasUnsent;
  }

  /** Whether there are messages that this stream may carry: one that is put off, before its Welcome, may not. */
  get #mayMail(): boolean {
    return this.#welcomed && this.#context.mailOut.hasUnsent;
  }

  /** Says Goodbye, with the last vitals and after all there is to tell; then ends the stream. */
  sayGoodbye(words: Goodbye): void {
    this.#channel.hold(true);
    if (this.#finished) return;
    this.#goodbye = { words, sentWith: undefined };
    this.#beatTimer?.cancel();
    this.#leaveTimer?.cancel();
    this.flush();
  }

  /** Ends the stream in `delayMs` without a Goodbye, because the server asked for it. */
  leaveIn(delayMs: number): void {
    if (this.#leaveAt !== undefined || this.#over) return;
    const { clock } = this.#context;
    this.#leaveAt = clock.now().mono + delayMs;
    this.#leaveTimer = clock.after(delayMs, () => this.#finish());
  }

  /** Gives the stream up; nothing is told from now on. */
  abandon(): void {
    this.#over = true;
    this.#beatTimer?.cancel();
    this.#leaveTimer?.cancel();
    this.#channel.abandon();
  }

  /** After a Goodbye nothing is said, and nothing on a stream that has ended. */
  get #saidAll(): boolean {
    return this.#over || this.#finished || this.#goodbye?.sentWith !== undefined;
  }

  #onAnswer(answer: BeatResponse): void {
    const { clock, tasks, mailIn, mailOut, events } = this.#context;
    const acked = answer.ackedSequence;
    if (acked > 0n) {
      tasks.acked(acked);
      const beat = this.#unacked.acked(acked, clock.preciseMs());
      if (beat) events.onAck(this, beat);
    }
    mailOut.counted(answer.deliveredCounts);
    this.#holdOrNot();
    if (answer.welcome) {
      this.#welcomed = true;
      events.onWelcome(this, answer.welcome);
    }
    for (const directive of answer.directives) if (!this.#over) events.onDirective(this, directive);
    if (!this.#over) mailIn.receive(answer);
    if (answer.welcome) this.flush();
    const goodbyeWith = this.#goodbye?.sentWith;
    if (goodbyeWith !== undefined && acked >= goodbyeWith) this.#finish();
  }

  #onEnd(end: ChannelEnd): void {
    if (this.#over) return;
    this.abandon();
    this.#context.events.onEnd(this, end);
  }

  #onBeatDue(): void {
    const now = this.#context.clock.now().mono;
    const lagMs = now - this.#beatAt;
    // Late by more than an interval, the beats between are not made up for.
    const next = this.#beatAt + this.#intervalMs;
    this.#setBeat(next > now ? next : now + this.#intervalMs);
    this.#send(this.#context.measure(lagMs), false);
  }

  #setBeat(at: number): void {
    if (this.#over || this.#finished || this.#goodbye !== undefined) return;
    const { clock } = this.#context;
    this.#beatTimer?.cancel();
    this.#beatAt = at;
    this.#beatTimer = clock.after(at - clock.now().mono, () => this.#onBeatDue());
  }

  /** Sends one message with all there is to tell. While the last is unwritten, this one is skipped. */
  #send(vitals: Vitals | undefined, first: boolean): void {
    const { clock, tasks, mailOut, activity, agentId, registration, epoch } = this.#context;
    if (this.#saidAll || !this.#channel.writable) return;
    const now = clock.now();
    const sequence = ++this.#sequence;
    this.#beatWanted = false;
    this.#toldActivity = activity();
    const updates = tasks.take(sequence);
    // News of tasks and messages take turns: together they may be more than a beat.
    const messages = this.#mayMail && updates.length === 0 ? mailOut.take() : [];
    const beat = create(BeatRequestSchema, {
      sequence,
      sentAt: timestampFromMs(now.wall),
      activity: this.#toldActivity,
      tasks: updates,
      messages,
      vitals,
      ...(first ? { agentId, registration: registration(), epoch } : {}),
    });
    if (this.#goodbye && this.#mayPart && !tasks.hasNews && !mailOut.hasUnsent) {
      this.#goodbye.sentWith = sequence;
      beat.goodbye = this.#goodbye.words;
      beat.vitals ??= this.#context.measure(0);
    }
    this.#sentAt = now.mono;
    this.#unacked.sent(sequence, now.mono, clock.preciseMs());
    this.#channel.send(beat);
    this.#holdOrNot();
  }

  /** A program that awaits what became of a message is not done, though nothing else keeps it. */
  #holdOrNot(): void {
    if (this.#over) return;
    this.#channel.hold(this.#goodbye !== undefined || this.#context.mailOut.awaitsCounts);
  }

  /** Half-closes, and does not wait for ever for the other half. */
  #finish(): void {
    if (this.#finished || this.#over) return;
    this.#finished = true;
    this.#beatTimer?.cancel();
    this.#leaveTimer = this.#context.clock.after(FINISH_TIMEOUT_MS, () =>
      this.#onEnd({ by: "network", message: "the server did not end the stream" }),
    );
    this.#channel.finish();
  }
}

/** When the server wants the next beat; a Welcome that leaves it out means a whole interval. */
export function firstBeatInMs(welcome: Welcome, intervalMs: number): number {
  if (welcome.firstBeatIn === undefined) return intervalMs;
  return Math.min(intervalMs, Math.max(0, durationMs(welcome.firstBeatIn)));
}
