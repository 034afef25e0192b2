import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import type { Clock, Timer } from "../clock.ts";
import { SettingsError } from "../config/problems.ts";
import { DeliveryError } from "./channel.ts";
import { expectSuccess, HttpCaller } from "./channels/http.ts";
import { partsOf, Secret, withoutSecrets } from "./channels/secret.ts";
import { addressFault } from "./config/secret-faults.ts";

export interface SelfBeatParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly url: Secret;
  readonly intervalMs: number;
  /** Why the monitor is not well; undefined when it is. */
  readonly trouble: () => string | undefined;
}

/** How the outbound beat does. */
export interface SelfBeatReport {
  readonly sentTotal: number;
  readonly failuresTotal: number;
}

/**
 * The monitor's own beat: an address that is asked for as long as all is well, so that whoever is behind it
 * tells people when the monitor itself is gone, stands still or cannot keep anything.
 */
export class SelfBeat {
  readonly #parts: SelfBeatParts;
  readonly #http: HttpCaller;
  #timer: Timer | undefined;
  #underWay: AbortController | undefined;
  /** What was last told to the log; empty when all was well. */
  #told = "";
  #sentTotal = 0;
  #failuresTotal = 0;

  constructor(parts: SelfBeatParts) {
    this.#parts = parts;
    this.#http = new HttpCaller(parts.clock);
  }

  start(): void {
    const { clock, intervalMs } = this.#parts;
    this.#timer ??= clock.every(intervalMs, () => this.#beat());
    this.#beat();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#underWay?.abort();
  }

  report(): SelfBeatReport {
    return { sentTotal: this.#sentTotal, failuresTotal: this.#failuresTotal };
  }

  #beat(): void {
    const trouble = this.#parts.trouble();
    if (trouble !== undefined) return this.#tell(`held back: ${trouble}`);
    // One that hangs is not joined by others.
    if (this.#underWay) return;
    const controller = new AbortController();
    this.#underWay = controller;
    this.#call(controller.signal)
      .then(
        () => {
          this.#sentTotal++;
          this.#tell("");
        },
        (error: unknown) => {
          if (controller.signal.aborted) return;
          this.#failuresTotal++;
          const message = error instanceof DeliveryError ? error.message : "a fault of the server";
          this.#tell(withoutSecrets(message, partsOf(this.#parts.url)));
        },
      )
      .finally(() => {
        this.#underWay = undefined;
      });
  }

  async #call(signal: AbortSignal): Promise<void> {
    // GET is what every service of this kind takes.
    const request = { method: "GET", url: this.#parts.url.reveal() } as const;
    expectSuccess(await this.#http.call(request, signal));
  }

  /** Once for each change. */
  #tell(problem: string): void {
    if (problem === this.#told) return;
    this.#told = problem;
    const { log } = this.#parts;
    if (problem === "") log.info("the outbound beat goes through again");
    else log.warn({ error: problem }, "the outbound beat does not go through");
  }
}

/**
 * The address in the file that the setting `self-beat-url-file` names. An address of a ping service is all
 * that is needed to ping there, so it is a secret: no flag, which every user of the machine could read.
 */
export function readSelfBeatUrl(file: string, readFile = textOf): Secret {
  const text = readFile(file)?.trim();
  const fault =
    text === undefined
      ? { problem: "cannot be read", remedy: "check the path and its permissions" }
      : addressFault(text);
  if (fault) throw new SettingsError([{ subject: "self-beat-url-file", value: file, ...fault }]);
  return new Secret(text as string);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
