import { limits } from "../config.ts";
import type { Exchange } from "../messaging/exchange.ts";
import { Mailbox, type Waiting } from "../messaging/mailbox.ts";

/** The messages of some subjects as they are published, from the first `next()` on, until the signal. */
export async function* subscribe(
  exchange: Exchange,
  organizationId: string,
  subjects: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Waiting> {
  const mailbox = new Mailbox(limits.mailbox);
  let wake = () => {};
  const unsubscribe = exchange.subscribe(organizationId, subjects, {
    offer(message) {
      const taken = mailbox.put(message);
      wake();
      return taken;
    },
  });
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      const next = mailbox.take();
      if (next) yield next;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}
