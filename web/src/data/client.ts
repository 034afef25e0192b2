import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { AlertService } from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { ControlService } from "../../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { StatusService } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { TokenStore } from "./token.ts";

/** The server that the page came from. */
export interface Api {
  readonly status: Client<typeof StatusService>;
  readonly control: Client<typeof ControlService>;
  readonly alerts: Client<typeof AlertService>;
}

export function connectApi(origin: string, tokens: TokenStore): Api {
  const authorizing: Interceptor = (next) => (request) => {
    const token = tokens.get();
    if (token !== undefined) request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  const transport = createConnectTransport({
    baseUrl: origin,
    useBinaryFormat: true,
    interceptors: [authorizing],
  });
  return {
    status: createClient(StatusService, transport),
    control: createClient(ControlService, transport),
    alerts: createClient(AlertService, transport),
  };
}
