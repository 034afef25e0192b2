import { useEffect, useRef } from "preact/hooks";
import { EventRow } from "../events/event-row.tsx";
import type { AgentHistory } from "./history.ts";

/** What happened to an agent, the newest first. Older pages come as one scrolls. */
export function HistoryList({ history }: { history: AgentHistory }) {
  const { events, olderToken, isAsking, trouble } = history.history.value;
  const more = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const end = more.current;
    if (end === null) return;
    const seen = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) history.older();
    });
    seen.observe(end);
    return () => seen.disconnect();
  }, [history, olderToken]);
  return (
    <section class="panel history" aria-label="History">
      <h2>History</h2>
      {events.length === 0 && !isAsking && trouble === "" && <p class="hint">No event is kept.</p>}
      <ol>
        {events.map((event) => (
          <EventRow key={String(event.sequence)} event={event} />
        ))}
      </ol>
      {trouble !== "" && (
        <p class="hint" role="status">
          The history could not be read: {trouble}.{" "}
          <button type="button" onClick={() => history.reload()}>
            Try again
          </button>
        </p>
      )}
      {olderToken !== "" && trouble === "" && (
        <button ref={more} type="button" disabled={isAsking} onClick={() => history.older()}>
          {isAsking ? "Asking for older events …" : "Older events"}
        </button>
      )}
    </section>
  );
}
