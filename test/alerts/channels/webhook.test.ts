import { Webhook as StandardWebhook } from "standardwebhooks";
import { expect, it } from "vitest";
import { Secret } from "../../../src/alerts/channels/secret.ts";
import { Webhook } from "../../../src/alerts/channels/webhook.ts";
import { systemClock } from "../../../src/clock.ts";
import { alert, member, message, NOON } from "../support/messages.ts";
import { Receiver } from "../support/receiver.ts";

const key = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
const never = new AbortController().signal;

function hook(url: string, secret?: string): Webhook {
  return new Webhook(
    {
      name: "hook",
      target: url,
      url: new Secret(url),
      secret: secret === undefined ? undefined : new Secret(secret),
      serverId: "server/1",
    },
    systemClock,
  );
}

it("sends a CloudEvent in structured mode, field by field", async () => {
  await using receiver = await Receiver.listen();
  const about = alert("alert-1", { members: [member("worker-7", { labels: { team: "a" } })] });
  await hook(`${receiver.url}/hook?x=1`).send(message("m-1.hook", "firing", about), never);
  const [request] = receiver.received;
  expect(request).toMatchObject({ method: "POST", path: "/hook?x=1" });
  expect(request?.headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
  expect(request?.headers["webhook-signature"]).toBeUndefined();
  const startedAt = new Date(NOON).toISOString();
  expect(JSON.parse(request?.body ?? "")).toEqual({
    specversion: "1.0",
    id: "m-1.hook",
    source: "/heartbeat/server%2F1",
    type: "io.heartbeat.alert.firing",
    time: startedAt,
    subject: "alert-1",
    datacontenttype: "application/json",
    data: {
      notice: "firing",
      summary: "worker-7 (type worker) of default is DOWN",
      alert: {
        id: "alert-1",
        organizationId: "default",
        kind: "agent_down",
        severity: "error",
        state: "firing",
        summary: "worker-7 (type worker) of default is DOWN",
        startedAt,
        resolvedAt: null,
        memberCount: 1,
        openCount: 1,
        flapping: false,
        members: [
          {
            agentId: "worker-7",
            agentType: "worker",
            labels: { team: "a" },
            taskId: "",
            reason: "its stream ended without a Goodbye",
            startedAt,
            resolvedAt: null,
          },
        ],
      },
    },
  });
});

it("is signed as Standard Webhooks' own library expects it, with one id over all attempts", async () => {
  await using receiver = await Receiver.listen();
  const channel = hook(receiver.url, key);
  receiver.behaviour = { status: 503 };
  await expect(channel.send(message("m-1.hook"), never)).rejects.toThrow("answered 503");
  receiver.behaviour = { status: 204 };
  await channel.send(message("m-1.hook"), never);
  const library = new StandardWebhook(key);
  for (const { body, headers } of receiver.received) {
    const verified = library.verify(body, headers as Record<string, string>);
    expect(verified).toMatchObject({ id: "m-1.hook" });
    expect(headers["webhook-id"]).toBe("m-1.hook");
    expect(() => library.verify(`${body} `, headers as Record<string, string>)).toThrow();
  }
  expect(receiver.received).toHaveLength(2);
});

it("says of a test that it is one, and of no alert", async () => {
  await using receiver = await Receiver.listen();
  const test = {
    id: "t-1",
    notice: "test",
    at: NOON,
    summary: "a test",
    alert: undefined,
  } as const;
  await hook(receiver.url).send(test, never);
  const [event] = receiver.json<Record<string, unknown>>();
  expect(event).toMatchObject({
    type: "io.heartbeat.alert.test",
    data: { notice: "test", summary: "a test" },
  });
  expect(event).not.toHaveProperty("subject");
});
