/**
 * An agent that obeys the rules of `heartbeat/agent` at a fraction of its cost: ten thousand of them
 * fit into a process.
 *
 * It beats every interval, gives a stream up when no ack has come for its timeout, comes back with
 * full jitter, waits as long as a server that puts it off asks for, and keeps its instance and epoch.
 */
import { randomUUID } from "node:crypto";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Duration, durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import { openStream } from "../bench/client.ts";
import { BEAT_PATH, TIMEOUT_MULTIPLIER } from "../bench/messages.ts";
import { frame } from "../bench/wire.ts";
import {
  BeatRequestSchema,
  type BeatResponse,
  BeatResponseSchema,
} from "../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { Backoff } from "../src/agent/backoff.ts";
import { Lease } from "../src/agent/lease.ts";
import { systemClock } from "../src/clock.ts";
import { grpcStatus } from "../src/errors.ts";
import { LightTasks } from "./light-tasks.ts";

const INITIAL_BACKOFF_MS = 250;
const PUSHBACK = "grpc-retry-pushback-ms";

/** Statuses that another attempt would not change. */
const refusals: ReadonlySet<number> = new Set([
  grpcStatus.INVALID_ARGUMENT,
  grpcStatus.FAILED_PRECONDITION,
  grpcStatus.ABORTED,
  grpcStatus.PERMISSION_DENIED,
  grpcStatus.UNIMPLEMENTED,
]);

export interface LightOptions {
  readonly address: string;
  readonly agentId: string;
  readonly intervalMs: number;
  readonly maxBackoffMs: number;
  readonly connectTimeoutMs: number;
  readonly tasks: boolean;
}

/** What an agent tells whoever counts. */
export interface LightEvents {
  onWelcome(agent: LightAgent): void;
  onAck(latencyMs: number): void;
  onDeferred(): void;
  onLost(reason: string): void;
  onRefused(agent: LightAgent, reason: string): void;
}

/** One attempt at a stream, and the stream. */
interface Link {
  readonly session: ClientHttp2Session;
  stream: ClientHttp2Stream | undefined;
  timer: NodeJS.Timeout;
  /** `performance.now()` at the Welcome; 0 before it. */
  welcomedAt: number;
  sequence: number;
  /** Beats that are out: sequence and when they were sent. */
  readonly out: { sequence: number; at: number }[];
}

export class LightAgent {
  readonly id: string;
  instanceId: string = randomUUID();
  epoch = 0n;
  readonly #options: LightOptions;
  readonly #events: LightEvents;
  readonly #tasks: LightTasks | undefined;
  #backoff: Backoff;
  #lease: Lease;
  #intervalMs: number;
  #link: Link | undefined;
  #waiting: NodeJS.Timeout | undefined;
  #over = false;

  constructor(options: LightOptions, events: LightEvents) {
    this.id = options.agentId;
    this.#options = options;
    this.#events = events;
    this.#intervalMs = options.intervalMs;
    this.#tasks = options.tasks ? new LightTasks() : undefined;
    this.#backoff = this.#newBackoff();
    this.#lease = this.#newLease();
  }

  get connected(): boolean {
    return this.#link !== undefined && this.#link.welcomedAt > 0;
  }

  get over(): boolean {
    return this.#over;
  }

  start(delayMs: number): void {
    this.#wait(delayMs);
  }

  /** Dies: the socket is gone without a word, and nobody comes back. */
  vanish(): void {
    this.#over = true;
    clearTimeout(this.#waiting);
    this.#lease.stop();
    this.#letGo();
  }

  /** The connection breaks under it. */
  drop(): void {
    if (this.#link !== undefined) this.#lose("broken on purpose");
  }

  /** The process dies and is started again at once, with no memory. */
  reborn(): void {
    clearTimeout(this.#waiting);
    this.#lease.stop();
    this.#letGo();
    this.instanceId = randomUUID();
    this.epoch = 0n;
    this.#tasks?.forget();
    this.#backoff = this.#newBackoff();
    this.#lease = this.#newLease();
    this.#connect();
  }

  /** Says Goodbye, and comes back later. */
  leaveFor(delayMs: number): void {
    const link = this.#link;
    if (link?.stream === undefined || link.welcomedAt === 0) return;
    this.#link = undefined;
    clearTimeout(link.timer);
    this.#lease.stop();
    this.#lease = this.#newLease();
    this.#tasks?.forget();
    link.stream.end(this.#encode(link, { goodbye: { reason: "a pause" } }));
    setTimeout(() => link.session.destroy(), 1_000);
    this.#wait(delayMs);
  }

  #newBackoff(): Backoff {
    const { maxBackoffMs } = this.#options;
    const initialMs = Math.min(INITIAL_BACKOFF_MS, maxBackoffMs);
    return new Backoff({ initialMs, maxMs: maxBackoffMs }, Math.random);
  }

  #newLease(): Lease {
    const lease = new Lease(systemClock, (silentMs) => {
      if (this.connected) this.#lose(`no ack for ${silentMs} ms`);
    });
    lease.allow(this.#intervalMs * TIMEOUT_MULTIPLIER);
    return lease;
  }

  #wait(ms: number): void {
    this.#waiting = setTimeout(() => this.#connect(), ms);
  }

  #connect(): void {
    const session = connect(`http://${this.#options.address}`);
    const link: Link = {
      session,
      stream: undefined,
      timer: setTimeout(() => this.#lose("no Welcome in time"), this.#options.connectTimeoutMs),
      welcomedAt: 0,
      sequence: 0,
      out: [],
    };
    this.#link = link;
    const lost = (reason: string) => {
      if (this.#link === link) this.#lose(reason);
    };
    session.on("error", (error) => lost(error.message));
    session.on("close", () => lost("the connection was closed"));
    session.once("connect", () => {
      if (this.#link !== link) return;
      link.stream = openStream(session, BEAT_PATH, {
        onMessage: (message) => this.#link === link && this.#answered(link, message),
        onEnd: (reason, trailers) => this.#link === link && this.#ended(reason, trailers),
      });
      this.#beat(link);
    });
  }

  #answered(link: Link, message: Buffer): void {
    const answer = fromBinary(BeatResponseSchema, message);
    this.#acked(link, Number(answer.ackedSequence));
    if (answer.welcome) this.#welcomed(link, answer);
    for (const { kind } of answer.directives) {
      if (kind.case === "setPolicy") this.#judgedBy(kind.value.interval);
      if (kind.case === "reconnect") this.#moveWithin(link, kind.value.within);
    }
  }

  #acked(link: Link, sequence: number): void {
    while (link.out.length > 0 && link.out[0]!.sequence <= sequence) {
      const { at } = link.out.shift()!;
      const latencyMs = performance.now() - at;
      this.#lease.renew(systemClock.now().mono - latencyMs);
      this.#events.onAck(latencyMs);
    }
  }

  #welcomed(link: Link, { welcome }: BeatResponse): void {
    this.epoch = welcome!.epoch;
    link.welcomedAt = performance.now();
    this.#judgedBy(welcome!.policy?.interval);
    const firstInMs = welcome!.firstBeatIn ? durationMs(welcome!.firstBeatIn) : this.#intervalMs;
    clearTimeout(link.timer);
    link.timer = setTimeout(() => this.#beat(link), firstInMs);
    this.#events.onWelcome(this);
  }

  #judgedBy(interval: Duration | undefined): void {
    if (interval === undefined) return;
    this.#intervalMs = durationMs(interval);
    this.#lease.allow(this.#intervalMs * TIMEOUT_MULTIPLIER);
  }

  /** The server asks for it: the stream ends after a part of the span, and another is opened at once. */
  #moveWithin(link: Link, within: Duration | undefined): void {
    const delayMs = Math.random() * (within ? durationMs(within) : 0);
    setTimeout(() => {
      if (this.#link !== link) return;
      this.#letGo();
      this.#connect();
    }, delayMs);
  }

  #beat(link: Link): void {
    if (this.#link !== link || link.stream === undefined) return;
    link.stream.write(this.#encode(link, {}));
    if (link.welcomedAt === 0) return;
    link.timer = setTimeout(() => this.#beat(link), this.#intervalMs);
  }

  #encode(link: Link, more: { goodbye?: { reason: string } }): Buffer {
    const first = link.sequence === 0;
    const sequence = ++link.sequence;
    link.out.push({ sequence, at: performance.now() });
    const beat = create(BeatRequestSchema, {
      sequence: BigInt(sequence),
      ...more,
      tasks: this.#tasks?.news(first) ?? [],
      ...(first ? this.#introduction() : {}),
    });
    return frame(toBinary(BeatRequestSchema, beat));
  }

  #introduction() {
    return {
      agentId: this.id,
      epoch: this.epoch,
      registration: {
        instanceId: this.instanceId,
        agentType: "light",
        policy: {
          interval: durationFromMs(this.#options.intervalMs),
          timeoutMultiplier: TIMEOUT_MULTIPLIER,
          maxMissedBeats: TIMEOUT_MULTIPLIER,
        },
      },
    };
  }

  #ended(reason: string, trailers: Readonly<Record<string, unknown>>): void {
    const status = Number(trailers["grpc-status"]);
    if (refusals.has(status)) {
      this.#over = true;
      this.#letGo();
      this.#lease.stop();
      return this.#events.onRefused(this, reason);
    }
    const pushbackMs = Number(trailers[PUSHBACK] ?? Number.NaN);
    if (status === grpcStatus.RESOURCE_EXHAUSTED && pushbackMs >= 0) {
      this.#events.onDeferred();
      this.#letGo();
      return this.#wait(pushbackMs);
    }
    this.#lose(reason);
  }

  #lose(reason: string): void {
    const upMs = this.connected ? performance.now() - this.#link!.welcomedAt : 0;
    this.#letGo();
    this.#events.onLost(reason);
    this.#wait(this.#backoff.afterLoss(upMs));
  }

  #letGo(): void {
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    clearTimeout(link.timer);
    link.session.destroy();
  }
}
