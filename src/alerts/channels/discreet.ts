import { type Channel, DeliveryError } from "../channel.ts";
import { type Secret, withoutSecrets } from "./secret.ts";
import { cut } from "./words.ts";

/** What is told of a failure, in UTF-16 units: an answer may be long. */
const TOLD = 300;

/** A channel whose errors are short and say nothing secret, whatever its other side answers. */
export function discreet(channel: Channel, secrets: readonly Secret[]): Channel {
  const { name, kind, target } = channel;
  const guarded = async (sent: Promise<void> | undefined): Promise<void> => {
    try {
      await sent;
    } catch (error) {
      // Without its cause, which may hold an address.
      if (!(error instanceof DeliveryError)) throw error;
      const { permanent, retryAfterMs } = error;
      // Cut last: what is left of a secret would not be known for one.
      const message = cut(withoutSecrets(error.message, secrets), TOLD);
      throw new DeliveryError(message, { permanent, retryAfterMs });
    }
  };
  return {
    name,
    kind,
    target,
    send: (notification, signal) => guarded(channel.send(notification, signal)),
    ...(channel.refresh && {
      refresh: (firing, signal) => guarded(channel.refresh?.(firing, signal)),
    }),
  };
}
