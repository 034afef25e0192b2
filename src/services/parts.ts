import type { Logger } from "pino";
import type { Engine } from "../engine/engine.ts";
import type { Sessions } from "./sessions.ts";
import type { Watchers } from "./watchers.ts";

/** What the services work with. */
export interface ServiceParts {
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly watchers: Watchers;
  readonly log: Logger;
  readonly serverId: string;
  readonly version: string;
}

/** What a service knows of the call it answers: a part of what either protocol's call has. */
export interface CallContext {
  /** Aborts when the caller has gone, or the server stops. */
  readonly signal: AbortSignal;
}
