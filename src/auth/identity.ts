import { HeartbeatError, shown } from "../errors.ts";

/** Who calls, as far as a token has proved it. */
export interface Identity {
  /** The only organization it may speak for; undefined: each of them, as an operator. */
  readonly organizationId: string | undefined;
  /** The only agent that it may be; undefined: any of its organization. */
  readonly agentId: string | undefined;
}

/** Whoever calls a server that asks for no tokens. */
export const anybody: Identity = Object.freeze({ organizationId: undefined, agentId: undefined });

/** Who has no token where one is asked for: may speak for nobody. */
export const nobody: Identity = Object.freeze({ organizationId: "", agentId: undefined });

/**
 * Refuses who may not speak for an organization (undefined: for all of them), or be an agent. Throws
 * token_missing and not_permitted.
 */
export function authorize(
  identity: Identity,
  organizationId: string | undefined,
  agentId?: string,
): void {
  if (identity === nobody) {
    throw new HeartbeatError("token_missing", { field: "authorization", problem: "is missing" });
  }
  if (identity.organizationId !== undefined && identity.organizationId !== organizationId) {
    throw new HeartbeatError("not_permitted", {
      field: "organization_id",
      value: organizationId === undefined ? "all" : shown(organizationId),
      problem: "is not the organization of this token",
      limit: shown(identity.organizationId),
    });
  }
  if (agentId !== undefined && identity.agentId !== undefined && identity.agentId !== agentId) {
    throw new HeartbeatError("not_permitted", {
      field: "agent_id",
      value: shown(agentId),
      problem: "is not the agent of this token",
      limit: shown(identity.agentId),
    });
  }
}

/** Refuses an agent's own token where an operator's is wanted. Throws not_permitted. */
export function authorizeOperator({ agentId }: Identity): void {
  if (agentId === undefined) return;
  throw new HeartbeatError("not_permitted", {
    field: "authorization",
    problem: `is the token of agent ${shown(agentId)}, and this is an operator's call`,
    limit: "a token without sub",
  });
}
