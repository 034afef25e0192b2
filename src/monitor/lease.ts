import type { ClientInfo, Slot } from "./columns.ts";
import type { LivenessPolicy, PolicyPatch } from "./policy.ts";

/** What an agent, or an operator for it, declares. */
export interface Declaration {
  readonly agentType: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly policy: PolicyPatch;
}

/** What a life of an agent says when it takes up the lease. */
export interface Hello {
  readonly organizationId: string;
  readonly agentId: string;
  /** Names the life; empty when it does not say. */
  readonly instanceId: string;
  /** The epoch that it believes to hold; 0 claims nothing. */
  readonly epoch: number;
  /** Whether it opens a stream, whose end is then a drop. */
  readonly stream: boolean;
  /** Undefined leaves everything as it was. */
  readonly declaration: Declaration | undefined;
  readonly client: ClientInfo | undefined;
}

/** What came of it. */
export interface Lease {
  readonly slot: Slot;
  readonly epoch: number;
  /** The same life came back. */
  readonly resumed: boolean;
  readonly policy: LivenessPolicy;
}

/** The end of a life, by its own word. */
export interface Parting {
  readonly reason: string;
  /** It tells its own death. */
  readonly failed: boolean;
  readonly expectedBackInMs: number | undefined;
}
