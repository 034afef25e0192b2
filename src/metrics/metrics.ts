import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type PrometheusContentType,
  Registry,
} from "prom-client";
import type { SelfBeatReport } from "../alerts/self-beat.ts";
import type { RecordedEvent, TaskState } from "../events/event.ts";
import { stateNames } from "../monitor/columns.ts";
import { eventTypeNumber } from "../services/messages/event.ts";
import type { ServiceParts } from "../services/parts.ts";
import { summary } from "../services/summary.ts";
import { agentLines } from "./agents.ts";
import { AlertMetrics } from "./alerts.ts";
import { Detection } from "./detection.ts";
import { counters, gauges } from "./series.ts";

const taskStates = Object.keys({
  running: true,
  stale: true,
  succeeded: true,
  failed: true,
  timed_out: true,
  orphaned: true,
  canceled: true,
  offered: true,
  given_up: true,
} satisfies Record<TaskState, true>);

/**
 * Of the process: open files and handles, which the library looks at one by one while everything waits, 20 ms
 * with 10,000 connections; and the parts of the heap.
 */
const SUPERFLUOUS = /^(process_open_fds$|nodejs_(active|heap_space)_)/;

/**
 * What Prometheus is told. States and sums are read when it asks; of events, which are few, each is counted
 * as it is told. Nothing is done for a beat.
 */
export class Metrics {
  readonly #parts: ServiceParts;
  readonly #registry = new Registry<PrometheusContentType>();
  readonly #detection: Detection;
  readonly #gauges: readonly Gauge[];
  readonly #counters: readonly Counter[];
  readonly #agents: Gauge;
  readonly #tasks: Gauge;
  readonly #events: Counter;
  readonly #missed: Counter;
  readonly #delay: Histogram;
  readonly #silence: Histogram;
  readonly #alerts: AlertMetrics;

  /**
   * @param commits What the journal's commits are told to, from before there was anything to scrape.
   * @param selfBeat How the outbound beat does, if there is one.
   */
  constructor(
    parts: ServiceParts,
    commits: Histogram,
    selfBeat: () => SelfBeatReport | undefined = () => undefined,
  ) {
    this.#parts = parts;
    this.#detection = new Detection(parts.engine.monitor);
    const registers = [this.#registry];
    this.#gauges = gauges.map(({ name, help }) => new Gauge({ name, help, registers }));
    this.#counters = counters.map(({ name, help }) => new Counter({ name, help, registers }));
    this.#agents = new Gauge({
      name: "heartbeat_agents",
      help: "Agents by state.",
      labelNames: ["state"],
      registers,
    });
    this.#tasks = new Gauge({
      name: "heartbeat_tasks",
      help: "Tasks by state: those in flight, and those that ended other than by their agent's word and are still shown.",
      labelNames: ["state"],
      registers,
    });
    this.#events = new Counter({
      name: "heartbeat_events_total",
      help: "Events by type.",
      labelNames: ["type"],
      registers,
    });
    this.#missed = new Counter({
      name: "heartbeat_missed_beats_total",
      help: "Beats that agents have missed, those of dropped streams included.",
      registers,
    });
    this.#delay = new Histogram({
      name: "heartbeat_detection_delay_seconds",
      help: "From the deadline at which an agent was DOWN to the instant at which that was decided.",
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#silence = new Histogram({
      name: "heartbeat_silence_at_down_seconds",
      help: "How long an agent had been silent when it was DOWN.",
      buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 90, 120, 300, 900, 3_600, 21_600, 86_400],
      registers,
    });
    this.#alerts = new AlertMetrics(this.#registry, parts.alerts, selfBeat);
    this.#registry.registerMetric(commits);
    this.#tellBuild();
    // A rate wants the zero before the first event.
    for (const type of Object.keys(eventTypeNumber)) this.#events.inc({ type }, 0);
    this.#tellProcess();
    parts.engine.onEvent((recorded) => this.#hear(recorded));
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The present numbers as text; with `eachAgent` also those of single agents, up to a bound. */
  async scrape({ eachAgent }: { readonly eachAgent: boolean }): Promise<Buffer> {
    this.#read();
    const text = Buffer.from(await this.#registry.metrics());
    const { engine } = this.#parts;
    if (!eachAgent) return text;
    return Buffer.concat([text, agentLines(engine.monitor, engine.now().mono)]);
  }

  #read(): void {
    this.#alerts.read();
    const status = summary(this.#parts, undefined);
    for (const [at, { read }] of gauges.entries()) this.#gauges[at].set(Number(read(status)));
    for (const [at, { read }] of counters.entries()) {
      // The sum is kept elsewhere: the library can only add to its own.
      this.#counters[at].reset();
      this.#counters[at].inc(Number(read(status)));
    }
    for (const state of stateNames) {
      this.#agents.set({ state }, Number(status.agentsByState[state.toUpperCase()] ?? 0));
    }
    for (const state of taskStates) {
      this.#tasks.set({ state }, Number(status.tasksByState[state.toUpperCase()] ?? 0));
    }
  }

  #hear({ event }: RecordedEvent): void {
    this.#events.inc({ type: event.type });
    const lateMs = this.#detection.hear(event);
    if (lateMs !== undefined) this.#delay.observe(lateMs / 1000);
    if (event.type === "down") this.#silence.observe(event.silenceMs / 1000);
    if (event.type === "missed" || (event.type === "suspected" && event.missedBeats > 0)) {
      this.#missed.inc();
    }
  }

  #tellProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
    const superfluous = this.#registry
      .getMetricsAsArray()
      .filter(({ name }) => SUPERFLUOUS.test(name));
    for (const { name } of superfluous) this.#registry.removeSingleMetric(name);
  }

  #tellBuild(): void {
    const { version, serverId } = this.#parts;
    const build = new Gauge({
      name: "heartbeat_build_info",
      help: "1, with what this server is.",
      labelNames: ["version", "server_id"],
      registers: [this.#registry],
    });
    build.set({ version, server_id: serverId }, 1);
  }
}
