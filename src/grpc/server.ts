import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from "@grpc/grpc-js";
import { Health } from "../../gen/typescript/grpc/health/v1/health_pb.js";
import { AlertService } from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { ControlService } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { MessageService } from "../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { Clock } from "../clock.ts";
import { limits } from "../config.ts";
import { withPort } from "../library/listen.ts";
import type { ServiceParts } from "../services/parts.ts";
import type { Services } from "../services/services.ts";
import { adapt, type Door } from "./adapter.ts";
import { beatStream, readBeat } from "./beat-stream.ts";
import { definitionOf } from "./definition.ts";
import { eventStream } from "./event-stream.ts";
import { listenOnAll } from "./listeners.ts";
import { addReflection } from "./reflection.ts";
import { inRuns } from "./runs.ts";

export interface GrpcSettings {
  /** HOST:PORT; port 0 takes a free one. */
  readonly address: string;
  /** How often an idle connection is asked for a sign of life, and how long it may take. */
  readonly keepaliveTimeMs: number;
  readonly keepaliveTimeoutMs: number;
  /** Memory that one connection may hold, in MiB. */
  readonly maxConnectionMemoryMib: number;
  readonly tls: TlsFiles | undefined;
}

/** PEM contents. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface GrpcServer {
  readonly address: string;
  /** Takes no new connections; open streams go on. */
  closeListener(): void;
  /** Waits for open calls to end, at most `withinMs`, then ends what is left. */
  close(clock: Clock, withinMs: number): Promise<void>;
}

// What the library would print goes to nobody: its failures reach us as errors, and we say them.
setLogVerbosity(logVerbosity.NONE);

/** Serves everything over gRPC. Rejects when the address cannot be bound. */
export async function startGrpc(
  services: Services,
  parts: ServiceParts,
  settings: GrpcSettings,
): Promise<GrpcServer> {
  const status = definitionOf(StatusService);
  const server = new Server({
    interceptors: [inRuns(status.WatchEvents!.path)],
    "grpc.keepalive_time_ms": settings.keepaliveTimeMs,
    "grpc.keepalive_timeout_ms": settings.keepaliveTimeoutMs,
    // Agents may ping as often as they beat.
    "grpc.http2.min_time_between_pings_ms": 1_000,
    "grpc.max_receive_message_length": limits.messageBytes,
    "grpc-node.max_session_memory": settings.maxConnectionMemoryMib,
  });
  const beats = definitionOf(HeartbeatService);
  server.addService(
    { ...beats, Beat: { ...beats.Beat, requestDeserialize: readBeat } },
    { ...adapt(HeartbeatService, services.heartbeat, parts), Beat: beatStream(parts) as never },
  );
  server.addService(status, {
    ...adapt(StatusService, services.status, parts),
    WatchEvents: eventStream(services.status, parts) as never,
  });
  server.addService(definitionOf(ControlService), adapt(ControlService, services.control, parts));
  server.addService(definitionOf(MessageService), adapt(MessageService, services.message, parts));
  server.addService(definitionOf(AlertService), adapt(AlertService, services.alert, parts));
  server.addService(definitionOf(Health), adapt(Health, services.health, open(parts)));
  addReflection(server, [
    HeartbeatService.file,
    StatusService.file,
    ControlService.file,
    MessageService.file,
    AlertService.file,
    Health.file,
  ]);
  const injector = server.createConnectionInjector(credentialsOf(settings));
  // Its own listener has a short queue, see listen.ts.
  const listeners = await listenOnAll(settings.address, (socket) =>
    injector.injectConnection(socket),
  );
  const address = withPort(settings.address, listeners.port);
  let closed: Promise<void> | undefined;
  const closeListener = () => {
    listeners.close();
    closed ??= new Promise((resolve) => server.tryShutdown(() => resolve()));
    return closed;
  };
  return {
    address,
    closeListener: () => void closeListener(),
    async close(clock, withinMs) {
      const timer = clock.after(withinMs, () => server.forceShutdown());
      await closeListener();
      timer.cancel();
    },
  };
}

/** Whoever asks whether the server serves needs no token. */
function open({ authenticator, refusals, tracing }: ServiceParts): Door {
  const { stranger } = authenticator;
  return {
    refusals,
    tracing,
    authenticator: {
      stranger,
      identify: async (authorization) =>
        authorization === undefined ? stranger : authenticator.identify(authorization),
    },
  };
}

function credentialsOf({ tls }: GrpcSettings): ServerCredentials {
  return tls
    ? ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }])
    : ServerCredentials.createInsecure();
}
