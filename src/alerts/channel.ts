import type { AlertSnapshot, Notification } from "./notification.ts";

export type ChannelKind = "webhook" | "slack" | "telegram" | "alertmanager" | "email" | "pagerduty";

/** A way to tell people. One file for each kind, in channels/. */
export interface Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  /** Where it leads, without what is secret in it. */
  readonly target: string;
  /**
   * Resolves when the other side has taken it. Rejects with {@link DeliveryError} when it has not, or
   * when the signal aborts. Nothing secret is in an error's message.
   */
  send(notification: Notification, signal: AbortSignal): Promise<void>;
  /**
   * Tells once more what fires: for another side that forgets what it is not told every few minutes. As
   * {@link send}. There may be very many: they are asked for a few at a time. Missing where the other side
   * remembers.
   */
  refresh?(firing: Iterable<AlertSnapshot>, signal: AbortSignal): Promise<void>;
}

/** Why a message was not taken. */
export class DeliveryError extends Error {
  /** Whether another attempt would be refused as well. */
  readonly permanent: boolean;
  /** How long the other side asks to be left alone, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: {
      readonly permanent: boolean;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.name = "DeliveryError";
    this.permanent = options.permanent;
    this.retryAfterMs = options.retryAfterMs;
  }
}
