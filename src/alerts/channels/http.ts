import type { Clock } from "../../clock.ts";
import { DeliveryError } from "../channel.ts";

/** No answer within this long is a failure. */
const TIMEOUT_MS = 10_000;
/** Of an answer this much is read. */
const ANSWER_BYTES = 16 * 1024;

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  /** Its beginning; empty when it is a success, which needs no words. */
  readonly text: string;
  /** How long the other side asks to be left alone, in ms. */
  readonly retryAfterMs: number | undefined;
}

/** Calls other sides, and reads what they answer: bounded in time and size. */
export class HttpCaller {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves with whatever is answered. Rejects with DeliveryError when nothing is. Redirects are not
   * followed: what is sent is meant for nobody else.
   */
  async call(request: HttpRequest, signal: AbortSignal): Promise<Answer> {
    const late = new AbortController();
    const timer = this.#clock.after(TIMEOUT_MS, () => late.abort());
    const { url, headers, ...rest } = request;
    try {
      const until = AbortSignal.any([signal, late.signal]);
      const response = await fetch(url, {
        ...rest,
        headers: { "user-agent": "heartbeat", ...headers },
        redirect: "manual",
        signal: until,
      });
      const text = await beginningOf(response);
      const retryAfter = response.headers.get("retry-after");
      const retryAfterMs = readRetryAfter(retryAfter, this.#clock.now().wall);
      return { status: response.status, text, retryAfterMs };
    } catch (error) {
      const message = late.signal.aborted
        ? `no answer within ${TIMEOUT_MS / 1000} s`
        : `cannot be reached: ${reasonOf(error)}`;
      throw new DeliveryError(message, { permanent: false, cause: error });
    } finally {
      timer.cancel();
    }
  }

  /** Posts JSON. */
  postJson(url: string, body: unknown, signal: AbortSignal, headers = {}): Promise<Answer> {
    const type = { "content-type": "application/json" };
    const request = { method: "POST", url, body: JSON.stringify(body) } as const;
    return this.call({ ...request, headers: { ...type, ...headers } }, signal);
  }
}

/** Statuses below 500 that may be another one later: time-out, too early, too many. */
const passing = new Set([408, 425, 429]);

/** Throws what an answer that is no success means. `said` is its text in other words. */
export function expectSuccess(answer: Answer, said = answer.text): void {
  const { status, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw new DeliveryError(
      `answered ${status}: it leads elsewhere, which is not followed; put the address where it ends into the alerts file`,
      { permanent: true },
    );
  }
  const words = said.trim() === "" ? "" : `: ${JSON.stringify(said.trim())}`;
  const permanent = status < 500 && !passing.has(status);
  throw new DeliveryError(`answered ${status}${words}`, { permanent, retryAfterMs });
}

/** Seconds, or a date: as HTTP has it. Undefined for anything else. */
export function readRetryAfter(header: string | null, wall: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wall);
}

/** Reads no more than a bound, however much there is, and lets go of the rest. */
async function beginningOf(response: Response): Promise<string> {
  if (response.ok) {
    // It has been taken, whether or not the words about it arrive.
    await response.body?.cancel();
    return "";
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, ANSWER_BYTES);
}

function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  const { code, message } = (cause instanceof Error ? cause : error) as NodeJS.ErrnoException;
  return code === undefined || message.includes(code) ? message : `${code} ${message}`;
}
