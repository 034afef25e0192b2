import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { DescService } from "@bufbuild/protobuf";
import type { ConnectRouter, ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Health } from "../../gen/typescript/grpc/health/v1/health_pb.js";
import { AlertService } from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { ControlService } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { MessageService } from "../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { Clock } from "../clock.ts";
import { limits } from "../config.ts";
import { hostAndPort, listen, withPort } from "../library/listen.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { ServiceParts } from "../services/parts.ts";
import type { Services } from "../services/services.ts";
import { withCors } from "./cors.ts";
import { heartbeatStatusRoute } from "./heartbeat-status.ts";
import { contextual, identifying } from "./identity.ts";
import { refusing, traced } from "./interceptors.ts";
import { metricsRoute } from "./metrics.ts";
import { openApiRoutes } from "./openapi.ts";
import { pageRoutes } from "./page.ts";
import { pingRoute } from "./ping.ts";
import { probeRoutes } from "./probes.ts";
import { plainRoutes } from "./routes.ts";
import { endable } from "./slow-readers.ts";
import { UnreadCalls } from "./unread.ts";

export interface HttpSettings {
  /** HOST:PORT; port 0 takes a free one. */
  readonly address: string;
  /** PEM contents. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** Web origins whose pages may call. */
  readonly origins: readonly string[];
  /** How long a request may take to arrive. */
  readonly requestTimeoutMs: number;
  /** How often deadlines are looked at, as /api/heartbeat/status tells it. */
  readonly tickMs: number;
}

export interface HttpServer {
  readonly address: string;
  /** Waits for open calls to end, at most `withinMs`, then ends what is left. */
  close(clock: Clock, withinMs: number): Promise<void>;
}

/** How often connections are looked at whose request is late, in ms; and for a short time-out that often. */
const LOOKED_AT_MS = 1_000;

/**
 * Serves the same services as JSON (Connect) and gRPC-Web, and the plain routes beside them. Rejects when the
 * address cannot be bound.
 */
export async function startHttp(
  services: Services,
  parts: ServiceParts,
  metrics: Metrics,
  settings: HttpSettings,
): Promise<HttpServer> {
  const { clock } = parts.engine;
  const offer = <Service extends DescService>(
    router: ConnectRouter,
    service: Service,
    methods: object,
  ) => {
    const offered = endable(service, contextual(service, methods), clock);
    router.service(service, offered as Partial<ServiceImpl<Service>>);
  };
  const plain = plainRoutes({
    routes: [
      ...probeRoutes(parts.sessions),
      metricsRoute(metrics),
      heartbeatStatusRoute(parts.engine, settings),
      ...openApiRoutes(),
      pingRoute(parts.engine, services.heartbeat),
      ...pageRoutes(),
    ],
    authenticator: parts.authenticator,
    clock,
    refusals: parts.refusals,
    origins: settings.origins,
  });
  const unread = new UnreadCalls(parts.refusals);
  const handler = connectNodeAdapter({
    routes(router: ConnectRouter) {
      offer(router, HeartbeatService, services.heartbeat);
      offer(router, StatusService, services.status);
      offer(router, ControlService, services.control);
      offer(router, MessageService, services.message);
      offer(router, AlertService, services.alert);
      offer(router, Health, services.health);
    },
    readMaxBytes: limits.messageBytes,
    interceptors: [
      unread.read,
      traced(parts.tracing),
      refusing(parts.refusals),
      identifying(parts.authenticator, Health),
    ],
    contextValues: unread.begin,
    fallback: (request, response) => plain(request as IncomingMessage, response as ServerResponse),
  });
  const server = createServer(settings, withCors(settings.origins, unread.watching(handler)));
  const { host, port } = hostAndPort(settings.address);
  const address = withPort(settings.address, await listen(server, host, port));
  return { address, close: (clock, withinMs) => close(server, clock, withinMs) };
}

/** A client that is slow to ask costs a socket for a while, and nobody else anything. */
function createServer({ tls, requestTimeoutMs }: HttpSettings, handler: RequestListener): Server {
  const options = {
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(LOOKED_AT_MS, requestTimeoutMs),
  };
  return tls
    ? createHttpsServer({ ...options, cert: tls.cert, key: tls.key }, handler)
    : createHttpServer(options, handler);
}

async function close(server: Server, clock: Clock, withinMs: number): Promise<void> {
  const timer = clock.after(withinMs, () => server.closeAllConnections());
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await closed;
  timer.cancel();
}
