import type { Clock } from "../../clock.ts";
import { type Channel, DeliveryError } from "../channel.ts";
import type { Notification } from "../notification.ts";
import { type Answer, expectSuccess, HttpCaller } from "./http.ts";
import type { Secret } from "./secret.ts";
import { cut, escaped, factsOf, memberLines, titleOf } from "./words.ts";

export interface TelegramOptions {
  readonly name: string;
  readonly target: string;
  /** Where the Bot API is, without a slash at the end. */
  readonly url: string;
  /** The bot's. */
  readonly token: Secret;
  /** A number, or "@name" of a public channel. */
  readonly chat: string;
}

/** What a message takes, in UTF-16 units once its entities are read; see sendMessage. */
const MESSAGE_TEXT = 4_096;
const MEMBERS = 20;

/** Telegram's Bot API. */
export class Telegram implements Channel {
  readonly kind = "telegram";
  readonly name: string;
  readonly target: string;
  readonly #options: TelegramOptions;
  readonly #http: HttpCaller;

  constructor(options: TelegramOptions, clock: Clock) {
    this.name = options.name;
    this.target = options.target;
    this.#options = options;
    this.#http = new HttpCaller(clock);
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    const { url, token, chat } = this.#options;
    const message = {
      chat_id: chat,
      text: htmlOf(notification),
      parse_mode: "HTML",
      link_preview_options: { is_disabled: true },
    };
    const address = `${url}/bot${token.reveal()}/sendMessage`;
    expectTaken(await this.#http.postJson(address, message, signal));
  }
}

/** The limit counts what is shown, so it is cut before it is escaped. */
function htmlOf(notification: Notification): string {
  const title = titleOf(notification);
  const { alert, summary } = notification;
  const lines = [
    ...(alert ? memberLines(alert, MEMBERS).map((line) => cut(line, 300)) : []),
    ...(alert ? factsOf(alert).map(([name, value]) => `${name}: ${value}`) : []),
  ];
  const rest = cut(` ${cut(summary, 2_000)}\n\n${lines.join("\n")}`, MESSAGE_TEXT - title.length);
  return `<b>${escaped(title)}</b>${escaped(rest.trimEnd())}`;
}

/** What Telegram says beside the status. */
interface TelegramAnswer {
  readonly description?: string;
  readonly parameters?: {
    readonly retry_after?: number;
    readonly migrate_to_chat_id?: number;
  };
}

function expectTaken(answer: Answer): void {
  const { description, parameters } = read(answer.text);
  const { migrate_to_chat_id: chat, retry_after: seconds } = parameters ?? {};
  if (chat !== undefined) {
    throw new DeliveryError(
      `answered ${answer.status}: the group has become a supergroup; write chat: "${chat}" into the alerts file`,
      { permanent: true },
    );
  }
  const retryAfterMs = typeof seconds === "number" ? seconds * 1000 : answer.retryAfterMs;
  expectSuccess({ ...answer, retryAfterMs }, description);
}

function read(text: string): TelegramAnswer {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null ? answer : {};
  } catch {
    // A proxy's words rather than Telegram's: the status says enough.
    return {};
  }
}
