import type {
  BeatRequest,
  BeatResponse,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { GrpcStatusName } from "../errors.ts";

/**
 * One stream to one server, on a connection of its own: what the agent needs of a transport, and all
 * that a test has to imitate.
 */
export interface BeatChannel {
  /** False while the message before has not been written: then nothing may be sent. */
  readonly writable: boolean;
  /** Takes one message. Only while writable. */
  send(beat: BeatRequest): void;
  /** No more messages from this side; the server ends the stream. */
  finish(): void;
  /** Gives the connection up at once. Nothing is told to the listener from then on. */
  abandon(): void;
  /**
   * Whether it keeps the process alive, until it has ended: while a Goodbye is under way, and while somebody
   * waits for an answer to what was written.
   */
  hold(on: boolean): void;
}

export interface ChannelListener {
  /** The server answered. */
  onAnswer(answer: BeatResponse): void;
  /** A message has been written, so another one may be sent. */
  onWritable(): void;
  /** The stream has ended; once, and the last call. */
  onEnd(end: ChannelEnd): void;
}

/** How a stream ended. */
export type ChannelEnd =
  /** The server gave a status, in words. */
  | {
      readonly by: "server";
      readonly status: GrpcStatusName;
      readonly message: string;
      /** The error's code of docs/errors.md, when the server told it: "superseded". */
      readonly code?: string | undefined;
      /** How long the server asks to stay away, in ms, as far as it is believed. */
      readonly pushbackMs?: number | undefined;
    }
  /** No status came: the connection broke, was refused, or a proxy answered in the server's place. */
  | { readonly by: "network"; readonly message: string };

/** Opens a channel. Never throws: what goes wrong is an end. Calls nothing before it has returned. */
export type OpenChannel = (listener: ChannelListener) => BeatChannel;
