import { expect, it } from "vitest";
import {
  Alertmanager,
  type AlertmanagerOptions,
} from "../../../src/alerts/channels/alertmanager.ts";
import { Secret } from "../../../src/alerts/channels/secret.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { alert, member, message, NOON, notice, over } from "../support/messages.ts";
import { Receiver } from "../support/receiver.ts";

const never = new AbortController().signal;
type Auth = AlertmanagerOptions["auth"];

const managerAt = (url: string, auth: Auth = { scheme: "none" }) =>
  new Alertmanager({ name: "am", target: url, url, auth }, new FakeClock());

interface PostedAlert {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
}

async function posted(
  act: (manager: Alertmanager) => Promise<void>,
  auth?: Auth,
): Promise<{ alerts: PostedAlert[][]; authorization: string | undefined }> {
  await using receiver = await Receiver.listen();
  await act(managerAt(receiver.url, auth));
  for (const { method, path } of receiver.received) {
    expect({ method, path }).toEqual({ method: "POST", path: "/api/v2/alerts" });
  }
  const authorization = receiver.received[0]?.headers.authorization;
  return { alerts: receiver.json<PostedAlert[]>(), authorization };
}

it("posts an alert for each agent as the API v2 has it, field by field", async () => {
  const labels = {
    team: "a",
    "app.kubernetes.io/name": "x",
    "1st": "y",
    severity: "mine",
    none: "",
  };
  const about = alert("alert-1", { members: [member("worker-7", { labels })] });
  const { alerts } = await posted((manager) => manager.send(message("m", "firing", about), never));
  expect(alerts).toEqual([
    [
      {
        labels: {
          alertname: "HeartbeatAgentDown",
          organization: "default",
          agent_id: "worker-7",
          agent_type: "worker",
          severity: "error",
          kind: "agent_down",
          team: "a",
          app_kubernetes_io_name: "x",
          _1st: "y",
        },
        annotations: {
          summary: "worker-7 (type worker) of default is DOWN",
          description: "its stream ended without a Goodbye",
          alert_id: "alert-1",
        },
        startsAt: "2026-01-01T00:00:00.000Z",
        endsAt: "2026-01-01T00:05:00.000Z",
      },
    ],
  ]);
});

it("ends each when it was well again, also those of an alert that goes on", async () => {
  const well = member("a", { resolvedAt: NOON + 30_000 });
  const about = alert("alert-1", { members: [well, member("b", { taskId: "t" })] });
  const { alerts } = await posted((manager) => manager.refresh([about, over(about)], never));
  expect(alerts[0]?.map(({ endsAt }) => endsAt)).toEqual([
    "2026-01-01T00:00:30.000Z",
    "2026-01-01T00:05:00.000Z",
    "2026-01-01T00:01:00.000Z",
    "2026-01-01T00:01:00.000Z",
  ]);
  expect(alerts[0]?.[1]?.labels.task_id).toBe("t");
});

it("posts one more for those that are not named", async () => {
  const members = Array.from({ length: 100 }, (_, at) => member(`worker-${at}`));
  const about = alert("alert-1", { members, memberCount: 500 });
  const { alerts } = await posted((manager) => manager.send(message("m", "firing", about), never));
  expect(alerts[0]).toHaveLength(101);
  expect(alerts[0]?.at(-1)).toMatchObject({
    labels: { alertname: "HeartbeatAgentDown", more: "true" },
    annotations: { description: "400 more than those that have an alert of their own" },
  });
});

it("posts many in several requests", async () => {
  const members = Array.from({ length: 100 }, (_, at) => member(`worker-${at}`));
  const all = Array.from({ length: 12 }, (_, at) => alert(`alert-${at}`, { members }));
  const { alerts } = await posted((manager) => manager.refresh(all, never));
  expect(alerts.map((some) => some.length)).toEqual([500, 500, 200]);
});

it("asks for what fires as it posts it, not for all at once", async () => {
  await using receiver = await Receiver.listen();
  const members = Array.from({ length: 100 }, (_, at) => member(`worker-${at}`));
  const posts: number[] = [];
  function* firing() {
    for (let at = 0; at < 12; at++) {
      posts.push(receiver.received.length);
      yield alert(`alert-${at}`, { members });
    }
  }
  await managerAt(receiver.url).refresh(firing(), never);
  expect(posts).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2]);
});

it("says who calls, by a token or a password", async () => {
  const send = (manager: Alertmanager) => manager.send(message("m"), never);
  const token = new Secret("tok");
  expect((await posted(send)).authorization).toBeUndefined();
  expect((await posted(send, { scheme: "bearer", token })).authorization).toBe("Bearer tok");
  const basic = { scheme: "basic", user: "ops", password: new Secret("pw") } as const;
  const expected = `Basic ${Buffer.from("ops:pw").toString("base64")}`;
  expect((await posted(send, basic)).authorization).toBe(expected);
});

it("posts a test that ends by itself", async () => {
  const { alerts } = await posted((manager) => manager.send(notice("m", "test"), never));
  expect(alerts[0]).toMatchObject([
    {
      labels: { alertname: "HeartbeatTest", severity: "info" },
      endsAt: "2026-01-01T00:05:00.000Z",
    },
  ]);
});
