import type { CallOptions } from "@connectrpc/connect";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Event } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { usePage } from "../page.ts";
import { type Answer, Asking } from "./asking.ts";

export interface Asked<Value> {
  readonly answer: Answer<Value>;
  /** As {@link Asking.again}. */
  again(): void;
}

/**
 * Asks as long as a component is there, and at once when something happens that may change the answer.
 *
 * @param about names what is asked for: another one is asked anew
 */
export function useAsking<Value>(
  about: string,
  everyMs: number,
  ask: (options: CallOptions) => Promise<Value>,
  isNews: (event: Event) => boolean = () => false,
): Asked<Value> {
  const { clock, events, live } = usePage();
  const asking = useRef<Asking<Value>>(undefined);
  const answer = useSignal<Answer<Value>>({ kind: "asking" });
  useEffect(() => {
    const current = new Asking({ clock, live }, everyMs, ask);
    asking.current = current;
    const forget = current.answer.subscribe((value) => {
      answer.value = value;
    });
    const ignore = events.onEvent((event) => {
      if (event !== undefined && isNews(event)) current.again();
    });
    return () => {
      forget();
      ignore();
      current.stop();
    };
  }, [about, everyMs, clock, events, live, answer]);
  return { answer: answer.value, again: () => asking.current?.again() };
}
