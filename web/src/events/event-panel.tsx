import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Event, Severity } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { beforeFrame } from "../clock.ts";
import { usePage } from "../page.ts";
import { EventRow } from "./event-row.tsx";
import { latest } from "./latest.ts";

const severities: readonly (readonly [Severity, string])[] = [
  [Severity.INFO, "all"],
  [Severity.WARNING, "warnings and errors"],
  [Severity.ERROR, "errors"],
];

/** How many are on the screen; older ones are in the history. */
const SHOWN = 120;

/** What happens, as it happens, the newest first. It holds still while a pointer or the focus is on it. */
export function EventPanel() {
  const { events, live } = usePage();
  const trouble = live.link.value.kind === "live" ? live.eventsTrouble.value : "";
  const rows = useSignal<readonly Event[]>([]);
  const least = useSignal(Severity.INFO);
  const search = useSignal("");
  const isHeld = useSignal(false);
  const { value: minSeverity } = least;
  const { value: text } = search;
  const { value: held } = isHeld;
  useEffect(() => {
    if (held) return;
    const show = () => {
      rows.value = latest(events.events, { minSeverity, text }, SHOWN);
    };
    show();
    // However many come, they are shown once a frame.
    let frame: { cancel(): void } | undefined;
    const forget = events.onEvent(() => {
      frame ??= beforeFrame(() => {
        frame = undefined;
        show();
      });
    });
    return () => {
      forget();
      frame?.cancel();
    };
  }, [events, rows, minSeverity, text, held]);
  const hold = (value: boolean) => () => {
    isHeld.value = value;
  };
  return (
    <aside class="events" aria-label="Events">
      <div class="events-head">
        <h2>Events</h2>
        {trouble !== "" ? (
          <span class="trouble">late: {trouble}</span>
        ) : (
          held && <span class="hint">holding still</span>
        )}
        <select
          aria-label="Severity of the events"
          value={String(minSeverity)}
          onChange={(event) => {
            least.value = Number(event.currentTarget.value);
          }}
        >
          {severities.map(([severity, word]) => (
            <option key={severity} value={String(severity)}>
              {word}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label="Search the events"
          placeholder="agent, type or reason"
          value={text}
          onInput={(event) => {
            search.value = event.currentTarget.value;
          }}
        />
      </div>
      <ol
        class="event-list"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Latest events"
        onPointerEnter={hold(true)}
        onPointerLeave={hold(false)}
        onFocusCapture={hold(true)}
        onBlurCapture={hold(false)}
      >
        {rows.value.map((event) => (
          <EventRow key={String(event.sequence)} event={event} />
        ))}
      </ol>
      {rows.value.length === 0 && <p class="empty">No event.</p>}
    </aside>
  );
}
