import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  AlertKind,
  AlertState,
  CreateSilenceRequestSchema,
  DeliveryState,
  EndSilenceRequestSchema,
  ListAlertsRequestSchema,
  ListChannelsRequestSchema,
  ListDeliveriesRequestSchema,
  ListSilencesRequestSchema,
  ResendDeliveryRequestSchema,
  TestChannelRequestSchema,
} from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { type Channel, DeliveryError } from "../../src/alerts/channel.ts";
import type { Notification } from "../../src/alerts/notification.ts";
import { defaultAlertPolicy, type Routing } from "../../src/alerts/routing.ts";
import { anybody, type Identity } from "../../src/auth/identity.ts";
import { alert, message } from "../alerts/support/messages.ts";
import { TestAlerts } from "../support/alerts.ts";
import { FakeStore } from "../support/fake-store.ts";
import { House } from "../support/house.ts";

/** A channel whose other side takes everything, or refuses it. */
class TestChannel implements Channel {
  readonly name = "ops";
  readonly kind = "webhook";
  readonly target = "https://ops.example";
  readonly took: Notification[] = [];
  refusal: DeliveryError | undefined;

  async send(notification: Notification): Promise<void> {
    if (this.refusal) throw this.refusal;
    this.took.push(notification);
  }
}

async function bench() {
  const channel = new TestChannel();
  const routing: Routing = {
    routeOf: () => ({ name: "all", channels: ["ops"], policy: defaultAlertPolicy }),
  };
  const store = new FakeStore();
  const alerts = new TestAlerts({ routing, channels: [channel] });
  const house = await House.on(store, { alerts });
  house.alerting.courier.start();
  const { alert } = house.services;
  const pass = (ms: number) => house.clock.advanceAsync(ms);
  /** What waits for the disk waits for the clock. */
  const served = async <Result>(answer: Promise<Result>): Promise<Result> => {
    answer.catch(() => {});
    await pass(10);
    return answer;
  };
  return {
    house,
    store,
    channel,
    outbox: alerts.outbox,
    pass,
    async down(...agents: readonly string[]) {
      for (const agentId of agents) {
        house.stream().say({ agentId, goodbye: { failed: true, reason: "crashed" } });
      }
    },
    list: (init: MessageInitShape<typeof ListAlertsRequestSchema> = {}) =>
      alert.listAlerts(create(ListAlertsRequestSchema, init)),
    channels: async () => (await alert.listChannels(create(ListChannelsRequestSchema))).channels,
    test: (name: string) => alert.testChannel(create(TestChannelRequestSchema, { channel: name })),
    deliveries: (init: MessageInitShape<typeof ListDeliveriesRequestSchema> = {}) =>
      alert.listDeliveries(create(ListDeliveriesRequestSchema, init)),
    resend: (
      init: MessageInitShape<typeof ResendDeliveryRequestSchema>,
      identity: Identity = anybody,
    ) => served(alert.resendDelivery(create(ResendDeliveryRequestSchema, init), { identity })),
    silence: (init: MessageInitShape<typeof CreateSilenceRequestSchema>) =>
      served(alert.createSilence(create(CreateSilenceRequestSchema, init))),
    silences: async (init: MessageInitShape<typeof ListSilencesRequestSchema> = {}) =>
      (await alert.listSilences(create(ListSilencesRequestSchema, init))).silences,
    end: (init: MessageInitShape<typeof EndSilenceRequestSchema>) =>
      served(alert.endSilence(create(EndSilenceRequestSchema, init))),
  };
}

const hour = { seconds: 3_600n };

describe("ListAlerts", () => {
  it("shows an alert from its beginning to its end", async () => {
    const { list, down, pass, house, channel } = await bench();
    await down("a", "b");
    const [pending] = (await list()).alerts;
    expect(pending).toMatchObject({
      organizationId: "default",
      kind: AlertKind.AGENT_DOWN,
      state: AlertState.PENDING,
      memberCount: 2,
      openCount: 2,
      channels: ["ops"],
      silenceId: "",
    });
    expect(pending.toldAt).toBeUndefined();
    await pass(11_000);
    const [firing] = (await list()).alerts;
    expect(firing.state).toBe(AlertState.FIRING);
    expect(firing.toldAt).toBeDefined();
    expect(firing.summary).toBe("2 agents of default are DOWN: a and b");
    expect(firing.members.map(({ agentId, reason }) => [agentId, reason])).toEqual([
      ["a", "it reported its own failure: crashed"],
      ["b", "it reported its own failure: crashed"],
    ]);
    house.stream().say({ agentId: "a", registration: { instanceId: "2" } });
    house.stream().say({ agentId: "b", registration: { instanceId: "2" } });
    await pass(1_000);
    const [resolved] = (await list()).alerts;
    expect([resolved.state, resolved.openCount]).toEqual([AlertState.RESOLVED, 0]);
    expect(resolved.resolvedAt).toBeDefined();
    expect(channel.took.map(({ notice }) => notice)).toEqual(["firing", "resolved"]);
  });

  it("filters by state, agent and organization, and goes on page by page", async () => {
    const { list, down, pass } = await bench();
    for (const agent of ["a", "b", "c"]) {
      await down(agent);
      await pass(60_000);
    }
    await down("d");
    const agents = async (init: MessageInitShape<typeof ListAlertsRequestSchema>) => {
      const { alerts } = await list(init);
      return alerts.map(({ members }) => members[0].agentId).join();
    };
    expect(await agents({})).toBe("d,c,b,a");
    expect(await agents({ states: [AlertState.PENDING] })).toBe("d");
    expect(await agents({ states: [AlertState.FIRING] })).toBe("c,b,a");
    expect(await agents({ agentId: "b" })).toBe("b");
    expect(await agents({ organizationId: "acme" })).toBe("");
    expect(await agents({ organizationId: "*" })).toBe("d,c,b,a");
    const first = await list({ pageSize: 3 });
    expect([first.alerts.length, first.totalSize]).toEqual([3, 4n]);
    expect(await agents({ pageSize: 3, pageToken: first.nextPageToken })).toBe("a");
    await expect(list({ agentId: "b", pageToken: first.nextPageToken })).rejects.toThrow(
      /page_token .* is not from an answer to this question/,
    );
    await expect(list({ states: [9 as AlertState] })).rejects.toThrow(
      /states\[0\] 9 is not a value of this field \(limit: PENDING, FIRING, RESOLVED\)/,
    );
  });

  it("shows what is of the monitor itself to everybody", async () => {
    const { house, list } = await bench();
    const [at, reason] = [house.engine.now(), "stood still"];
    house.engine.record([{ type: "monitor_stalled", at, stalledMs: 9_000, heldBackMs: 1, reason }]);
    const { alerts } = await list({ organizationId: "acme" });
    expect(alerts.map(({ kind, organizationId }) => [kind, organizationId])).toEqual([
      [AlertKind.MONITOR, ""],
    ]);
  });
});

describe("channels and deliveries", () => {
  it("a channel is shown with how it does, and tried on request", async () => {
    const { channels, test, channel } = await bench();
    expect(await channels()).toMatchObject([
      { name: "ops", kind: "webhook", target: "https://ops.example", deliveredTotal: 0n },
    ]);
    expect(await test("ops")).toMatchObject({ delivered: true, error: "" });
    expect(channel.took.map(({ notice }) => notice)).toEqual(["test"]);
    channel.refusal = new DeliveryError("answered 404", { permanent: true });
    expect(await test("ops")).toMatchObject({ delivered: false, error: "answered 404" });
    await expect(test("none")).rejects.toMatchObject({ code: "channel_unknown" });
    await expect(test("")).rejects.toMatchObject({ code: "field_missing" });
  });

  it("a message that was refused for good is shown as dead, and sent again on request", async () => {
    const { down, pass, deliveries, resend, channel, store } = await bench();
    channel.refusal = new DeliveryError("answered 404", { permanent: true });
    await down("a");
    await pass(11_000);
    const [dead] = (await deliveries({ states: [DeliveryState.DEAD] })).deliveries;
    expect(dead).toMatchObject({ channel: "ops", attempts: 1, lastError: "answered 404" });
    channel.refusal = undefined;
    const before = store.batches.length;
    const { delivery } = await resend({ deliveryId: dead.id });
    expect(delivery?.state).toBe(DeliveryState.WAITING);
    expect(store.batches.length).toBeGreaterThan(before);
    await pass(1_000);
    expect(channel.took.map(({ notice }) => notice)).toEqual(["firing"]);
    await expect(resend({ deliveryId: dead.id })).rejects.toMatchObject({ code: "delivery_done" });
    const all = await deliveries({});
    expect(all.deliveries.map(({ state }) => state)).toEqual([DeliveryState.DELIVERED]);
    expect((await deliveries({ channel: "other" })).totalSize).toBe(0n);
    expect((await deliveries({ organizationId: "acme" })).totalSize).toBe(0n);
  });

  it("a message of another organization cannot be sent again", async () => {
    const { resend, down, pass, channel, deliveries } = await bench();
    channel.refusal = new DeliveryError("answered 404", { permanent: true });
    await down("a");
    await pass(11_000);
    const [{ id: deliveryId }] = (await deliveries()).deliveries;
    await expect(resend({ organizationId: "acme", deliveryId })).rejects.toMatchObject({
      code: "delivery_unknown",
    });
    await expect(resend({ deliveryId: "none" })).rejects.toMatchObject({
      code: "delivery_unknown",
    });
    await expect(resend({})).rejects.toMatchObject({ code: "field_missing" });
  });

  it("a message about the monitor itself is seen by every tenant, and sent again by none of them", async () => {
    const { house, outbox, channel, deliveries, resend, pass } = await bench();
    channel.refusal = new DeliveryError("answered 404", { permanent: true });
    const about = alert("stalled", { organizationId: undefined, kind: "monitor" });
    outbox.enqueue(message("m1", "firing", about), "ops", house.engine.now());
    await pass(1_000);
    const request = { organizationId: "acme" };
    const [{ id: deliveryId }] = (await deliveries(request)).deliveries;
    const acme = { organizationId: "acme", agentId: undefined };
    await expect(resend({ ...request, deliveryId }, acme)).rejects.toMatchObject({
      code: "not_permitted",
    });
    await expect(resend({ ...request, deliveryId })).resolves.toBeDefined();
  });
});

describe("what stands for messages that were left out", () => {
  async function crowd(...organizations: readonly string[]) {
    const { house, outbox, channel, deliveries, resend } = await bench();
    channel.refusal = new DeliveryError("answered 503", { permanent: false });
    const put = (n: number, organizationId: string) => {
      const about = alert(`x${n}`, { organizationId });
      outbox.enqueue(message(`m${n}`, "firing", about), "ops", house.engine.now());
    };
    for (let n = 0; n < 1_002; n++) put(n, organizations[n % organizations.length] ?? "");
    const shown = async (organizationId: string) => {
      const page = await deliveries({ organizationId, pageSize: 1_000 });
      return page.deliveries.filter(({ alertId }) => alertId === "").map(({ id }) => id);
    };
    return { shown, resend };
  }

  it("is shown to the organization that they are all of, and to whoever speaks for all", async () => {
    const { shown, resend } = await crowd("acme");
    const [deliveryId = ""] = await shown("acme");
    expect(deliveryId).toMatch(/^left-out/);
    expect([await shown("*"), await shown("other")]).toEqual([[deliveryId], []]);
    await expect(resend({ organizationId: "acme", deliveryId })).resolves.toBeDefined();
  });

  it("is shown to none of several, and sent again for none of them", async () => {
    const { shown, resend } = await crowd("acme", "other");
    const [deliveryId = ""] = await shown("*");
    expect(deliveryId).toMatch(/^left-out/);
    expect([await shown("acme"), await shown("other")]).toEqual([[], []]);
    const unknown = { code: "delivery_unknown" };
    await expect(resend({ organizationId: "acme", deliveryId })).rejects.toMatchObject(unknown);
    await expect(resend({ organizationId: "*", deliveryId })).resolves.toBeDefined();
  });
});

describe("silences", () => {
  it("are kept before the answer, and keep alerts from being told", async () => {
    const { silence, silences, list, down, pass, channel, store } = await bench();
    const made = await silence({ silence: { idPrefix: "a", reason: "upgrade" }, silenceFor: hour });
    expect(store.batches.at(-1)?.documents.changed).toHaveLength(1);
    expect(await silences()).toEqual([made.silence]);
    await down("a1");
    await pass(60_000);
    const [alert] = (await list()).alerts;
    expect([alert.state, alert.silenceId]).toEqual([AlertState.FIRING, made.silence?.id]);
    expect(channel.took).toEqual([]);
  });

  it("end on request, once or twice, and are shown on request for a while", async () => {
    const { silence, silences, end, pass } = await bench();
    const made = await silence({ silence: {}, silenceFor: hour });
    const silenceId = made.silence?.id ?? "";
    await pass(1_000);
    const { silence: ended } = await end({ silenceId });
    await pass(1_000);
    expect((await end({ silenceId })).silence).toEqual(ended);
    expect(await silences()).toEqual([]);
    expect(await silences({ includeEnded: true })).toEqual([ended]);
    await expect(end({ silenceId: "none" })).rejects.toMatchObject({ code: "silence_unknown" });
    await expect(end({})).rejects.toMatchObject({ code: "field_missing" });
  });

  it("for all tenants are everybody's to see, and ended by whoever speaks for all", async () => {
    const { silence, silences, end } = await bench();
    const made = await silence({ silence: { organizationId: "*" }, silenceFor: hour });
    const other = await silence({ silence: { organizationId: "acme" }, silenceFor: hour });
    expect(await silences()).toEqual([made.silence]);
    const silenceId = made.silence?.id ?? "";
    await expect(end({ silenceId })).rejects.toMatchObject({ code: "silence_unknown" });
    await expect(end({ silenceId: other.silence?.id ?? "" })).rejects.toThrow(/is not known/);
    await expect(end({ organizationId: "*", silenceId })).resolves.toBeDefined();
  });

  const at = (ms: number) => ({ seconds: BigInt(Math.floor((START + ms) / 1000)) });
  const START = Date.UTC(2026, 0, 1);
  const year = 365 * 86_400_000;
  it.each([
    ["nothing", {}, /^silence is empty/],
    ["no end", { silence: {} }, /^silence.ends_at is empty, and so is silence_for/],
    ["two ends", { silence: { endsAt: at(9_000) }, silenceFor: hour }, /is set beside silence_for/],
    ["an end in the past", { silence: { startsAt: at(-5_000), endsAt: at(-2_000) } }, /has passed/],
    ["an end before it begins", { silence: { endsAt: at(-60_000) } }, /no later than it begins/],
    [
      "an end too late",
      { silence: { endsAt: at(year + 90_000) } },
      /after the beginning is too late/,
    ],
    [
      "a beginning too late",
      { silence: { startsAt: at(year + 90_000) }, silenceFor: hour },
      /too far/,
    ],
    [
      "a beginning in the past",
      { silence: { startsAt: at(-90_000) }, silenceFor: hour },
      /1 min .* ago/,
    ],
    ["too short", { silence: {}, silenceFor: { nanos: 5 } }, /^silence_for .* is too short/],
    [
      "too long",
      { silence: {}, silenceFor: { seconds: 40_000_000n } },
      /^silence_for .* is too long/,
    ],
    [
      "a kind unknown",
      { silence: { kinds: [99 as AlertKind] }, silenceFor: hour },
      /^silence.kinds\[0\] 99/,
    ],
    [
      "a long prefix",
      { silence: { idPrefix: "x".repeat(129) }, silenceFor: hour },
      /^silence.id_prefix/,
    ],
    [
      "a long type",
      { silence: { agentType: "x".repeat(129) }, silenceFor: hour },
      /^silence.agent_type/,
    ],
    ["a bad label", { silence: { labels: { "!": "" } }, silenceFor: hour }, /^silence.labels key/],
    [
      "a bad tenant",
      { silence: { organizationId: "a b" }, silenceFor: hour },
      /^silence.organization_id/,
    ],
    [
      "a long reason",
      { silence: { reason: "x".repeat(1_025) }, silenceFor: hour },
      /^silence.reason/,
    ],
  ] as const)("with %s are refused", async (_, init, message) => {
    const { silence, silences } = await bench();
    await expect(silence(init as never)).rejects.toThrow(message);
    expect(await silences()).toEqual([]);
  });

  it("are refused beyond a thousand of an organization, and ten thousand in all", async () => {
    const { silence, house } = await bench();
    const { silences } = house.alerting.book;
    const now = house.engine.now();
    const [startsAt, endsAt] = [now.wall, now.wall + 60_000];
    const facts = { idPrefix: "", agentType: "", labels: {}, kinds: [], reason: "" };
    const fill = (organizationId: string) => {
      for (let n = 1; n <= 1_000; n++) {
        const id = `${organizationId} ${n}`;
        silences.restore({ ...facts, id, organizationId, startsAt, endsAt, createdAt: 0 }, now);
      }
    };
    const create = (organizationId: string) =>
      silence({ silence: { organizationId }, silenceFor: hour });
    fill("acme");
    await expect(create("acme")).rejects.toMatchObject({ code: "silences_full" });
    await expect(create("other")).resolves.toBeDefined();
    for (let n = 2; n <= 10; n++) fill(`tenant-${n}`);
    await expect(create("other")).rejects.toMatchObject({ code: "silences_full" });
  });

  it("are refused, and nothing done, while nothing can be kept", async () => {
    const { silence, silences, store, pass } = await bench();
    store.fail("disk full");
    await silence({ silence: {}, silenceFor: hour }).catch(() => {});
    await pass(1_000);
    const before = await silences();
    await expect(silence({ silence: {}, silenceFor: hour })).rejects.toMatchObject({
      code: "journal_unavailable",
    });
    expect(await silences()).toEqual(before);
  });
});
