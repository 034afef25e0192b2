/** Where a task stands between two agents. Instants are monotonic. */
export type Handover =
  /** Its agent has it, or it has ended for good: nobody else is asked. */
  | { readonly kind: "none" }
  /** It is lost, and another attempt is due then, or was while nobody is there for it. */
  | {
      readonly kind: "waiting";
      readonly dueAt: number;
      /** Its agent was asked to stop, and does not go on with it though it is back. */
      readonly stopped: boolean;
    }
  /** Its agent has until then to take it up. */
  | { readonly kind: "offered"; readonly until: number };

export const noHandover: Handover = Object.freeze({ kind: "none" });
