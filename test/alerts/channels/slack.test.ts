import { expect, it } from "vitest";
import { Secret } from "../../../src/alerts/channels/secret.ts";
import { Slack } from "../../../src/alerts/channels/slack.ts";
import type { Notification } from "../../../src/alerts/notification.ts";
import { systemClock } from "../../../src/clock.ts";
import { alert, member, message, nasty, notice, over } from "../support/messages.ts";
import { Receiver } from "../support/receiver.ts";

const never = new AbortController().signal;

/** As Slack documents the message of an incoming webhook, as far as it is used. */
interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly {
    readonly type: string;
    readonly text?: SlackText;
    readonly elements?: readonly SlackText[];
  }[];
}
interface SlackText {
  readonly type: string;
  readonly text: string;
  readonly verbatim: boolean;
}

async function sent(notification: Notification): Promise<SlackMessage> {
  await using receiver = await Receiver.listen();
  const url = new Secret(`${receiver.url}/services/T0/B0/XX`);
  const slack = new Slack({ name: "ops", target: "", url }, systemClock);
  await slack.send(notification, never);
  const [request] = receiver.received;
  expect(request).toMatchObject({ method: "POST", path: "/services/T0/B0/XX" });
  expect(request?.headers["content-type"]).toBe("application/json");
  return JSON.parse(request?.body ?? "") as SlackMessage;
}

it("posts what an incoming webhook takes, field by field", async () => {
  const about = alert("alert-1");
  expect(await sent(message("m-1", "firing", about))).toEqual({
    text: "FIRING: worker-7 (type worker) of default is DOWN",
    blocks: [
      {
        type: "section",
        text: {
          type: "mrkdwn",
          verbatim: true,
          text: "*FIRING* worker-7 (type worker) of default is DOWN",
        },
      },
      {
        type: "section",
        text: {
          type: "mrkdwn",
          verbatim: true,
          text: "• worker-7 (worker): its stream ended without a Goodbye",
        },
      },
      {
        type: "context",
        elements: [
          {
            type: "mrkdwn",
            verbatim: true,
            text: "organization: default · kind: agent_down · severity: error · since: 2026-01-01T00:00:00.000Z · alert: alert-1",
          },
        ],
      },
    ],
  });
});

it("says that it is over, and after how long", async () => {
  const { text, blocks } = await sent(message("m-2", "resolved", over(alert("alert-1"))));
  expect(text).toMatch(/^RESOLVED: /);
  expect(blocks.at(-1)?.elements?.[0]?.text).toContain("2026-01-01T00:01:00.000Z after 1 min");
});

it("shows as text whatever an agent calls itself or says", async () => {
  const about = alert("alert-1", { summary: nasty, members: [member("a", { reason: nasty })] });
  const { text, blocks } = await sent(message("m-1", "firing", about));
  const texts = [text, ...blocks.map((block) => block.text?.text ?? "")];
  for (const one of texts) expect(one).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
  expect(text).toContain("&lt;!channel&gt;");
});

it("keeps within what Slack takes, however long names and reasons are", async () => {
  const members = Array.from({ length: 100 }, (_, at) =>
    member(`worker-${at}`, { reason: "&".repeat(1_024) }),
  );
  const about = alert("alert-1", { members, memberCount: 500, summary: "<".repeat(5_000) });
  const { text, blocks } = await sent(message("m-1", "firing", about));
  for (const one of [text, ...blocks.map((block) => block.text?.text ?? "")]) {
    expect(one.length).toBeLessThanOrEqual(3_000);
  }
});

it("names the first, and of the rest the number", async () => {
  const members = Array.from({ length: 100 }, (_, at) => member(`worker-${at}`, { reason: "x" }));
  const { blocks } = await sent(
    message("m-1", "firing", alert("a", { members, memberCount: 500 })),
  );
  const lines = blocks[1]?.text?.text.split("\n") ?? [];
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe("• and 480 more");
});

it.each(["left_out", "test"] as const)(
  "tells of no alert in a message of the kind %s",
  async (kind) => {
    const { text, blocks } = await sent(notice("m-1", kind));
    expect(blocks).toHaveLength(1);
    expect(text).toMatch(/^(LEFT OUT|TEST): /);
  },
);
