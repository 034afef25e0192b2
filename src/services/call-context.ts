import type { Identity } from "../auth/identity.ts";
import type { HeartbeatError } from "../errors.ts";

/** What a service knows of the call it answers: a part of what either protocol's call has. */
export interface CallContext {
  /** Aborts when the caller has gone, or the server stops. */
  readonly signal: AbortSignal;
  /** Ends a stream although its reader takes nothing; where the protocol offers it. */
  readonly end?: (error: HeartbeatError) => void;
}

/** The same with who calls: what the doors hand in, and the guard looks at. */
export interface IdentifiedCall extends CallContext {
  readonly identity: Identity;
}
