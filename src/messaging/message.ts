/** What one agent or program says to whoever subscribes to its subject. Not kept, not repeated. */
export interface Message {
  /** Tokens parted by ".". */
  readonly subject: string;
  readonly data: Uint8Array;
  /** The media type of `data`; empty when it has none. */
  readonly contentType: string;
  /** The agent that published it; empty when a program did. */
  readonly fromAgentId: string;
  /** The subject on which an answer is wanted; empty when none is. */
  readonly replyTo: string;
}
