import { Counter, Gauge, type PrometheusContentType, type Registry } from "prom-client";
import type { ChannelReport } from "../alerts/delivering.ts";
import type { SelfBeatReport } from "../alerts/self-beat.ts";
import type { ServiceParts } from "../services/parts.ts";

interface ChannelSeries<Kind> {
  readonly metric: Kind;
  readonly read: (report: ChannelReport) => number;
}

/** What people are told, and how the ways to them do. All of it is read at the scrape. */
export class AlertMetrics {
  readonly #alerts: ServiceParts["alerts"];
  readonly #selfBeat: () => SelfBeatReport | undefined;
  readonly #states: Gauge;
  readonly #gauges: readonly ChannelSeries<Gauge>[];
  readonly #counters: readonly ChannelSeries<Counter>[];
  readonly #selfBeats: Counter;
  readonly #selfBeatFailures: Counter;

  constructor(
    registry: Registry<PrometheusContentType>,
    alerts: ServiceParts["alerts"],
    selfBeat: () => SelfBeatReport | undefined,
  ) {
    this.#alerts = alerts;
    this.#selfBeat = selfBeat;
    const registers = [registry];
    const labelNames = ["channel"];
    this.#states = new Gauge({
      name: "heartbeat_alerts",
      help: "Alerts that are not over, by state.",
      labelNames: ["state"],
      registers,
    });
    const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers });
    const counter = (name: string, help: string) =>
      new Counter({ name, help, labelNames, registers });
    this.#gauges = [
      {
        metric: gauge("heartbeat_alert_deliveries_waiting", "Messages that wait to be delivered."),
        read: ({ waiting }) => waiting,
      },
      {
        metric: gauge(
          "heartbeat_alert_deliveries_dead",
          "Messages that were given up and can be sent again.",
        ),
        read: ({ dead }) => dead,
      },
    ];
    this.#counters = [
      {
        metric: counter("heartbeat_alert_deliveries_total", "Messages that were delivered."),
        read: ({ deliveredTotal }) => deliveredTotal,
      },
      {
        metric: counter(
          "heartbeat_alert_delivery_failures_total",
          "Attempts to deliver a message that failed.",
        ),
        read: ({ failuresTotal }) => failuresTotal,
      },
    ];
    this.#selfBeats = new Counter({
      name: "heartbeat_self_beats_total",
      help: "Outbound beats of the server itself that went through.",
      registers,
    });
    this.#selfBeatFailures = new Counter({
      name: "heartbeat_self_beat_failures_total",
      help: "Outbound beats of the server itself that did not.",
      registers,
    });
  }

  read(): void {
    const { book, deliveries } = this.#alerts;
    for (const [state, count] of Object.entries(book.counts)) this.#states.set({ state }, count);
    for (const report of deliveries.channels()) {
      const labels = { channel: report.name };
      for (const { metric, read } of this.#gauges) metric.set(labels, read(report));
      for (const { metric, read } of this.#counters) {
        // The sum is kept elsewhere: the library can only add to its own.
        metric.remove(labels);
        metric.inc(labels, read(report));
      }
    }
    const { sentTotal = 0, failuresTotal = 0 } = this.#selfBeat() ?? {};
    this.#selfBeats.reset();
    this.#selfBeats.inc(sentTotal);
    this.#selfBeatFailures.reset();
    this.#selfBeatFailures.inc(failuresTotal);
  }
}
