import { create } from "@bufbuild/protobuf";
import {
  type PublishRequest,
  type PublishResponse,
  PublishResponseSchema,
  type SubscribeRequest,
  type SubscribeResponse,
  SubscribeResponseSchema,
} from "../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { HeartbeatError } from "../errors.ts";
import type { CallContext } from "./call-context.ts";
import { wireMessage } from "./messages/message.ts";
import { organization } from "./parse/fields.ts";
import { message, subscriptions } from "./parse/message.ts";
import type { ServiceParts } from "./parts.ts";
import { subscribe } from "./subscribers.ts";
import { draining } from "./watchers.ts";

/** MessageService: what programs that are no agents say and hear. */
export function messageService({ exchange, sessions, subscribers }: ServiceParts) {
  return {
    async publish(request: PublishRequest): Promise<PublishResponse> {
      if (sessions.isDraining) throw draining();
      const organizationId = organization("organization_id", request.organizationId);
      if (!request.message) throw missing("message");
      const delivered = exchange.publish(organizationId, message("message", request.message, ""));
      return create(PublishResponseSchema, { deliveredCount: BigInt(delivered) });
    },

    async *subscribe(
      request: SubscribeRequest,
      context: CallContext,
    ): AsyncGenerator<SubscribeResponse> {
      const organizationId = organization("organization_id", request.organizationId);
      if (request.subjects.length === 0) throw missing("subjects");
      const subjects = subscriptions("subjects", request.subjects);
      const waiting = subscribers.run(context, (signal) =>
        subscribe(exchange, organizationId, subjects, signal),
      );
      for await (const { message, skipped } of waiting) {
        yield create(SubscribeResponseSchema, {
          message: wireMessage(message),
          skippedCount: BigInt(skipped),
        });
      }
    },
  };
}

function missing(field: string): HeartbeatError {
  return new HeartbeatError("field_missing", { field, problem: "is empty" });
}
