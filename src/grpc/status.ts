import { Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import { grpcStatus, type HeartbeatError } from "../errors.ts";

/** A refusal as grpc-js ends a call with it. */
export function statusFor(error: HeartbeatError): Partial<StatusObject> & ServiceError {
  const metadata = new Metadata();
  metadata.set("heartbeat-error", error.code);
  for (const [name, value] of Object.entries(error.refusal.metadata ?? {})) {
    metadata.set(name, value);
  }
  return Object.assign(new Error(error.message), {
    code: grpcStatus[error.status],
    details: error.message,
    metadata,
  });
}
