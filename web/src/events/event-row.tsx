import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  type Event,
  EventTypeSchema,
  Severity,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { instant, word } from "../../../src/cli/words.ts";
import { clockTime } from "../ui/words.ts";
import { agentHref } from "../view/route.ts";

const classes: Readonly<Partial<Record<Severity, string>>> = {
  [Severity.WARNING]: "is-warning",
  [Severity.ERROR]: "is-error",
};

/** One event: when, what, of whom, and why. */
export function EventRow({ event }: { event: Event }) {
  const { agentId, occurredAt, severity, type, reason } = event;
  return (
    <li class={`event ${classes[severity] ?? ""}`} data-sequence={String(event.sequence)}>
      <time title={occurredAt && instant(occurredAt)}>
        {occurredAt ? clockTime(timestampMs(occurredAt)) : "-"}
      </time>
      <span class="event-what">
        <span class="event-type">{word(EventTypeSchema, type).replaceAll("_", " ")}</span>
        {agentId !== "" && <a href={agentHref(event)}>{agentId}</a>}
      </span>
      {reason !== "" && <span class="event-reason">{reason}</span>}
    </li>
  );
}
