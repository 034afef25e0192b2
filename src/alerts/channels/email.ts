import { createTransport, type NodemailerError } from "nodemailer";
import { type Channel, DeliveryError } from "../channel.ts";
import type { Notification } from "../notification.ts";
import type { Secret } from "./secret.ts";
import { cut, escaped, factsOf, memberLines, titleOf } from "./words.ts";

export interface EmailOptions {
  readonly name: string;
  readonly target: string;
  readonly host: string;
  readonly port: number;
  /** `starttls` begins in the clear and goes on only when it is encrypted; `none` stays in the clear. */
  readonly tls: "starttls" | "tls" | "none";
  readonly login: { readonly user: string; readonly password: Secret } | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

/** Each step of the conversation with a mail server; all of it is bounded by the attempt. */
const STEP_MS = 10_000;
const SUBJECT_TEXT = 150;

/** Mail by SMTP. All that is told of one alert is one thread. */
export class Email implements Channel {
  readonly kind = "email";
  readonly name: string;
  readonly target: string;
  readonly #options: EmailOptions;
  readonly #transport: ReturnType<typeof transportOf>;

  constructor(options: EmailOptions) {
    this.name = options.name;
    this.target = options.target;
    this.#options = options;
    this.#transport = transportOf(options);
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    const { from, to } = this.#options;
    const { alert, id, summary } = notification;
    const domain = domainOf(from);
    // The thread's root is a message that is never sent: mail programs put its answers together, and
    // nothing depends on which of them came first.
    const thread = alert && `<${alert.id}@${domain}>`;
    const subject = cut(`[${titleOf(notification)}] ${summary}`, SUBJECT_TEXT);
    const rejected = await this.#transport
      .sendMail({
        from,
        to: [...to],
        subject: subject.replace(/\s+/g, " "),
        // The same in every attempt: mail servers know a repetition by it.
        messageId: `<${id}@${domain}>`,
        ...(thread !== undefined && { inReplyTo: thread, references: thread }),
        // Nobody's absence note is an answer to it.
        headers: { "Auto-Submitted": "auto-generated" },
        text: plainText(notification),
        html: html(notification),
        signal,
      })
      .then(({ rejectedErrors }) => rejectedErrors ?? [], fail);
    if (rejected.length > 0) throw refusedFor(rejected);
  }
}

function transportOf({ host, port, tls, login }: EmailOptions) {
  return createTransport({
    host,
    port,
    secure: tls === "tls",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    ...(login && { auth: { user: login.user, pass: login.password.reveal() } }),
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    dnsTimeout: STEP_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Of `Name <user@domain>` or `user@domain`. */
const domainOf = (address: string): string => /@([^\s@>]+)/.exec(address)?.[1] ?? "heartbeat";

function fail(error: NodemailerError): never {
  const { message, permanent = false } = error;
  throw new DeliveryError(`the mail was not taken: ${message}`, { permanent, cause: error });
}

/** Some have it and some do not. Sent again it has the same name, by which those who have it may know it. */
function refusedFor(errors: readonly NodemailerError[]): DeliveryError {
  const words = errors.map(({ message }) => message).join("; ");
  const permanent = errors.every(({ permanent }) => permanent);
  return new DeliveryError(`the mail was not taken for all: ${words}`, { permanent });
}

function plainText({ summary, alert }: Notification): string {
  if (!alert) return `${summary}\n`;
  const members = memberLines(alert, alert.members.length).map((line) => `- ${line}`);
  const facts = factsOf(alert).map(([name, value]) => `${name}: ${value}`);
  return `${[summary, members.join("\n"), facts.join("\n")].join("\n\n")}\n`;
}

function html({ summary, alert }: Notification): string {
  if (!alert) return `<p>${escaped(summary)}</p>\n`;
  const lines = memberLines(alert, alert.members.length);
  const members = lines.map((line) => `<li>${escaped(line)}</li>`).join("\n");
  const facts = factsOf(alert).map(
    ([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`,
  );
  return `<p>${escaped(summary)}</p>\n<ul>\n${members}\n</ul>\n<table>\n${facts.join("\n")}\n</table>\n`;
}
