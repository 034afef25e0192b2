/** What a dialog about one agent is given. */
export interface OfAgent {
  readonly agent: { readonly organizationId: string; readonly agentId: string };
  readonly isOpen: boolean;
  onClose(): void;
  /** Something was done: in a sentence. */
  onDone(done: string): void;
}
