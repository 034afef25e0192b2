import type { Logger } from "pino";
import type { Book } from "../alerts/book.ts";
import type { Deliveries } from "../alerts/delivering.ts";
import type { Authenticator } from "../auth/authenticator.ts";
import type { Engine } from "../engine/engine.ts";
import type { Exchange } from "../messaging/exchange.ts";
import type { Tracing } from "../tracing/tracing.ts";
import type { Handovers } from "./handovers.ts";
import type { Refusals } from "./refusals.ts";
import type { Sessions } from "./sessions.ts";
import type { Watchers } from "./watchers.ts";

/** What the services work with. */
export interface ServiceParts {
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly handovers: Handovers;
  readonly watchers: Watchers;
  /** Subscribe calls, which take no watch's place. */
  readonly subscribers: Watchers;
  readonly exchange: Exchange;
  /** What people are told, and what becomes of it. */
  readonly alerts: { readonly book: Book; readonly deliveries: Deliveries };
  readonly authenticator: Authenticator;
  readonly refusals: Refusals;
  readonly tracing: Tracing;
  readonly log: Logger;
  readonly serverId: string;
  readonly version: string;
}
