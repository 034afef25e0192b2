import { expect, it } from "vitest";
import { PagerDuty } from "../../../src/alerts/channels/pagerduty.ts";
import { Secret } from "../../../src/alerts/channels/secret.ts";
import type { Notification } from "../../../src/alerts/notification.ts";
import { systemClock } from "../../../src/clock.ts";
import { alert, member, message, notice, over } from "../support/messages.ts";
import { type Behaviour, Receiver } from "../support/receiver.ts";

const never = new AbortController().signal;
const routingKey = new Secret("0123456789abcdef0123456789abcdef");
const accepted = { status: 202, body: '{"status":"success","message":"Event processed"}' };

async function send(
  notification: Notification,
  behaviour: Behaviour = accepted,
): Promise<Record<string, unknown>[]> {
  await using receiver = await Receiver.listen();
  receiver.behaviour = behaviour;
  const url = `${receiver.url}/v2/enqueue`;
  const options = { name: "pager", target: url, url, routingKey, serverId: "server-1" };
  await new PagerDuty(options, systemClock).send(notification, never);
  for (const { method, path, headers } of receiver.received) {
    expect({ method, path }).toEqual({ method: "POST", path: "/v2/enqueue" });
    expect(headers["content-type"]).toBe("application/json");
  }
  return receiver.json();
}

it("triggers as the Events API v2 documents it, field by field", async () => {
  expect(await send(message("m-1", "firing", alert("alert-1")))).toEqual([
    {
      routing_key: "0123456789abcdef0123456789abcdef",
      event_action: "trigger",
      dedup_key: "alert-1",
      client: "Heartbeat",
      payload: {
        summary: "worker-7 (type worker) of default is DOWN",
        source: "worker-7",
        severity: "error",
        timestamp: "2026-01-01T00:00:00.000Z",
        class: "agent_down",
        group: "default",
        custom_details: {
          alert_id: "alert-1",
          concerned: 1,
          not_well_yet: 1,
          members: ["worker-7 (worker): its stream ended without a Goodbye"],
        },
      },
    },
  ]);
});

it("resolves the same incident", async () => {
  expect(await send(message("m-2", "resolved", over(alert("alert-1"))))).toEqual([
    {
      routing_key: "0123456789abcdef0123456789abcdef",
      event_action: "resolve",
      dedup_key: "alert-1",
    },
  ]);
});

it.each(["grown", "repeat", "flapping"] as const)(
  "a message of the kind %s updates it",
  async (kind) => {
    const [event] = await send(message("m-2", kind, alert("alert-1")));
    expect(event).toMatchObject({ event_action: "trigger", dedup_key: "alert-1" });
  },
);

it("leaves no incident of a test behind", async () => {
  const events = await send(notice("m-3", "test"));
  expect(events).toMatchObject([
    {
      event_action: "trigger",
      dedup_key: "m-3",
      payload: { severity: "info", source: "server-1" },
    },
    { event_action: "resolve", dedup_key: "m-3" },
  ]);
});

it("keeps the summary within 1024 characters, and names the server for several agents", async () => {
  const members = [member("a"), member("b")];
  const [event] = await send(
    message("m-1", "firing", alert("x", { members, summary: "x".repeat(5_000) })),
  );
  const { payload } = event as { payload: { summary: string; source: string } };
  const { summary, source } = payload;
  expect(summary).toHaveLength(1_024);
  expect(source).toBe("server-1");
});

it("gives up on an event that is refused, and not on a limit", async () => {
  const body = '{"status":"invalid event","errors":["Length of \'routing_key\' is incorrect"]}';
  const about = message("m-1");
  await expect(send(about, { status: 400, body })).rejects.toMatchObject({ permanent: true });
  await expect(send(about, { status: 429 })).rejects.toMatchObject({ permanent: false });
});
