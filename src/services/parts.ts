import type { Logger } from "pino";
import type { Authenticator } from "../auth/authenticator.ts";
import type { Engine } from "../engine/engine.ts";
import type { Exchange } from "../messaging/exchange.ts";
import type { Sessions } from "./sessions.ts";
import type { Watchers } from "./watchers.ts";

/** What the services work with. */
export interface ServiceParts {
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly watchers: Watchers;
  /** Subscribe calls, which take no watch's place. */
  readonly subscribers: Watchers;
  readonly exchange: Exchange;
  readonly authenticator: Authenticator;
  readonly log: Logger;
  readonly serverId: string;
  readonly version: string;
}
