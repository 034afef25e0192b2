import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { pino } from "pino";
import type { BeatResponse } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import {
  BeatRequestSchema,
  BeatResponseSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { trusting } from "../../src/auth/authenticator.ts";
import { presentOf } from "../../src/engine/companion.ts";
import { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open.ts";
import type { HeartbeatError } from "../../src/errors.ts";
import { type EventType, isOfAgent, type LivenessEvent } from "../../src/events/event.ts";
import { MemoryLog } from "../../src/journal/memory.ts";
import type { JournalStore } from "../../src/journal/store.ts";
import { Exchange } from "../../src/messaging/exchange.ts";
import { Monitor, type MonitorOptions } from "../../src/monitor/monitor.ts";
import { BeatSession } from "../../src/services/beat-session.ts";
import { Handovers } from "../../src/services/handovers.ts";
import { timestamp } from "../../src/services/messages/time.ts";
import type { ServiceParts } from "../../src/services/parts.ts";
import { Refusals } from "../../src/services/refusals.ts";
import { createServices } from "../../src/services/services.ts";
import { Sessions } from "../../src/services/sessions.ts";
import { Watchers } from "../../src/services/watchers.ts";
import { untraced } from "../../src/tracing/tracing.ts";
import { TestAlerts } from "./alerts.ts";
import { FakeClock } from "./fake-clock.ts";

export interface HouseOptions extends MonitorOptions {
  readonly history?: number;
  readonly maxWatchers?: number;
  readonly watcherMaxLag?: number;
  readonly admissionRatePerSecond?: number;
  readonly greetingTimeoutMs?: number;
  /** Default: alerts that are told to nobody. */
  readonly alerts?: TestAlerts;
}

/** The whole house on a fake clock, without a socket. */
export class House {
  readonly clock: FakeClock;
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly watchers: Watchers;
  readonly subscribers: Watchers;
  readonly exchange = new Exchange();
  readonly alerting: ReturnType<TestAlerts["begin"]>;
  readonly parts: ServiceParts;
  readonly services: ReturnType<typeof createServices>;
  readonly logged: Record<string, unknown>[] = [];

  constructor(
    options: HouseOptions = {},
    running?: { readonly clock: FakeClock; readonly engine: Engine },
  ) {
    const {
      history = 10_000,
      maxWatchers = 100,
      watcherMaxLag = 1_000,
      admissionRatePerSecond = 100_000,
      greetingTimeoutMs = 10_000,
      alerts = new TestAlerts(),
      ...monitorOptions
    } = options;
    this.clock = running?.clock ?? new FakeClock();
    this.engine = running?.engine ?? this.#engine(monitorOptions, history, alerts);
    const log = pino(
      { level: "error" },
      { write: (line) => void this.logged.push(JSON.parse(line)) },
    );
    this.sessions = new Sessions(this.engine.monitor, {
      clock: this.clock,
      admissionRatePerSecond,
      greetingTimeoutMs,
    });
    this.watchers = new Watchers(maxWatchers, "max-watchers");
    this.subscribers = new Watchers(maxWatchers, "max-subscribers");
    this.engine.onEvent((recorded) => this.sessions.hear(recorded));
    const handovers = new Handovers(this.engine, this.sessions);
    this.engine.onEvent((recorded) => handovers.hear(recorded));
    this.alerting = alerts.begin(this.engine, log);
    this.parts = {
      engine: this.engine,
      sessions: this.sessions,
      handovers,
      watchers: this.watchers,
      subscribers: this.subscribers,
      exchange: this.exchange,
      authenticator: trusting,
      refusals: new Refusals(log, this.clock),
      tracing: untraced,
      alerts: this.alerting,
      log,
      serverId: "house",
      version: "0.0.0",
    };
    this.services = createServices(this.parts, { watcherMaxLag });
    this.engine.start();
  }

  /** A house whose journal is kept in a store; after a restart the clock is another one. */
  static async on(
    store: JournalStore,
    {
      clock = new FakeClock(),
      alerts = new TestAlerts(),
      ...options
    }: HouseOptions & { clock?: FakeClock } = {},
  ): Promise<House> {
    const engine = await openEngine({
      clock,
      store,
      monitor: options,
      tickMs: 10,
      maxHeldBackMs: 86_400_000,
      historyEvents: 1_000_000,
      historyAgeMs: 30 * 86_400_000,
      backlogEvents: 100_000,
      greeting: "started",
      companion: alerts.desk,
    });
    return new House({ ...options, alerts }, { clock, engine });
  }

  #engine(options: MonitorOptions, history: number, alerts: TestAlerts): Engine {
    const monitor = new Monitor(this.clock.now(), options);
    const engine = new Engine({
      clock: this.clock,
      monitor,
      log: new MemoryLog(history),
      tickMs: 10,
      companion: alerts.desk,
    });
    alerts.desk.begin(
      presentOf(monitor, () => engine.now()),
      engine.now(),
    );
    return engine;
  }

  /** Opens a stream. */
  stream(): FakeStream {
    return new FakeStream(this.parts);
  }

  /** All events of a type so far, oldest first. */
  events<Type extends EventType>(type: Type): Extract<LivenessEvent, { type: Type }>[] {
    const { log } = this.engine;
    const all = Array.from({ length: log.lastSequence }, (_, index) => log.at(index + 1)?.event);
    return all.filter((event) => event?.type === type) as Extract<LivenessEvent, { type: Type }>[];
  }

  /** Types of all events so far; with an agent, of that agent's. */
  told(agentId?: string): string[] {
    const types: string[] = [];
    for (let sequence = 1; sequence <= this.engine.log.lastSequence; sequence++) {
      const event = this.engine.log.at(sequence)?.event;
      if (!event || !isOfAgent(event)) continue;
      if (agentId === undefined || event.agentId === agentId) types.push(event.type);
    }
    return types;
  }
}

/** A Beat stream without a transport: what the session sends is kept, and it can be made slow. */
export class FakeStream {
  readonly session: BeatSession;
  readonly sent: BeatResponse[] = [];
  /** Undefined while open; null after a good end. */
  ended: HeartbeatError | null | undefined;
  /** Whether the reader takes more. */
  reading = true;

  constructor(parts: ServiceParts) {
    this.session = new BeatSession(
      parts,
      {
        ack: (ackedSequence, receivedAt) => {
          const ack = { ackedSequence, receivedAt: timestamp(receivedAt) };
          this.sent.push(create(BeatResponseSchema, ack));
          return this.reading;
        },
        send: (response) => {
          this.sent.push(response);
          return this.reading;
        },
        end: (error) => {
          this.ended = error ?? null;
        },
      },
      "session",
    );
  }

  say(beat: MessageInitShape<typeof BeatRequestSchema>): this {
    this.session.receive(create(BeatRequestSchema, beat));
    return this;
  }

  /** The kinds of directives that were sent, in order. */
  directives(): (string | undefined)[] {
    return this.sent.flatMap(({ directives }) => directives.map(({ kind }) => kind.case));
  }
}
