import { z } from "zod";
import type { Clock } from "../../clock.ts";
import { isLoopback } from "../../config/checks.ts";
import { count, name as nameKind, oneOf } from "../../config/kinds.ts";
import { nearest } from "../../config/nearest.ts";
import type { Channel, ChannelKind } from "../channel.ts";
import { Alertmanager } from "../channels/alertmanager.ts";
import { discreet } from "../channels/discreet.ts";
import { Email } from "../channels/email.ts";
import { PagerDuty } from "../channels/pagerduty.ts";
import { partsOf, queryOf, Secret } from "../channels/secret.ts";
import { Slack } from "../channels/slack.ts";
import { Telegram } from "../channels/telegram.ts";
import { Webhook } from "../channels/webhook.ts";
import { authOf, loginOf, secretsOf } from "./credentials.ts";
import { field, mailAddress, textKind, webAddress } from "./fields.ts";
import type { Path } from "./problems.ts";
import type { Reading } from "./reading.ts";
import { addressFault, signingFault, tokenFault } from "./secret-faults.ts";

export interface ChannelParts {
  readonly clock: Clock;
  readonly serverId: string;
}

/** One channel of the file, being read. */
interface Entry {
  readonly reading: Reading;
  readonly name: string;
  readonly value: unknown;
  readonly path: Path;
  readonly parts: ChannelParts;
}

/** A channel, and what its errors must not say. Undefined when something is wrong with it. */
type Made = { readonly channel: Channel; readonly secrets: readonly Secret[] } | undefined;

const text = field(nameKind(256));
const secretText = z.string("is no text").optional();
const kind = z.unknown();

/** What each kind of channel says of itself, and what becomes of it. */
const makers: Readonly<Record<ChannelKind, (entry: Entry) => Made>> = {
  webhook({ reading, name, value, path, parts }) {
    const read = reading.check(webhook, value, path);
    if (!read) return undefined;
    const secretUrl = reading.secret("url", read, path, addressFault);
    const secret = reading.secret("secret", read, path, signingFault);
    const url = secretUrl ?? (read.url === undefined ? undefined : new Secret(read.url));
    if (!url) return missing(reading, path, ["url", "url-file", "url-env"], read);
    const target = secretUrl ? originOf(url) : pathOf(url);
    const { serverId, clock } = parts;
    const channel = new Webhook({ name, target, url, secret, serverId }, clock);
    const ofUrl = secretUrl ? partsOf(secretUrl) : queryOf(url);
    return { channel, secrets: [...ofUrl, ...withKey(secret)] };
  },

  slack({ reading, name, value, path, parts }) {
    const read = reading.check(slack, value, path);
    const url = read && reading.secret("url", read, path, addressFault);
    if (!url) return read && missing(reading, path, ["url-file", "url-env"], read);
    const channel = new Slack({ name, target: originOf(url), url }, parts.clock);
    return { channel, secrets: partsOf(url) };
  },

  telegram({ reading, name, value, path, parts }) {
    const read = reading.check(telegram, value, path);
    const token = read && reading.secret("token", read, path, tokenFault);
    if (!read || !token) return read && missing(reading, path, ["token-file", "token-env"], read);
    const { chat } = read;
    const url = withoutSlash(read.url ?? "https://api.telegram.org");
    const channel = new Telegram({ name, target: `chat ${chat}`, url, token, chat }, parts.clock);
    return { channel, secrets: [token] };
  },

  pagerduty({ reading, name, value, path, parts }) {
    const read = reading.check(pagerduty, value, path);
    const routingKey = read && reading.secret("routing-key", read, path, tokenFault);
    const keys = ["routing-key-file", "routing-key-env"];
    if (!read || !routingKey) return read && missing(reading, path, keys, read);
    const url = read.url ?? "https://events.pagerduty.com/v2/enqueue";
    const { serverId, clock } = parts;
    const channel = new PagerDuty({ name, target: url, url, routingKey, serverId }, clock);
    return { channel, secrets: [routingKey] };
  },

  alertmanager({ reading, name, value, path, parts }) {
    const read = reading.check(alertmanager, value, path);
    if (!read) return undefined;
    const url = withoutSlash(read.url);
    const auth = authOf(reading, read, path);
    if (!auth) return undefined;
    const channel = new Alertmanager({ name, target: url, url, auth }, parts.clock);
    return { channel, secrets: secretsOf(auth) };
  },

  email({ reading, name, value, path }) {
    const read = reading.check(email, value, path);
    if (!read) return undefined;
    const { host, tls = "starttls", from, to } = read;
    const port = read.port ?? usualPorts[tls];
    const login = loginOf(reading, read, path);
    if (login && tls === "none" && !isLoopback(host)) {
      const problem = "would send the password to another machine in the clear";
      const remedy = "set tls to starttls or tls, or leave user and password out";
      reading.fault({ path: [...path, "tls"], value: tls, problem, remedy });
      return undefined;
    }
    const target = `${to.join(", ")} by ${host}:${port}`;
    const channel = new Email({ name, target, host, port, tls, login, from, to });
    return { channel, secrets: login ? [login.password] : [] };
  },
};

const webhook = z.strictObject({
  kind,
  url: field(webAddress).optional(),
  "url-file": secretText,
  "url-env": secretText,
  "secret-file": secretText,
  "secret-env": secretText,
});
const slack = z.strictObject({ kind, "url-file": secretText, "url-env": secretText });
const telegram = z.strictObject({
  kind,
  url: field(webAddress).optional(),
  "token-file": secretText,
  "token-env": secretText,
  chat: field(
    textKind((text) => /^(-?\d{1,20}|@\w{1,64})$/.test(text), {
      problem: "is no chat",
      limit: 'a number, or "@NAME" of a public channel',
      remedy: 'write it in quotes, such as "-1001234567890"',
    }),
  ),
});
const pagerduty = z.strictObject({
  kind,
  url: field(webAddress).optional(),
  "routing-key-file": secretText,
  "routing-key-env": secretText,
});
const alertmanager = z.strictObject({
  kind,
  url: field(webAddress),
  user: text.optional(),
  "password-file": secretText,
  "password-env": secretText,
  "token-file": secretText,
  "token-env": secretText,
});
const email = z.strictObject({
  kind,
  host: text,
  port: field(count({ min: 1, max: 65_535 }, "")).optional(),
  tls: field(oneOf(["starttls", "tls", "none"])).optional(),
  user: text.optional(),
  "password-file": secretText,
  "password-env": secretText,
  from: field(mailAddress),
  to: z.array(field(mailAddress)).min(1, "is empty").max(100, "is too long"),
});

const usualPorts = { starttls: 587, tls: 465, none: 25 } as const;

const kindNames = Object.keys(makers) as ChannelKind[];

/** A channel of the file; undefined when something is wrong with it, which the reading then knows. */
export function readChannel(
  reading: Reading,
  name: string,
  value: unknown,
  parts: ChannelParts,
): Channel | undefined {
  const path = ["channels", name];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const remedy = "write kind and what belongs to it, each on a line of its own";
    reading.fault({ path, problem: "is no mapping", remedy });
    return undefined;
  }
  const { kind: written } = value as { readonly kind?: unknown };
  const known = kindNames.find((one) => one === written);
  if (known === undefined) {
    reading.fault({ path: [...path, "kind"], ...unknownKind(written) });
    return undefined;
  }
  const made = makers[known]({ reading, name, value, path, parts });
  return made && discreet(made.channel, made.secrets);
}

function unknownKind(written: unknown) {
  const limit = kindNames.join(", ");
  if (written === undefined) return { problem: "is missing", limit, remedy: "write one of these" };
  const meant = nearest(String(written), kindNames);
  const remedy = meant === undefined ? "write one of these" : `write ${meant}`;
  return { value: written, problem: "is unknown", limit, remedy };
}

/** Tells that none of several keys is there, unless one is and has its own fault. */
function missing(reading: Reading, path: Path, keys: readonly string[], read: object): undefined {
  if (keys.some((key) => (read as Record<string, unknown>)[key] !== undefined)) return undefined;
  const [first, ...others] = keys;
  const remedy = `add ${[first, ...others].join(" or ")}`;
  reading.fault({ path: [...path, first as string], problem: "is missing", remedy });
  return undefined;
}

/** What is told of an address that is a secret. */
const originOf = (url: Secret): string => new URL(url.reveal()).origin;

/** A query may hold what nobody thought of as secret. */
function pathOf(url: Secret): string {
  const { origin, pathname } = new URL(url.reveal());
  return `${origin}${pathname}`;
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

/** The key in a secret for signing is as secret without the letters before it. */
function withKey(secret: Secret | undefined): Secret[] {
  return secret ? [secret, new Secret(secret.reveal().replace(/^whsec_/, ""))] : [];
}
