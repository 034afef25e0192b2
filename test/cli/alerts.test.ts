import { clone, create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import {
  AlertKind,
  AlertSchema,
  type AlertService,
  AlertState,
  ChannelSchema,
  type CreateSilenceRequest,
  DeliverySchema,
  DeliveryState,
  type ListAlertsRequest,
  type ListDeliveriesRequest,
  SilenceSchema,
} from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { FakeWorld } from "./support/fake-context.ts";
import { serverThat } from "./support/fake-service.ts";

const START = Date.UTC(2026, 0, 1);

function worldOf(alerts: Partial<ServiceImpl<typeof AlertService>>) {
  return new FakeWorld({ transport: serverThat({ alerts }) });
}

const anAlert = create(AlertSchema, {
  id: "1",
  kind: AlertKind.AGENT_DOWN,
  state: AlertState.FIRING,
  startedAt: timestampFromMs(START),
  toldAt: timestampFromMs(START),
  channels: ["ops", "pager"],
  summary: "a of default is DOWN: \u001b[2J silent",
});

describe("alerts", () => {
  function listing(...alerts: readonly (typeof anAlert)[]) {
    const asked: ListAlertsRequest[] = [];
    const world = worldOf({
      listAlerts(request) {
        asked.push(request);
        return { alerts: [...alerts], totalSize: BigInt(alerts.length) };
      },
    });
    return { asked, world };
  }

  it("shows those that are not over: since when, to whom they were told, and what they are about", async () => {
    const silenced = create(AlertSchema, { ...anAlert, silenceId: "s" });
    const flapping = create(AlertSchema, { ...anAlert, flapping: true });
    const { asked, world } = listing(anAlert, silenced, flapping);
    expect(await world.run("alerts", "--agent", "a", "--organization", "acme")).toBe(0);
    expect(asked).toMatchObject([
      {
        organizationId: "acme",
        agentId: "a",
        states: [AlertState.PENDING, AlertState.FIRING],
      },
    ]);
    expect(world.out.split("\n")).toEqual([
      "SINCE                     STATE   KIND        TOLD            WHAT",
      "2026-01-01T00:00:00.000Z  FIRING  AGENT_DOWN  ops, pager      a of default is DOWN: \\u001b[2J silent",
      "2026-01-01T00:00:00.000Z  FIRING  AGENT_DOWN  silenced        a of default is DOWN: \\u001b[2J silent",
      "2026-01-01T00:00:00.000Z  FIRING  AGENT_DOWN  comes and goes  a of default is DOWN: \\u001b[2J silent",
      "",
    ]);
  });

  it("with --all shows those too that are over, and with --state what is asked for", async () => {
    const { asked, world } = listing();
    await world.run("alerts", "--all");
    await world.run("alerts", "--state", "resolved");
    expect(asked.map(({ states }) => states)).toEqual([[], [AlertState.RESOLVED]]);
    expect(world.err).toContain("no alert matches");
  });

  it("prints JSON for programs", async () => {
    const { world } = listing(anAlert);
    await world.run("alerts", "--json");
    expect(JSON.parse(world.out).alerts[0]).toMatchObject({ id: "1", state: "ALERT_STATE_FIRING" });
  });
});

describe("alerts channels", () => {
  it("shows how each does", async () => {
    const channel = create(ChannelSchema, {
      name: "ops",
      kind: "slack",
      target: "hooks.slack.com",
      waiting: 2n,
      lastError: "answered 500",
    });
    const world = worldOf({ listChannels: () => ({ channels: [channel] }) });
    expect(await world.run("alerts", "channels")).toBe(0);
    expect(world.out).toMatch(/^ops +slack +hooks\.slack\.com +2 +0 +0 +- +answered 500$/m);
    const none = worldOf({ listChannels: () => ({}) });
    await none.run("alerts", "channels");
    expect(none.err).toContain("there is no channel");
  });
});

describe("alerts test", () => {
  it("exits with 0 when the other side took it, and with 1 and its words when it did not", async () => {
    const took = { seconds: 1n };
    const good = worldOf({ testChannel: () => ({ delivered: true, took }) });
    expect(await good.run("alerts", "test", "ops")).toBe(0);
    expect(good.out).toBe("ops took it in 1s\n");
    const bad = worldOf({ testChannel: () => ({ delivered: false, error: "answered 404" }) });
    expect(await bad.run("alerts", "test", "ops")).toBe(1);
    expect(bad.err).toBe("heartbeat: ops did not take it: answered 404\n");
  });
});

describe("alerts deliveries", () => {
  it("asks for those that were given up, and shows why", async () => {
    const asked: ListDeliveriesRequest[] = [];
    const delivery = create(DeliverySchema, {
      id: "1-1.ops",
      channel: "ops",
      state: DeliveryState.DEAD,
      attempts: 3,
      summary: "a is DOWN",
      lastError: "answered 410",
    });
    const world = worldOf({
      listDeliveries(request) {
        asked.push(request);
        return { deliveries: [delivery], totalSize: 1n };
      },
      resendDelivery: () => ({}),
    });
    expect(await world.run("alerts", "deliveries", "--dead", "--channel", "ops")).toBe(0);
    expect(asked).toMatchObject([{ channel: "ops", states: [DeliveryState.DEAD] }]);
    expect(world.out).toMatch(/^1-1\.ops +- +ops +DEAD +3 +a is DOWN +answered 410$/m);
    expect(await world.run("alerts", "resend", "1-1.ops")).toBe(0);
    expect(world.out).toContain("1-1.ops is sent again\n");
  });
});

describe("alerts silence", () => {
  function silencing() {
    const asked: CreateSilenceRequest[] = [];
    const world = worldOf({
      createSilence(request) {
        asked.push(request);
        const silence = request.silence && clone(SilenceSchema, request.silence);
        return { silence: silence && { ...silence, id: "s1" } };
      },
    });
    return { asked, world };
  }

  it("sends what it was told", async () => {
    const { asked, world } = silencing();
    const flags = ["--agents", "web-", "--type", "worker", "--label", "zone=eu", "--kind"];
    const span = ["--for", "2h", "--from", "30m", "--reason", "upgrade"];
    expect(await world.run("alerts", "silence", ...flags, "agent-down", ...span)).toBe(0);
    expect(asked[0]).toMatchObject({
      silence: {
        idPrefix: "web-",
        agentType: "worker",
        labels: { zone: "eu" },
        kinds: [AlertKind.AGENT_DOWN],
        startsAt: timestampFromMs(START + 30 * 60_000),
        reason: "upgrade",
      },
      silenceFor: { seconds: 7_200n },
    });
    expect(asked[0]?.silence?.endsAt).toBeUndefined();
    expect(world.out).toMatch(/^s1: silence from 2026-01-01T00:30:00\.000Z until -\n$/);
  });

  it("takes an end instead of a span, and flags before its name", async () => {
    const { asked, world } = silencing();
    const until = ["--until", "2026-01-01T06:00:00Z"];
    expect(await world.run("alerts", "--organization", "acme", "silence", ...until)).toBe(0);
    expect(asked[0]?.silence).toMatchObject({
      organizationId: "acme",
      endsAt: timestampFromMs(START + 6 * 3_600_000),
    });
    expect(asked[0]?.silenceFor).toBeUndefined();
  });

  it("without an end is refused", async () => {
    const { asked, world } = silencing();
    expect(await world.run("alerts", "silence", "--agents", "web-")).toBe(2);
    expect(world.err).toBe("heartbeat: a silence has an end: give --for or --until\n");
    expect(await world.run("alerts", "silence", "--for", "1h", "--until", "2h")).toBe(2);
    expect(asked).toEqual([]);
  });
});

describe("alerts silences", () => {
  it("shows whom each is about, and ends one", async () => {
    const silence = create(SilenceSchema, {
      id: "s1",
      organizationId: "default",
      idPrefix: "web-",
      agentType: "worker",
      labels: { zone: "eu" },
      kinds: [AlertKind.TASK_STALE],
      startsAt: timestampFromMs(START),
      endsAt: timestampFromMs(START + 1_000),
      reason: "upgrade",
    });
    const asked: boolean[] = [];
    const world = worldOf({
      listSilences({ includeEnded }) {
        asked.push(includeEnded);
        return { silences: [silence] };
      },
      endSilence: () => ({ silence }),
    });
    expect(await world.run("alerts", "silences", "--all")).toBe(0);
    expect(asked).toEqual([true]);
    expect(world.out).toContain("default, web-*, type worker, zone=eu, TASK_STALE  upgrade");
    expect(await world.run("alerts", "unsilence", "s1")).toBe(0);
    expect(world.out).toContain("s1 ended at 2026-01-01T00:00:01.000Z\n");
  });
});
