import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readAlertsFile } from "../../../src/alerts/config/alerts-file.ts";
import type { AlertSubject } from "../../../src/alerts/routing.ts";
import { systemClock } from "../../../src/clock.ts";
import { root } from "../../project/support.ts";

const secrets: Readonly<Record<string, string>> = {
  "/run/secrets/pagerduty-key": "0123456789abcdef0123456789abcdef",
  "/run/secrets/slack-url": "https://hooks.slack.com/services/T0/B0/X",
  "/run/secrets/telegram-token": "123456:ABC",
  "/run/secrets/webhook-secret": `whsec_${Buffer.alloc(32).toString("base64")}`,
};

it("the alerts file in deploy/ is taken, has a channel of each kind, and tells whom it says", () => {
  const path = join(root, "deploy/alerts/alerts.yaml");
  const readFile = (name: string) => (name === path ? readFileSync(path, "utf8") : secrets[name]);
  const env = { SMTP_PASSWORD: "x" };
  const parts = { clock: systemClock, serverId: "s", env, readFile };
  const { channels, routing } = readAlertsFile(path, parts);
  expect(channels.map(({ kind }) => kind).sort()).toEqual([
    "alertmanager",
    "email",
    "pagerduty",
    "slack",
    "telegram",
    "webhook",
  ]);
  const subject: AlertSubject = {
    organizationId: "acme",
    kind: "agent_down",
    severity: "error",
    agentType: "worker",
    labels: {},
  };
  const always = ["alertmanager", "automation"];
  expect(routing.routeOf(subject).channels).toEqual([...always, "night-shift", "on-call"]);
  const batch = { organizationId: "other", agentType: "batch", labels: { tier: "low" } };
  expect(routing.routeOf({ ...subject, ...batch }).channels).toEqual([...always, "mail"]);
  const warning = { organizationId: "other", severity: "warning" } as const;
  expect(routing.routeOf({ ...subject, ...warning }).channels).toEqual([...always, "team"]);
});

it("the alerts file in the README is taken, and tells everything to its one channel", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, text = ""] = /```yaml\n(# alerts\.yaml.*?)```/s.exec(readme) ?? [];
  const readFile = (name: string) => (name === "alerts.yaml" ? text : secrets[name]);
  const parts = { clock: systemClock, serverId: "s", env: {}, readFile };
  const { channels, routing } = readAlertsFile("alerts.yaml", parts);
  expect(channels.map(({ name, kind }) => [name, kind])).toEqual([["on-call", "slack"]]);
  const subject = {
    organizationId: undefined,
    kind: "monitor",
    severity: "warning",
    agentType: "",
    labels: {},
  } as const;
  expect(routing.routeOf(subject).channels).toEqual(["on-call"]);
});
