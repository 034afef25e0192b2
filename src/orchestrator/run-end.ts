/** Why an agent's process came to its end, as far as it could tell; the reason is for people. */
export type RunEnd =
  /** The agent's limit of executions is reached. */
  | { readonly kind: "completed"; readonly reason: string }
  /** It was told to stop: by the orchestrator, or by a SIGTERM of its own. */
  | { readonly kind: "stopped"; readonly reason: string }
  /** Another process holds the agent's name. */
  | { readonly kind: "superseded"; readonly reason: string }
  /** The orchestrator died; nobody is left who would hear of it. */
  | { readonly kind: "orphaned"; readonly reason: string }
  /** A hook threw, or the process died before it could tell anything. */
  | { readonly kind: "crashed"; readonly reason: string };
