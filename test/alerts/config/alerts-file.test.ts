import { describe, expect, it } from "vitest";
import { readAlertsFile } from "../../../src/alerts/config/alerts-file.ts";
import { AlertsFileError } from "../../../src/alerts/config/problems.ts";
import type { AlertSubject } from "../../../src/alerts/routing.ts";
import { systemClock } from "../../../src/clock.ts";

const signing = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;

/** What the files and variables of these tests hold. Nothing of it may be in an error. */
const files: Readonly<Record<string, string>> = {
  "slack.url": "https://hooks.slack.com/services/T0/B0/verysecret\n",
  "bot.token": "123456:verysecret\n",
  "bad.token": "very secret\n",
  "signing.secret": `${signing}\n`,
  "short.secret": "whsec_dmVyeXNlY3JldA==\n",
  "user.url": "https://verysecret:pw@example.org/\n",
  password: "very secret\n",
  empty: "",
};
const env = { ROUTING_KEY: "verysecret", HEARTBEAT_KEY: "verysecret", NOTHING: "" };

function read(text: string) {
  const readFile = (path: string) => (path === "alerts.yaml" ? text : files[path]);
  return readAlertsFile("alerts.yaml", { clock: systemClock, serverId: "s", env, readFile });
}

/** Every line of what is wrong. */
function faults(text: string): string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (error instanceof AlertsFileError) return error.message.split("\n");
    throw error;
  }
}

const route = "\nroutes: [{channels: [c]}]";
/** A file with one channel, its lines beginning with the fourth. */
const channel = (...lines: string[]) => `channels:\n  c:\n    ${lines.join("\n    ")}${route}`;

describe("a file that is right", () => {
  it("gives channels that say where they lead, without what is secret", () => {
    const { channels } = read(`
channels:
  hook: {kind: webhook, url: "https://example.org/hook?token=verysecret", secret-file: signing.secret}
  secret-hook: {kind: webhook, url-file: slack.url}
  slack: {kind: slack, url-file: slack.url}
  bot: {kind: telegram, token-file: bot.token, chat: -1001234567890}
  pager: {kind: pagerduty, routing-key-env: ROUTING_KEY}
  manager: {kind: alertmanager, url: "http://127.0.0.1:9093/", user: ops, password-file: password}
  mail:
    kind: email
    host: mail.example.org
    user: heartbeat
    password-file: password
    from: Heartbeat <heartbeat@example.org>
    to: [ops@example.org]
routes:
  - channels: [hook]
`);
    expect(channels.map(({ name, kind, target }) => [name, kind, target])).toEqual([
      ["hook", "webhook", "https://example.org/hook"],
      ["secret-hook", "webhook", "https://hooks.slack.com"],
      ["slack", "slack", "https://hooks.slack.com"],
      ["bot", "telegram", "chat -1001234567890"],
      ["pager", "pagerduty", "https://events.pagerduty.com/v2/enqueue"],
      ["manager", "alertmanager", "http://127.0.0.1:9093"],
      ["mail", "email", "ops@example.org by mail.example.org:587"],
    ]);
    expect(JSON.stringify(channels)).not.toContain("verysecret");
  });

  it("may be empty: nobody is told", () => {
    const { channels, routing } = read("");
    const subject: AlertSubject = {
      organizationId: "a",
      kind: "monitor",
      severity: "error",
      agentType: "",
      labels: {},
    };
    expect(channels).toEqual([]);
    expect(routing.routeOf(subject).channels).toEqual([]);
  });

  it("says of each route whom it is for, and when it is told", () => {
    const { routing } = read(`
channels:
  a: {kind: slack, url-file: slack.url}
  b: {kind: slack, url-file: slack.url}
policy: {delay: 1m, repeat: 0s}
routes:
  - match:
      organizations: [acme]
      types: [worker]
      kinds: [agent_down, task_lost]
      labels: {team: core, shard: 7}
      severity: error
    channels: [a]
    group-window: 2m
    continue: true
  - channels: [b]
`);
    const subject: AlertSubject = {
      organizationId: "acme",
      kind: "task_lost",
      severity: "error",
      agentType: "worker",
      labels: { team: "core", shard: "7" },
    };
    expect(routing.routeOf(subject)).toMatchObject({
      channels: ["a", "b"],
      policy: { delayMs: 60_000, groupWindowMs: 120_000, repeatMs: 0 },
    });
    expect(routing.routeOf({ ...subject, agentType: "other" })).toMatchObject({
      channels: ["b"],
      policy: { delayMs: 60_000, groupWindowMs: 30_000, repeatMs: 0 },
    });
  });
});

describe("a file that is wrong", () => {
  it.each<[string, string, string]>([
    [
      "a key that is misspelt",
      channel("kind: slack", "url-fil: x"),
      "channels.c.url-fil (file alerts.yaml:4) is unknown (limit: kind, url-file, url-env); write url-file, or remove it",
    ],
    [
      "a kind that is misspelt",
      channel("kind: slak"),
      'channels.c.kind "slak" (file alerts.yaml:3) is unknown (limit: webhook, slack, telegram, pagerduty, alertmanager, email); write slack',
    ],
    [
      "no kind",
      channel("url: x"),
      "channels.c.kind (file alerts.yaml:3) is missing (limit: webhook, slack, telegram, pagerduty, alertmanager, email); write one of these",
    ],
    [
      "a channel that is a list",
      "channels: {c: [slack]}\nroutes: [{channels: [c]}]",
      "channels.c (file alerts.yaml:1) is no mapping; write kind and what belongs to it, each on a line of its own",
    ],
    [
      "a name that is none",
      'channels: {"a b": {kind: slack, url-file: slack.url}}\nroutes: [{channels: ["a b"]}]',
      "channels.a b (file alerts.yaml:1) is no name for a channel (limit: 1 to 63 of a-z, A-Z, 0-9, - and _, the first no - or _); choose another name",
    ],
    [
      "a secret in the file",
      channel("kind: telegram", "chat: 1", "token: verysecret"),
      "channels.c.token (file alerts.yaml:5) may be secret, and secrets do not stand in this file; put it into a file and name that with token-file, or into a variable and name that with token-env",
    ],
    [
      "Slack's address in the file",
      channel("kind: slack", "url: https://hooks.slack.com/services/verysecret"),
      "channels.c.url (file alerts.yaml:4) may be secret, and secrets do not stand in this file; put it into a file and name that with url-file, or into a variable and name that with url-env",
    ],
    [
      "a secret where its file should be named",
      channel("kind: telegram", "chat: 1", "token-file: 123:verysecret"),
      "channels.c.token-file (file alerts.yaml:5) names a file that cannot be read; check the path, which is relative to where the command runs, and its permissions; the secret itself does not belong here",
    ],
    [
      "an empty file",
      channel("kind: telegram", "chat: 1", "token-file: empty"),
      "channels.c.token-file (file alerts.yaml:5) names an empty file; check the path, which is relative to where the command runs, and its permissions; the secret itself does not belong here",
    ],
    [
      "a variable that is not set",
      channel("kind: telegram", "chat: 1", "token-env: NOTHING"),
      "channels.c.token-env (file alerts.yaml:5) names a variable that is not set; set it where the server is started; the secret itself does not belong here",
    ],
    [
      "a variable that is a setting's",
      channel("kind: telegram", "chat: 1", "token-env: HEARTBEAT_KEY"),
      "channels.c.token-env (file alerts.yaml:5) names a variable HEARTBEAT_*, and those are settings; give the variable another name",
    ],
    [
      "a file and a variable",
      channel("kind: slack", "url-file: slack.url", "url-env: ROUTING_KEY"),
      "channels.c.url-env (file alerts.yaml:5) is there beside url-file; remove one of the two",
    ],
    [
      "no secret where there must be one",
      channel("kind: slack"),
      "channels.c.url-file (file alerts.yaml:3) is missing; add url-file or url-env",
    ],
    [
      "a token that is none",
      channel("kind: telegram", "chat: 1", "token-file: bad.token"),
      "channels.c.token-file (file alerts.yaml:5) leads to what is no token (limit: 1 to 4096 characters of ASCII without spaces, in one line); put the token there, and nothing else",
    ],
    [
      "an address with a user in it, in a file",
      channel("kind: slack", "url-file: user.url"),
      "channels.c.url-file (file alerts.yaml:4) leads to what is no address of the web without a user in it (limit: http:// or https://, a host, a path); put the address there, and nothing else",
    ],
    [
      "a secret for signing that is too short",
      channel("kind: webhook", "url: https://x", "secret-file: short.secret"),
      'channels.c.secret-file (file alerts.yaml:5) leads to what is no secret for signing (limit: whsec_ and 24 to 64 bytes in base64); make one with: echo "whsec_$(openssl rand -base64 32)"',
    ],
    [
      "no address",
      channel("kind: alertmanager"),
      "channels.c.url (file alerts.yaml:3) is missing (limit: http:// or https://, a host, a path); write it as https://host/path; who calls is said with keys of their own",
    ],
    [
      "an address of another kind",
      channel("kind: alertmanager", "url: ftp://example.org"),
      'channels.c.url "ftp://example.org" (file alerts.yaml:4) is no address of the web without a user in it (limit: http:// or https://, a host, a path); write it as https://host/path; who calls is said with keys of their own',
    ],
    [
      "a user without a password",
      channel("kind: alertmanager", "url: http://x", "user: ops"),
      'channels.c.user "ops" (file alerts.yaml:5) is there without a password; add password-file or password-env, or remove user',
    ],
    [
      "a password without a user",
      channel("kind: alertmanager", "url: http://x", "password-file: password"),
      "channels.c.user (file alerts.yaml:3) is missing, and there is a password; add it, or remove the password",
    ],
    [
      "a chat that is none",
      channel("kind: telegram", "token-file: bot.token", "chat: ops"),
      'channels.c.chat "ops" (file alerts.yaml:5) is no chat (limit: a number, or "@NAME" of a public channel); write it in quotes, such as "-1001234567890"',
    ],
    [
      "a password that would be read on its way",
      channel(
        ...["kind: email", "host: mail.example.org", "tls: none", "user: u"],
        ...["password-file: password", "from: a@b", "to: [a@b]"],
      ),
      'channels.c.tls "none" (file alerts.yaml:5) would send the password to another machine in the clear; set tls to starttls or tls, or leave user and password out',
    ],
    [
      "a recipient who is none",
      channel("kind: email", "host: h", "from: a@b", 'to: ["a@b\\r\\nBcc: c@d"]'),
      'channels.c.to[0] "a@b\\r\\nBcc: c@d" (file alerts.yaml:6) is no mail address (limit: USER@DOMAIN, or NAME <USER@DOMAIN>); write one such as heartbeat@example.org',
    ],
    [
      "no list of recipients",
      channel("kind: email", "host: h", "from: a@b", "to: a@b"),
      'channels.c.to "a@b" (file alerts.yaml:6) is no list; write a list, such as [first, second]',
    ],
    [
      "a route to a channel that there is not",
      "channels:\n  ops: {kind: slack, url-file: slack.url}\nroutes:\n  - channels: [op]",
      'routes[0].channels[0] "op" (file alerts.yaml:4) is none of the file\'s channels (limit: ops); write ops',
    ],
    [
      "no route",
      "channels:\n  ops: {kind: slack, url-file: slack.url}",
      "routes (file alerts.yaml:1) is missing, and without a route no channel is told anything; add one, such as: - channels: [ops]",
    ],
    [
      "a kind of alert that there is not",
      "routes:\n  - match: {kinds: [agent_up]}\n    channels: []",
      'routes[0].match.kinds[0] "agent_up" (file alerts.yaml:2) is none of the words that are known (limit: agent_down, agent_conflict, mass_failure, task_stale, task_lost, task_given_up, monitor); write one of these words',
    ],
    [
      "a key of a match that is misspelt",
      "routes:\n  - match: {organisations: [a]}\n    channels: []",
      "routes[0].match.organisations (file alerts.yaml:2) is unknown (limit: organizations, types, kinds, labels, severity); write organizations, or remove it",
    ],
    [
      "a route without channels",
      "routes:\n  - continue: true",
      "routes[0].channels (file alerts.yaml:2) is missing; add it",
    ],
    [
      "a span without a unit",
      "policy: {delay: 10}",
      'policy.delay "10" (file alerts.yaml:1) has no unit (limit: 0s to 1h); write 10s for seconds or 10ms for milliseconds',
    ],
    [
      "a repetition that nobody bears",
      "policy: {repeat: 10s}",
      'policy.repeat "10s" (file alerts.yaml:1) is too short (limit: 0 for never, or 1m to 30d); write a number and its unit: 5m, 1h, 2d',
    ],
    [
      "something else than a mapping",
      "- a",
      "the alerts file (file alerts.yaml:1) is no mapping; write names and values, each on a line of its own",
    ],
    [
      "a key at the top that is misspelt",
      "chanels: {}",
      "chanels (file alerts.yaml:1) is unknown (limit: channels, routes, policy); write channels, or remove it",
    ],
  ])("with %s says so", (_, text, expected) => {
    expect(faults(text)).toEqual([expected]);
  });

  it("says everything at once, and nothing secret", () => {
    const told = faults(`
channels:
  a: {kind: telegram, token: verysecret, chat: x}
  b: {kind: slack, url-file: https://verysecret}
routes:
  - {channels: [c], delay: soon}
`);
    expect(told).toHaveLength(4);
    expect(told.join("\n")).not.toContain("verysecret");
  });

  it("is named by its line when it is no YAML", () => {
    const [told] = faults("channels:\n  a: [verysecret");
    expect(told).toMatch(/^file alerts.yaml:2 is no YAML that can be read: .*; correct the line$/);
    expect(told).not.toContain("verysecret");
  });

  it("is named when it cannot be read", () => {
    expect(() =>
      readAlertsFile("none.yaml", {
        clock: systemClock,
        serverId: "s",
        env,
        readFile: () => undefined,
      }),
    ).toThrow(
      'alerts "none.yaml" cannot be read; check the path, which is relative to where the command runs, and its permissions',
    );
  });
});
