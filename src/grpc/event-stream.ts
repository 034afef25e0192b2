import type { ServerWritableStream } from "@grpc/grpc-js";
import type { WatchEventsRequest } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { Services } from "../services/services.ts";
import { type Door, serveStream } from "./adapter.ts";
import type { Arrived } from "./definition.ts";
import type { Run } from "./runs.ts";

type EventCall = ServerWritableStream<Arrived<WatchEventsRequest>, Run>;

/** Carries a watch of events over grpc-js: all that is there for its reader goes to it in one run. */
export function eventStream(
  { watchEventRuns }: Services["status"],
  door: Door,
): (call: EventCall) => Promise<void> {
  return (call) => serveStream(call, door, watchEventRuns, (gone) => oneAtATime(call, gone));
}

/** A reader that takes nothing has no more than one run waiting for it; what comes meanwhile is the next one. */
function oneAtATime(call: EventCall, gone: AbortSignal) {
  let go = () => {};
  // A write after a cancel never calls back.
  gone.addEventListener("abort", () => go(), { once: true });
  return (run: Run) =>
    new Promise<void>((resolve) => {
      go = resolve;
      call.write(run, () => resolve());
    });
}
