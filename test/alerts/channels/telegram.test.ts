import { expect, it } from "vitest";
import { Secret } from "../../../src/alerts/channels/secret.ts";
import { Telegram } from "../../../src/alerts/channels/telegram.ts";
import { systemClock } from "../../../src/clock.ts";
import { alert, member, message, nasty } from "../support/messages.ts";
import { type Behaviour, Receiver } from "../support/receiver.ts";

const never = new AbortController().signal;
const token = new Secret("123456:ABC-def");

async function send(behaviour: Behaviour, about = alert("alert-1")) {
  await using receiver = await Receiver.listen();
  receiver.behaviour = behaviour;
  const { url } = receiver;
  const options = { name: "tg", target: "chat -1001", url, token, chat: "-1001" };
  await new Telegram(options, systemClock).send(message("m-1", "firing", about), never);
  return receiver.received[0];
}

const taken = { status: 200, body: '{"ok":true,"result":{}}' };

it("calls sendMessage as the Bot API documents it, field by field", async () => {
  const request = await send(taken);
  expect(request).toMatchObject({ method: "POST", path: "/bot123456:ABC-def/sendMessage" });
  expect(request?.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(request?.body ?? "")).toEqual({
    chat_id: "-1001",
    parse_mode: "HTML",
    link_preview_options: { is_disabled: true },
    text: [
      "<b>FIRING</b> worker-7 (type worker) of default is DOWN",
      "",
      "worker-7 (worker): its stream ended without a Goodbye",
      "organization: default",
      "kind: agent_down",
      "severity: error",
      "since: 2026-01-01T00:00:00.000Z",
      "alert: alert-1",
    ].join("\n"),
  });
});

it("shows as text whatever an agent calls itself or says", async () => {
  const about = alert("a", { summary: nasty, members: [member("a", { reason: nasty })] });
  const { text } = JSON.parse((await send(taken, about))?.body ?? "");
  expect(text.replace(/^<b>FIRING<\/b>/, "")).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
});

it("keeps to 4096 characters of what is shown, and cuts none in two", async () => {
  const members = Array.from({ length: 100 }, () => member("a", { reason: "<😀".repeat(300) }));
  const about = alert("a", { members, memberCount: 500, summary: "😀".repeat(3_000) });
  const { text } = JSON.parse((await send(taken, about))?.body ?? "");
  const shown = text
    .replace(/<\/?b>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  expect(shown.length).toBeGreaterThan(4_000);
  expect(shown.length).toBeLessThanOrEqual(4_096);
  expect(shown.isWellFormed()).toBe(true);
});

it("rests for as long as Telegram asks", async () => {
  const body = JSON.stringify({
    ok: false,
    error_code: 429,
    description: "Too Many Requests: retry after 35",
    parameters: { retry_after: 35 },
  });
  await expect(send({ status: 429, body })).rejects.toMatchObject({
    permanent: false,
    retryAfterMs: 35_000,
    message: 'answered 429: "Too Many Requests: retry after 35"',
  });
});

it("says what to do when a group has moved", async () => {
  const parameters = { migrate_to_chat_id: -1009 };
  const body = JSON.stringify({ ok: false, error_code: 400, description: "moved", parameters });
  await expect(send({ status: 400, body })).rejects.toMatchObject({
    permanent: true,
    message: expect.stringContaining('write chat: "-1009"'),
  });
});

it.each([
  [400, "Bad Request: chat not found"],
  [403, "Forbidden: bot was blocked by the user"],
])("gives up on %i", async (status, description) => {
  const body = JSON.stringify({ ok: false, error_code: status, description });
  const permanent = { permanent: true, message: `answered ${status}: "${description}"` };
  await expect(send({ status, body })).rejects.toMatchObject(permanent);
});

it("understands a proxy that answers instead", async () => {
  const answer = { status: 502, body: "<html>bad gateway</html>" };
  await expect(send(answer)).rejects.toMatchObject({ permanent: false });
  await expect(send({ status: 502, body: "null" })).rejects.toMatchObject({ permanent: false });
});
