import type { Message } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { plain } from "./terminal.ts";

/** A message's content as people read it: text as it is, anything else by its size. */
export function messageText({ data, contentType }: Message): string {
  if (data.length === 0) return "(empty)";
  try {
    return plain(new TextDecoder("utf-8", { fatal: true }).decode(data));
  } catch {
    return `(${data.length} bytes${contentType === "" ? "" : ` of ${plain(contentType)}`})`;
  }
}

/** A message as one line. */
export function messageLine(message: Message): string {
  const from = message.fromAgentId === "" ? "" : `  from ${plain(message.fromAgentId)}`;
  const reply = message.replyTo === "" ? "" : `  reply to ${plain(message.replyTo)}`;
  return `${plain(message.subject)}  ${messageText(message)}${from}${reply}`;
}
