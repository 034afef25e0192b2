import { alertService } from "./alert.ts";
import { controlService } from "./control.ts";
import { healthService } from "./health.ts";
import { heartbeatService } from "./heartbeat.ts";
import { messageService } from "./message.ts";
import type { ServiceParts } from "./parts.ts";
import { statusService } from "./status.ts";

/** Every service, in the form that each protocol's adapter takes. */
export function createServices(parts: ServiceParts, options: { readonly watcherMaxLag: number }) {
  return {
    heartbeat: heartbeatService(parts),
    status: statusService(parts, options),
    control: controlService(parts),
    message: messageService(parts),
    alert: alertService(parts),
    health: healthService(parts),
  };
}

export type Services = ReturnType<typeof createServices>;
