import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import {
  type AlertState as AlertStateNumber,
  type CreateSilenceRequest,
  type CreateSilenceResponse,
  CreateSilenceResponseSchema,
  type DeliveryState as DeliveryStateNumber,
  type EndSilenceRequest,
  type EndSilenceResponse,
  EndSilenceResponseSchema,
  type ListAlertsRequest,
  type ListAlertsResponse,
  ListAlertsResponseSchema,
  type ListChannelsRequest,
  type ListChannelsResponse,
  ListChannelsResponseSchema,
  type ListDeliveriesRequest,
  type ListDeliveriesResponse,
  ListDeliveriesResponseSchema,
  type ListSilencesRequest,
  type ListSilencesResponse,
  ListSilencesResponseSchema,
  type ResendDeliveryRequest,
  type ResendDeliveryResponse,
  ResendDeliveryResponseSchema,
  type TestChannelRequest,
  type TestChannelResponse,
  TestChannelResponseSchema,
} from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import type { DeliveryReport } from "../alerts/delivering.ts";
import type { AlertState } from "../alerts/notification.ts";
import { MOST_SILENCES, MOST_SILENCES_IN_ALL, type Silence } from "../alerts/silences.ts";
import { authorize } from "../auth/identity.ts";
import { limits } from "../config.ts";
import { type ErrorCode, HeartbeatError, shown } from "../errors.ts";
import type { IdentifiedCall } from "./call-context.ts";
import { keep } from "./keep.ts";
import { isDeliveryFor, isFor, listAlerts, listDeliveries } from "./list-alerts.ts";
import {
  alertMessage,
  alertStateNumber,
  channelMessage,
  deliveryMessage,
  deliveryStateNumber,
  silenceMessage,
} from "./messages/alert.ts";
import { duration } from "./messages/time.ts";
import { pageSize } from "./pages.ts";
import { choice, id, organizationOrAll, text } from "./parse/fields.ts";
import { inverse } from "./parse/filters.ts";
import { silenceOf } from "./parse/silence.ts";
import type { ServiceParts } from "./parts.ts";

const alertStates: Map<number, AlertState> = inverse(alertStateNumber);
const deliveryStates: Map<number, DeliveryReport["state"]> = inverse(deliveryStateNumber);

/** AlertService: what people are told, and what they do about it. What changes something is kept. */
export function alertService({ engine, alerts }: ServiceParts) {
  const { book, deliveries } = alerts;

  /** Resolves when what it changed is kept. */
  function kept<Result>(act: () => Result): Promise<Result> {
    return keep(engine, () => {
      const result = act();
      engine.keepDocuments();
      return result;
    });
  }

  return {
    async listAlerts(request: ListAlertsRequest): Promise<ListAlertsResponse> {
      const question = {
        organizationId: organizationOrAll("organization_id", request.organizationId),
        states: new Set(request.states.map(alertState)),
        agentId: request.agentId === "" ? "" : id("agent_id", request.agentId),
      };
      const paging = { size: pageSize(request.pageSize), token: request.pageToken };
      const page = listAlerts(book.list(), question, paging);
      return create(ListAlertsResponseSchema, {
        alerts: page.items.map((alert) => alertMessage(alert, book.silenceOf(alert))),
        nextPageToken: page.nextPageToken,
        totalSize: BigInt(page.total),
      });
    },

    async listChannels(_: ListChannelsRequest): Promise<ListChannelsResponse> {
      return create(ListChannelsResponseSchema, {
        channels: deliveries.channels().map(channelMessage),
      });
    },

    async testChannel(request: TestChannelRequest): Promise<TestChannelResponse> {
      const channel = named("channel", request.channel);
      const report = await deliveries.test(channel);
      if (!report) throw unknown("channel_unknown", "channel", channel);
      const { delivered, error, tookMs } = report;
      return create(TestChannelResponseSchema, { delivered, error, took: duration(tookMs) });
    },

    async listDeliveries(request: ListDeliveriesRequest): Promise<ListDeliveriesResponse> {
      const question = {
        organizationId: organizationOrAll("organization_id", request.organizationId),
        channel: text("channel", request.channel, limits.idBytes),
        states: new Set(request.states.map(deliveryState)),
      };
      const paging = { size: pageSize(request.pageSize), token: request.pageToken };
      const page = listDeliveries(deliveries.list(), question, paging);
      return create(ListDeliveriesResponseSchema, {
        deliveries: page.items.map(deliveryMessage),
        nextPageToken: page.nextPageToken,
        totalSize: BigInt(page.total),
      });
    },

    async resendDelivery(
      request: ResendDeliveryRequest,
      { identity }: Pick<IdentifiedCall, "identity">,
    ): Promise<ResendDeliveryResponse> {
      const organizationId = organizationOrAll("organization_id", request.organizationId);
      const deliveryId = named("delivery_id", request.deliveryId);
      const known = deliveries.list().find((delivery) => delivery.id === deliveryId);
      if (!known || !isDeliveryFor(organizationId, known)) {
        throw unknown("delivery_unknown", "delivery_id", deliveryId);
      }
      // What is of the monitor itself each tenant may see, and only whoever speaks for all of them may repeat.
      if (known.organizationId === undefined) authorize(identity, undefined);
      if (known.state === "delivered") {
        const subject = { field: "delivery_id", value: shown(deliveryId) };
        throw new HeartbeatError("delivery_done", { ...subject, problem: "has been delivered" });
      }
      const delivery = await kept(() => deliveries.resend(deliveryId, engine.now()));
      if (!delivery) throw unknown("delivery_unknown", "delivery_id", deliveryId);
      return create(ResendDeliveryResponseSchema, { delivery: deliveryMessage(delivery) });
    },

    async createSilence(request: CreateSilenceRequest): Promise<CreateSilenceResponse> {
      const now = engine.now();
      const asked = silenceOf(request, now);
      const { own, all } = book.silences.count(asked.organizationId, now);
      if (own >= MOST_SILENCES || all >= MOST_SILENCES_IN_ALL) {
        const limit = `${MOST_SILENCES} silences an organization, ${MOST_SILENCES_IN_ALL} in all`;
        const problem = `${own} silences of it are open, ${all} in all`;
        throw new HeartbeatError("silences_full", { problem, limit });
      }
      const silence: Silence = { id: randomUUID(), ...asked };
      await kept(() => book.silences.add(silence, engine.now()));
      return create(CreateSilenceResponseSchema, { silence: silenceMessage(silence) });
    },

    async listSilences(request: ListSilencesRequest): Promise<ListSilencesResponse> {
      const asked = organizationOrAll("organization_id", request.organizationId);
      const silences = book.silences
        .list(engine.now(), request.includeEnded)
        .filter(({ organizationId }) => isFor(asked, ownerOf(organizationId)))
        .slice(0, SILENCES_LISTED);
      return create(ListSilencesResponseSchema, { silences: silences.map(silenceMessage) });
    },

    async endSilence(request: EndSilenceRequest): Promise<EndSilenceResponse> {
      const asked = organizationOrAll("organization_id", request.organizationId) ?? "*";
      const silenceId = named("silence_id", request.silenceId);
      const known = book.silences.find(silenceId);
      // One for all tenants ends for all: whoever ends it says so.
      if (!known || (known.organizationId !== asked && asked !== "*")) {
        throw unknown("silence_unknown", "silence_id", silenceId);
      }
      const silence = await kept(() => book.silences.end(silenceId, engine.now()));
      return create(EndSilenceResponseSchema, { silence: silenceMessage(silence ?? known) });
    },
  };
}

const SILENCES_LISTED = 1_000;

/** A silence for all is everybody's. */
function ownerOf(organizationId: string): string | undefined {
  return organizationId === "*" ? undefined : organizationId;
}

function alertState(value: AlertStateNumber, at: number): AlertState {
  return choice(`states[${at}]`, value, alertStates, "PENDING, FIRING, RESOLVED");
}

function deliveryState(value: DeliveryStateNumber, at: number): DeliveryReport["state"] {
  return choice(`states[${at}]`, value, deliveryStates, "WAITING, DELIVERED, DEAD");
}

/** A name that must be given, and that only what it names has to like. */
function named(field: string, value: string): string {
  if (value === "") throw new HeartbeatError("field_missing", { field, problem: "is empty" });
  return text(field, value, limits.sentenceBytes);
}

function unknown(code: ErrorCode, field: string, value: string): HeartbeatError {
  return new HeartbeatError(code, { field, value: shown(value), problem: "is not known" });
}
