import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Event, Severity } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { Pace } from "../pace.ts";
import { usePage } from "../page.ts";
import { EventRow } from "./event-row.tsx";
import { latest } from "./latest.ts";

const severities: readonly (readonly [Severity, string])[] = [
  [Severity.INFO, "all"],
  [Severity.WARNING, "warnings and errors"],
  [Severity.ERROR, "errors"],
];

/** How many can be scrolled through while they hold still; older ones are in the history. */
const HELD = 120;
/** How many fill a screen: while they move, nobody scrolls to others. */
const MOVING = 50;
/** Events that come faster cannot be followed. */
const SETTLED_MS = 500;

/** What happens, as it happens, the newest first. It holds still while a pointer or the focus is on it. */
export function EventPanel() {
  const { clock, events, live } = usePage();
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
    const pace = new Pace(clock, () => {
      rows.value = latest(events.events, { minSeverity, text }, HELD);
      // The first ones are waited for: they are shown as they come.
      return events.events.length === 0 ? 0 : SETTLED_MS;
    });
    pace.now();
    const forget = events.onEvent(() => pace.ask());
    return () => {
      forget();
      pace.stop();
    };
  }, [clock, events, rows, minSeverity, text, held]);
  const shown = held ? rows.value : rows.value.slice(0, MOVING);
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
        {shown.map((event) => (
          <EventRow key={String(event.sequence)} event={event} />
        ))}
      </ol>
      {rows.value.length === 0 && <p class="empty">No event.</p>}
    </aside>
  );
}
