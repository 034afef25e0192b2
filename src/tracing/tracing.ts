import type { DescMethod } from "@bufbuild/protobuf";
import { Health } from "../../gen/typescript/grpc/health/v1/health_pb.js";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { GrpcStatusName } from "../errors.ts";

/** A call at one of the doors. */
export interface TracedCall {
  readonly method: DescMethod;
  /** Which protocol it came by, as OpenTelemetry names it. */
  readonly system: "grpc" | "connectrpc";
  /** The first value of a header, by its name in lower case. */
  header(name: string): string | undefined;
}

/** The span of a call that is under way. */
export interface CallSpan {
  end(status: GrpcStatusName): void;
}

/** Tells somebody else's tracing of the calls that are answered here. */
export interface Tracing {
  /** Undefined when nobody is told of this call. Never throws, and waits for nothing. */
  begin(call: TracedCall): CallSpan | undefined;
  /** Hands over what is left, within a bound. */
  close(withinMs: number): Promise<void>;
}

/** Without the setting nobody is told of anything, and nothing is loaded for it. */
export const untraced: Tracing = { begin: () => undefined, close: async () => {} };

/** One answer to one question. A beat is no call, whatever brings it, and a probe asks nothing. */
export function isTraced(method: DescMethod): boolean {
  if (method.methodKind !== "unary") return false;
  return method !== HeartbeatService.method.sendBeat && method.parent !== Health;
}
