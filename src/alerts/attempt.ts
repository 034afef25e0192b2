import type { Clock } from "../clock.ts";
import { DeliveryError } from "./channel.ts";

/** Why an attempt failed, without what is secret. */
export interface Failure {
  readonly message: string;
  readonly permanent: boolean;
  readonly retryAfterMs: number | undefined;
}

/** How an attempt ended. */
export type Outcome =
  | { readonly name: "taken" }
  | { readonly name: "failed"; readonly failure: Failure }
  /** The server stops. */
  | { readonly name: "aborted" };

/** No attempt takes longer, whatever the channel does. */
const ATTEMPT_MS = 30_000;

/** Makes an attempt, and waits for it no longer than one may take. Never rejects. */
export async function attempt(
  clock: Clock,
  act: (signal: AbortSignal) => Promise<void>,
  stop: AbortSignal,
): Promise<Outcome> {
  if (stop.aborted) return { name: "aborted" };
  const late = new AbortController();
  const timer = clock.after(ATTEMPT_MS, () => late.abort());
  const signal = AbortSignal.any([stop, late.signal]);
  // A channel that heeds no signal keeps nobody waiting.
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    await Promise.race([act(signal), aborted]);
    return { name: "taken" };
  } catch (error) {
    if (stop.aborted) return { name: "aborted" };
    const failure = late.signal.aborted ? tooLate : failureOf(error);
    return { name: "failed", failure };
  } finally {
    timer.cancel();
  }
}

const tooLate: Failure = {
  message: `it took longer than ${ATTEMPT_MS / 1000} s`,
  permanent: false,
  retryAfterMs: undefined,
};

function failureOf(error: unknown): Failure {
  if (error instanceof DeliveryError) return error;
  // A fault of ours: what it says is not known to be without secrets, so only its kind and place are told.
  const { name, stack = "" } = error instanceof Error ? error : { name: typeof error };
  const place = /[^/\\()]+\.[jt]s:\d+/.exec(stack)?.[0] ?? "an unknown place";
  const message = `a fault of the server: ${name} at ${place}`;
  return { message, permanent: false, retryAfterMs: undefined };
}
