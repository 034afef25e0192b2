import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type TextMapGetter } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";
import { type Clock, sleep } from "../clock.ts";
import type { GrpcStatusName } from "../errors.ts";
import { ToldExporter } from "./told-exporter.ts";
import { isTraced, type TracedCall, type Tracing } from "./tracing.ts";

export interface OtlpOptions {
  /** Where spans are posted. */
  readonly endpoint: string;
  /** Sent along; besides those of OTEL_EXPORTER_OTLP_HEADERS. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the calls that come without a caller's decision, how many are told. */
  readonly ratio: number;
  readonly serverId: string;
  readonly version: string;
}

/** The statuses that are the server's own fault, by OpenTelemetry's conventions for RPC. */
const faults: ReadonlySet<GrpcStatusName> = new Set([
  "UNKNOWN",
  "DEADLINE_EXCEEDED",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
]);

const headers: TextMapGetter<TracedCall> = {
  keys: () => [],
  get: (call, name) => call.header(name),
};

/**
 * Spans of calls, posted as OTLP over HTTP. Names and attributes are those of OpenTelemetry's conventions for
 * RPC. Instants are the injected clock's; when a batch is posted, and how often that is tried, is the
 * library's own affair.
 */
export function openTracing(options: OtlpOptions, clock: Clock, log: Logger): Tracing {
  const { endpoint, ratio, serverId, version } = options;
  const exporter = new OTLPTraceExporter({ url: endpoint, headers: { ...options.headers } });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          "service.name": "heartbeat",
          "service.version": version,
          "service.instance.id": serverId,
        }),
      )
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new ToldExporter(exporter, log) })],
  });
  const tracer = provider.getTracer("heartbeat", version);
  const propagator = new W3CTraceContextPropagator();

  return {
    begin(call) {
      if (!isTraced(call.method)) return undefined;
      const { system } = call;
      const method = `${call.method.parent.typeName}/${call.method.name}`;
      const startTime = clock.now().wall;
      const begunAt = clock.preciseMs();
      const span = tracer.startSpan(
        method,
        {
          kind: SpanKind.SERVER,
          startTime,
          attributes: { "rpc.system.name": system, "rpc.method": method },
        },
        propagator.extract(ROOT_CONTEXT, call, headers),
      );
      return {
        end(status) {
          const code = system === "grpc" ? status : connectCode(status);
          if (code !== undefined) span.setAttribute("rpc.response.status_code", code);
          if (faults.has(status)) {
            span.setAttribute("error.type", code ?? status);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end(startTime + clock.preciseMs() - begunAt);
        },
      };
    },
    async close(withinMs) {
      const closed = provider.shutdown().catch((err: unknown) => {
        log.warn({ err }, "the last traces were not taken");
      });
      await Promise.race([closed, sleep(clock, withinMs)]);
    },
  };
}

/** As the Connect protocol spells a status; it has none for what went well. */
function connectCode(status: GrpcStatusName): string | undefined {
  if (status === "OK") return undefined;
  return status.toLowerCase().replace("cancelled", "canceled");
}
