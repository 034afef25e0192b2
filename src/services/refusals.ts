import type { Logger } from "pino";
import type { Clock, Timer } from "../clock.ts";
import type { HeartbeatError } from "../errors.ts";
import { refusalOf } from "./internal.ts";

/** Who was refused. */
export interface Refused {
  /** What was called. */
  readonly call: string;
  /** From where, as far as the door knows. */
  readonly peer: string | undefined;
}

/** Lines of level info about callers who may not call, in a {@link PERIOD_MS}. */
const LINES = 10;
const PERIOD_MS = 60_000;

/**
 * Tells the log who was refused: at level debug, and callers who may not call at level info, of whom
 * a few lines a minute are enough: a stranger must not be able to fill a disk.
 */
export class Refusals {
  readonly #log: Logger;
  readonly #clock: Clock;
  #lines = 0;
  #leftOut = 0;
  #period: Timer | undefined;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** What the caller is told of an error. */
  of(error: unknown, refused: Refused): HeartbeatError {
    const refusal = refusalOf(error, this.#log);
    this.tell(refusal, refused);
    return refusal;
  }

  tell(refusal: HeartbeatError, { call, peer }: Refused): void {
    // The log has it already, with its cause.
    if (refusal.code === "internal") return;
    const line = { call, peer, code: refusal.code, reason: refusal.message };
    const mayNotCall = ["UNAUTHENTICATED", "PERMISSION_DENIED"].includes(refusal.status);
    if (mayNotCall && this.#hasRoom()) this.#log.info(line, "refused");
    else this.#log.debug(line, "refused");
  }

  /** Of a call that its protocol refuses, before a service hears of it. */
  tellUnread({ call, peer }: Refused, reason: string): void {
    this.#log.debug({ call, peer, reason }, "refused");
  }

  #hasRoom(): boolean {
    this.#period ??= this.#clock.after(PERIOD_MS, () => this.#endPeriod());
    if (++this.#lines <= LINES) return true;
    this.#leftOut++;
    return false;
  }

  #endPeriod(): void {
    if (this.#leftOut > 0) this.#log.info({ leftOut: this.#leftOut }, "more calls were refused");
    this.#lines = 0;
    this.#leftOut = 0;
    this.#period = undefined;
  }
}
