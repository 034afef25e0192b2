import { formatWithOptions } from "node:util";
import { type Clock, isoTime, systemClock } from "../clock.ts";

/** Where an agent and its orchestrator tell what they do. `console` and most loggers fit. */
export interface Logger {
  /** @param details Anything; shown behind the message, on the same line. */
  info(message: string, ...details: readonly unknown[]): void;
  warn(message: string, ...details: readonly unknown[]): void;
  error(message: string, ...details: readonly unknown[]): void;
}

/** Takes a whole line, with its end. */
export type Write = (line: string) => void;

/** `2026-01-31T12:00:00.000Z INFO CriticalAgent: working...`, errors and warnings to standard error. */
export class LineLogger implements Logger {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #out: Write;
  readonly #err: Write;

  constructor(
    name: string,
    clock: Clock = systemClock,
    out: Write = (line) => void process.stdout.write(line),
    err: Write = (line) => void process.stderr.write(line),
  ) {
    this.#name = name;
    this.#clock = clock;
    this.#out = out;
    this.#err = err;
  }

  info(message: string, ...details: readonly unknown[]): void {
    this.#out(this.#line("INFO", message, details));
  }

  warn(message: string, ...details: readonly unknown[]): void {
    this.#err(this.#line("WARN", message, details));
  }

  error(message: string, ...details: readonly unknown[]): void {
    this.#err(this.#line("ERROR", message, details));
  }

  #line(level: string, message: string, details: readonly unknown[]): string {
    const oneLine = { breakLength: Number.POSITIVE_INFINITY, compact: true };
    const text = formatWithOptions(oneLine, "%s", message, ...details);
    return `${isoTime(this.#clock.now().wall)} ${level} ${this.#name}: ${text}\n`;
  }
}
