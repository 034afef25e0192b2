import { create } from "@bufbuild/protobuf";
import {
  MessageSchema,
  type Message as WireMessage,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Message } from "../../messaging/message.ts";

/** A message as the wire has it. */
export function wireMessage(message: Message): WireMessage {
  return create(MessageSchema, message as Message & { data: Uint8Array<ArrayBuffer> });
}
