import type { Message as WireMessage } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { MaybeAsync } from "../library/callbacks.ts";

/** A message for one of the agent's subscriptions. */
export interface AgentMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** The media type of `data`; empty when the publisher named none. */
  readonly contentType: string;
  /** The agent that published it; empty when a program did. */
  readonly fromAgentId: string;
  /** The subject on which an answer is wanted; empty when none is. */
  readonly replyTo: string;
  /** The data as text, UTF-8. */
  text(): string;
  /** The data as JSON. @throws SyntaxError when it is none. */
  json(): unknown;
}

export type MessageHandler = (message: AgentMessage) => MaybeAsync;

/** What is said of a message beside its data. */
export interface PublishOptions {
  /** The media type of the data; at most 128 bytes. Default: by the data's kind, see `publish`. */
  readonly contentType?: string;
  /** The subject on which an answer is wanted. Default: none is. */
  readonly replyTo?: string;
}

/** Anything that becomes bytes: bytes as they are, text as UTF-8, everything else as JSON. */
export type MessageData = Uint8Array | string | object | number | boolean | null;

export function readMessage(sent: WireMessage): AgentMessage {
  const { subject, data, contentType, fromAgentId, replyTo } = sent;
  const text = () => new TextDecoder().decode(data);
  return {
    subject,
    data,
    contentType,
    fromAgentId,
    replyTo,
    text,
    json: () => JSON.parse(text()),
  };
}

export function encode(data: MessageData): { bytes: Uint8Array; contentType: string } {
  if (data instanceof Uint8Array) return { bytes: data, contentType: "" };
  const encoder = new TextEncoder();
  if (typeof data === "string") {
    return { bytes: encoder.encode(data), contentType: "text/plain; charset=utf-8" };
  }
  return { bytes: encoder.encode(JSON.stringify(data)), contentType: "application/json" };
}
