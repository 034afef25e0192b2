import type { Clock } from "../../clock.ts";
import type { Channel } from "../channel.ts";
import type { Notification } from "../notification.ts";
import { expectSuccess, HttpCaller } from "./http.ts";
import type { Secret } from "./secret.ts";
import { cut, escaped, factsOf, memberLines, titleOf } from "./words.ts";

export interface SlackOptions {
  readonly name: string;
  readonly target: string;
  /** The incoming webhook's address, which is all that is needed to post. */
  readonly url: Secret;
}

/** What a block of text takes, in characters after escaping. */
const BLOCK_TEXT = 3_000;
const MEMBERS = 20;

/** Slack's incoming webhooks. */
export class Slack implements Channel {
  readonly kind = "slack";
  readonly name: string;
  readonly target: string;
  readonly #url: Secret;
  readonly #http: HttpCaller;

  constructor({ name, target, url }: SlackOptions, clock: Clock) {
    this.name = name;
    this.target = target;
    this.#url = url;
    this.#http = new HttpCaller(clock);
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    expectSuccess(await this.#http.postJson(this.#url.reveal(), message(notification), signal));
  }
}

function message(notification: Notification) {
  const { summary, alert } = notification;
  const title = titleOf(notification);
  const facts = alert ? factsOf(alert).map(([name, value]) => `${name}: ${value}`) : [];
  return {
    // What is shown where blocks are not, such as in a notification.
    text: textOf(`${title}: ${summary}`),
    blocks: [
      { type: "section", text: { ...mrkdwn, text: `*${title}* ${textOf(summary)}` } },
      ...(alert && alert.memberCount > 0
        ? [{ type: "section", text: { ...mrkdwn, text: listOf(memberLines(alert, MEMBERS)) } }]
        : []),
      ...(facts.length > 0
        ? [{ type: "context", elements: [{ ...mrkdwn, text: textOf(facts.join(" · ")) }] }]
        : []),
    ],
  };
}

/** Verbatim: names of channels and addresses in it do not become links. */
const mrkdwn = { type: "mrkdwn", verbatim: true } as const;

/** Escaped, and short enough although escaping makes it longer; a little is left for a title. */
function textOf(text: string): string {
  const most = BLOCK_TEXT - 50;
  const whole = escaped(text);
  return whole.length <= most ? whole : escaped(cut(text, Math.floor(most / 5)));
}

/** As many lines as fit. */
function listOf(lines: readonly string[]): string {
  let text = "";
  for (const line of lines) {
    const next = `${text}${text === "" ? "" : "\n"}• ${escaped(cut(line, 300))}`;
    if (next.length > BLOCK_TEXT - 50) return `${text}\n…`;
    text = next;
  }
  return text;
}
