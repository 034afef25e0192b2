import { readFileSync } from "node:fs";
import {
  type CallOptions,
  type Client,
  createClient,
  type Interceptor,
  type Transport,
} from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { Health } from "../../gen/typescript/grpc/health/v1/health_pb.js";
import { AlertService } from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { ControlService } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { MessageService } from "../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { limits } from "../config.ts";
import { CliFailure, exitCodes } from "./failure.ts";

/** Whom to call, and how. */
export interface Target {
  readonly server: string;
  readonly organizationId: string;
  readonly timeoutMs: number;
  readonly tls: boolean;
  readonly ca: string | undefined;
  /** Proves who calls, where the server asks for it. */
  readonly token: string | undefined;
}

/** A server that can be called. */
export interface Connection {
  readonly beats: Client<typeof HeartbeatService>;
  readonly status: Client<typeof StatusService>;
  readonly control: Client<typeof ControlService>;
  readonly messages: Client<typeof MessageService>;
  readonly alerts: Client<typeof AlertService>;
  readonly health: Client<typeof Health>;
  /** The tenant that every request names; empty for the server's default. */
  readonly organizationId: string;
  /** For calls with one answer: a deadline. */
  readonly unary: CallOptions;
  close(): void;
}

/** Opens a connection when it is first used. */
export function connect(target: Target, instead: Transport | undefined): Connection {
  const { transport, close } = instead ? { transport: instead, close() {} } : open(target);
  return {
    beats: createClient(HeartbeatService, transport),
    status: createClient(StatusService, transport),
    control: createClient(ControlService, transport),
    messages: createClient(MessageService, transport),
    alerts: createClient(AlertService, transport),
    health: createClient(Health, transport),
    organizationId: target.organizationId,
    unary: { timeoutMs: target.timeoutMs },
    close,
  };
}

/** A server that vanished without a word is noticed on an open watch after these two together. */
const pings = { pingIntervalMs: 20_000, pingTimeoutMs: 10_000 };

function open(target: Target): { transport: Transport; close(): void } {
  const baseUrl = `${target.tls ? "https" : "http"}://${target.server}`;
  const trust = target.ca === undefined ? {} : { ca: readTrusted(target.ca) };
  const session = new Http2SessionManager(baseUrl, pings, trust);
  const transport = createGrpcTransport({
    baseUrl,
    sessionManager: session,
    readMaxBytes: limits.messageBytes,
    interceptors: target.token === undefined ? [] : [proving(target.token)],
  });
  return { transport, close: () => session.abort() };
}

function proving(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
}

function readTrusted(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = (error as Error).message;
    throw new CliFailure(exitCodes.usage, `ca "${path}" cannot be read: ${reason}; check the path`);
  }
}
