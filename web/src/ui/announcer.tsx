import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { EventType } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { usePage } from "../page.ts";
import { Tally } from "./tally.ts";

/** A screen reader is told at most this often, of all that happened since. */
const EVERY_MS = 5_000;

/** Tells who cannot see the wall what changes on it, in few words and not too often. */
export function Announcer() {
  const { clock, events } = usePage();
  const text = useSignal("");
  useEffect(() => {
    const tally = new Tally();
    const forget = events.onEvent((event) => {
      if (event === undefined || events.isHistory(event)) return;
      if (event.type === EventType.DOWN) tally.down(event.agentId);
      else if (event.type === EventType.RECOVERED) tally.recovered(event.agentId);
    });
    const timer = clock.every(EVERY_MS, () => {
      const said = tally.take();
      if (said !== "") text.value = said;
    });
    return () => {
      forget();
      timer.cancel();
    };
  }, [clock, events, text]);
  return (
    <div class="unseen" aria-live="polite" data-announcer>
      {text.value}
    </div>
  );
}
